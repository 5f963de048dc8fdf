"""Changing one record: create, merge patch, delete, and the edits of a proposal's parts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from app.bodies import merge
from app.conditional import check_if_match
from app.errors import Conflict, Fault, InvalidRecord
from app.problems import to_detail
from app.records.check import Change, list_flaws, list_referrers, say_referrers
from app.records.kinds import Kind
from app.records.store import Door, Stored
from app.revisions.snapshot import Entry, SnapshotHolder
from app.strict_json import Pointer


@dataclass(frozen=True, slots=True)
class Desk:
    """Changes records one at a time, inside the transaction of a session."""

    door: Door

    @classmethod
    def open(
        cls, session: Session, holder: SnapshotHolder, *, now: datetime, principal: str
    ) -> "Desk":
        """A desk that sees the catalogue as the session does."""
        snapshot = holder.current(session)
        return cls(Door.open(session, snapshot, now=now, principal=principal))

    def create(self, kind: Kind, content: object) -> Stored:
        """Stores a new record. Raises InvalidRecord, and Conflict when its id is taken."""
        document = validate(kind.shape, content)
        resource_id = kind.identify(document)
        if self.door.snapshot.find(kind.resource, resource_id) is not None:
            place = "/".join(kind.identity[:1])
            raise Conflict("already_exists", (Fault(f"/body/{place}", "This id is taken."),))
        return self._store(Change(kind, resource_id, document))

    def patch(self, kind: Kind, resource_id: str, if_match: str | None, patch: object) -> Stored:
        """Applies a JSON merge patch. Raises NotFound, Gone, InvalidRecord and Precondition..."""
        if not isinstance(patch, dict):
            raise InvalidRecord((Fault("/body", "A merge patch must be an object."),))
        return self.edit(kind, resource_id, if_match, lambda _, content: merge(content, patch))

    def edit(
        self,
        kind: Kind,
        resource_id: str,
        if_match: str | None,
        transform: Callable[[Any, dict[str, Any]], object],
        *,
        is_addition: bool = False,
    ) -> Stored:
        """Stores what `transform` makes of a record, given as a document and as plain data.

        An addition overwrites nothing, so it may do without If-Match.
        """
        entry = self._find(kind, resource_id, if_match, is_optional=is_addition)
        before = entry.read(kind.shape)
        content = transform(before, before.model_dump(mode="json"))
        document = validate(kind.shape, content)
        for name in kind.identity:
            if getattr(document, name) != getattr(before, name):
                detail = "It is part of the id and never changes; create another record instead."
                raise InvalidRecord((Fault(f"/body/{name}", detail),))
        return self._store(Change(kind, resource_id, document))

    def delete(self, kind: Kind, resource_id: str, if_match: str | None) -> Stored:
        """Takes a record away; its history stays. Raises Conflict while others refer to it."""
        self._find(kind, resource_id, if_match)
        referrers = list_referrers(self.door.snapshot, (kind.resource, resource_id))
        if referrers:
            fault = Fault(f"/path/{kind.resource}_id", say_referrers(referrers))
            raise Conflict("still_referenced", (fault,))
        return self.door.store_all([Change(kind, resource_id, None)])[0]

    def _find(
        self, kind: Kind, resource_id: str, if_match: str | None, *, is_optional: bool = False
    ) -> Entry:
        entry = self.door.snapshot.get(kind.resource, resource_id)
        if if_match is not None or not is_optional:
            check_if_match(if_match, entry.number)
        return entry

    def _store(self, change: Change) -> Stored:
        flaws = list_flaws(self.door.snapshot, [change])
        if flaws:
            raise InvalidRecord(
                tuple(Fault(to_pointer(("body", *f.place)), _to_sentence(f.detail)) for f in flaws)
            )
        return self.door.store_all([change])[0]


def validate(shape: type[BaseModel], content: object) -> Any:
    """The content as the shape. Raises InvalidRecord with every fault, none echoing the content."""
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        raise InvalidRecord(tuple(list_shape_faults(error, ("body",)))) from None


def list_shape_faults(error: ValidationError, root: Pointer = ()) -> list[Fault]:
    """What a validator found, by place below `root`; no text of the caller's is repeated."""
    faults = []
    for found in error.errors(include_url=False, include_input=False):
        place = tuple(found["loc"])
        detail = to_detail(found["type"], found["msg"])
        if found["type"] == "extra_forbidden":
            place, detail = place[:-1], "A field here is not known; leave it out."
        elif "[key]" in place:
            place = place[: place.index("[key]") - 1]
        faults.append(Fault(to_pointer((*root, *place)), detail))
    return list(dict.fromkeys(faults))


def to_pointer(place: Pointer) -> str:
    """A place as a JSON Pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)


def _to_sentence(detail: str) -> str:
    return f"{detail[0].upper()}{detail[1:]}."
