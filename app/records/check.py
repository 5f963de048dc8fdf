"""Checks across records: every reference leads somewhere, no id is given twice, no chain loops."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel

from app.proposals.models import ProposalCreate, to_proposal_id
from app.records.kinds import KIND_OF, Kind
from app.records.references import Reference
from app.revisions.models import Resource
from app.revisions.snapshot import ARCHIVED, Snapshot
from app.strict_json import Pointer

# Most ids that a refusal names.
MOST_NAMED = 10
Key = tuple[Resource, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One record as it shall be; no document deletes it."""

    kind: Kind
    resource_id: str
    document: BaseModel | None

    @property
    def key(self) -> Key:
        """What names the record in the catalogue."""
        return self.kind.resource, self.resource_id


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one of several changes, by its number, at a place in its record."""

    number: int
    place: Pointer
    detail: str


@dataclass(frozen=True, slots=True)
class _After:
    """The catalogue as it would be after the changes."""

    snapshot: Snapshot
    changed: dict[Key, BaseModel | None]

    def has(self, key: Key) -> bool:
        if key in self.changed:
            return self.changed[key] is not None
        return self.snapshot.find(*key) is not None

    def find(self, key: Key) -> BaseModel | None:
        if key in self.changed:
            return self.changed[key]
        entry = self.snapshot.find(*key)
        return None if entry is None else entry.read(KIND_OF[key[0]].shape)

    def references_of(self, key: Key) -> list[Reference]:
        document = self.find(key)
        return [] if document is None else list(KIND_OF[key[0]].references(document))


def list_flaws(snapshot: Snapshot, changes: Sequence[Change]) -> list[Flaw]:
    """Everything that is wrong across records, were these changes made to the catalogue."""
    after = _After(snapshot, {change.key: change.document for change in changes})
    flaws = list(_list_repeated(changes))
    for number, change in enumerate(changes):
        if change.document is None:
            continue
        for reference in change.kind.references(change.document):
            key = reference.resource, reference.wanted
            if not after.has(key):
                detail = f"no {reference.resource} has this id"
                flaws.append(Flaw(number, reference.place, detail))
            elif _leads_back(after, key, change.key):
                detail = f"this {change.kind.resource} would come before itself"
                flaws.append(Flaw(number, reference.place, detail))
        flaws += _list_merge_flaws(after, number, change)
    return flaws


def _list_repeated(changes: Sequence[Change]) -> Iterator[Flaw]:
    seen: set[Key] = set()
    for number, change in enumerate(changes):
        if change.key in seen:
            yield Flaw(number, (change.kind.identity[0],), "this record is given twice")
        seen.add(change.key)


def _leads_back(after: _After, start: Key, target: Key) -> bool:
    """Whether references among records of the same kind lead from `start` to `target`."""
    if start[0] != target[0]:
        return False
    waiting, seen = [start], {start}
    while waiting:
        key = waiting.pop()
        if key == target:
            return True
        for reference in after.references_of(key):
            following = reference.resource, reference.wanted
            if following[0] == target[0] and following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _list_merge_flaws(after: _After, number: int, change: Change) -> Iterator[Flaw]:
    """A proposal is merged into one that stands, so that nobody is sent on from there."""
    document = change.document
    if not isinstance(document, ProposalCreate) or document.merged_into is None:
        return
    target = after.find(("proposal", to_proposal_id(document.merged_into)))
    if target is not None and cast(ProposalCreate, target).merged_into is not None:
        yield Flaw(number, ("merged_into",), "that proposal is itself merged into another")


def list_referrers(snapshot: Snapshot, key: Key) -> list[str]:
    """The records that refer to one, as "resource id"."""
    found: dict[str, None] = {}
    for kind in KIND_OF.values():
        for resource_id, document in _list_suspects(snapshot, kind, key):
            for reference in kind.references(document):
                if (reference.resource, reference.wanted) == key:
                    found[f"{kind.resource} {resource_id}"] = None
    return list(found)


def _list_suspects(snapshot: Snapshot, kind: Kind, key: Key) -> Iterator[tuple[str, BaseModel]]:
    """Records of a kind that may refer to one: of very many only those that have its name in them.

    Proposals name each other by their slugs.
    """
    if kind.resource not in ARCHIVED:
        yield from snapshot.documents(kind.resource, kind.shape).items()
        return
    resource, name = key
    if resource == "proposal":
        name = snapshot.get(resource, name).read(ProposalCreate).slug
    for resource_id, text in sorted(snapshot.search(kind.resource, f'"{name}"')):
        yield resource_id, kind.shape.model_validate_json(text)


def say_referrers(names: Sequence[str]) -> str:
    """Who refers to a record, in a sentence."""
    rest = len(names) - MOST_NAMED
    more = f" and {rest} more" if rest > 0 else ""
    return f"It is referred to by {', '.join(names[:MOST_NAMED])}{more}."
