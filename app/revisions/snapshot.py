"""Snapshots: the whole catalogue as of one revision, immutable, shared by all who read it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from threading import Lock, RLock
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel
from sqlalchemy import Engine, Select, and_, case, func, literal, type_coerce
from sqlalchemy import select as select_columns
from sqlalchemy.types import NullType
from sqlmodel import Session, col, select

from app.errors import Gone, NotFound
from app.reach import Reach
from app.recent import Recent
from app.revisions.archive import READ_AT_ONCE, Archive, get_archive
from app.revisions.layers import grow
from app.revisions.models import Resource, Revision
from app.revisions.record import find_latest

Shape = TypeVar("Shape", bound=BaseModel)
Derived = TypeVar("Derived")
# Past states kept ready. One is about as large as the catalogue.
KEPT_PAST_STATES = 4
# Changes between two states whose records are all read together.
FEW = 50
# Kinds of which there can be very many: their records are read when they are needed.
ARCHIVED: frozenset[Resource] = frozenset({"proposal"})
# What feeds report is kept in tables of its own; these revisions say when it changed.
OF_FEEDS: tuple[Resource, ...] = ("event_batch", "event_retraction", "event_rollup")


@dataclass(slots=True)
class Entry:
    """One record as its latest revision left it; `version` counts its revisions so far.

    The text of a record of a kind that there can be very many of stays in the archive.
    """

    number: int
    recorded_at: datetime
    version: int
    _text: str | None
    _archive: Archive | None = None
    _document: BaseModel | None = None

    @property
    def is_deleted(self) -> bool:
        """Whether the latest revision took the record away."""
        return self._text is None and self._archive is None

    @property
    def is_archived(self) -> bool:
        """Whether there is a text, and it must be fetched."""
        return self._text is None and self._archive is not None

    @property
    def text(self) -> str:
        """The record as JSON."""
        if self._text is not None:
            return self._text
        if self._archive is None:
            raise ValueError("a deleted record has no document")
        return self._archive.get(self.number)

    def read(self, shape: type[Shape]) -> Shape:
        """The record as a shape; it is parsed once, and kept unless there can be very many."""
        if self._text is None:
            return self.parse(shape)
        if self._document is None:
            self._document = self.parse(shape)
        return cast(Shape, self._document)

    def parse(self, shape: type[Shape], text: str | None = None) -> Shape:
        """The record as a shape, parsed anew; `text` is that of the record, if it is at hand."""
        return shape.model_validate_json(self.text if text is None else text)


Entries = Mapping[Resource, Mapping[str, Entry]]


class Snapshot:
    """Every record as of one revision (0 in an empty catalogue), and what was made of them."""

    def __init__(
        self,
        revision: int,
        known_at: datetime | None,
        entries: Entries,
        engine: Engine | None = None,
        base: "Snapshot | None" = None,
    ) -> None:
        self.revision = revision
        self.known_at = known_at
        self.entries = entries
        self.engine = engine
        self._derived: dict[Callable[[Snapshot], object], object] = {}
        self._lock = RLock()
        # What snapshots that follow each other share, with the records that it was made of.
        self._shared: dict[object, tuple[tuple[object, ...], object]] = base._shared if base else {}

    @property
    def latest(self) -> tuple[int, datetime] | None:
        """Number and instant of its latest revision; None in an empty catalogue."""
        return None if self.known_at is None else (self.revision, self.known_at)

    @property
    def shelf(self) -> dict[object, object]:
        """What was read of the feeds: shared by the snapshots between two changes of a feed."""
        return self.share(_make_shelf, OF_FEEDS)

    def with_archived(
        self, resource: Resource, known: Iterable[tuple[str, int, datetime, int]]
    ) -> "Snapshot":
        """The same, but with only these records of a kind: id, revision, instant and version."""
        if self.engine is None:
            raise ValueError("snapshot has no database")
        archive = get_archive(self.engine)
        records = {
            resource_id: Entry(number, recorded_at, version, None, archive)
            for resource_id, number, recorded_at, version in known
        }
        entries = {**self.entries, resource: records}
        return Snapshot(self.revision, self.known_at, entries, self.engine, self)

    def derive(self, build: Callable[["Snapshot"], Derived]) -> Derived:
        """What `build` makes of this snapshot; it is made once, then shared."""
        found = self._derived.get(build)
        if found is None:
            with self._lock:
                found = self._derived.get(build)
                if found is None:
                    found = self._derived[build] = build(self)
        return cast(Derived, found)

    def share(
        self, build: Callable[["Snapshot"], Derived], resources: Sequence[Resource]
    ) -> Derived:
        """What `build` makes of the records of these kinds only.

        It is made once, then shared with the snapshots that follow, until one of them changes.
        """
        made_of = tuple(self.entries[resource] for resource in resources)
        with self._lock:
            found = self._shared.get(build)
            if found is None or any(a is not b for a, b in zip(found[0], made_of, strict=True)):
                found = self._shared[build] = (made_of, build(self))
        return cast(Derived, found[1])

    def ids(self, resource: Resource) -> Sequence[str]:
        """The ids of the records of a kind that are not deleted, in order."""
        return self.share(_LIST_IDS[resource], (resource,))

    def live(self, resource: Resource) -> dict[str, Entry]:
        """The records of a kind that are not deleted, by id, in the order of ids."""
        entries = self.entries[resource]
        return {i: entries[i] for i in self.ids(resource)}

    def texts(self, resource: Resource) -> Iterator[tuple[str, str]]:
        """The id and the JSON of each record of a kind that is not deleted, in the order of ids."""
        ids = self.ids(resource)
        for first in range(0, len(ids), READ_AT_ONCE):
            chosen = ids[first : first + READ_AT_ONCE]
            entries = [self.entries[resource][i] for i in chosen]
            fetched = self.fetch(entries, anew=True)
            for resource_id, entry in zip(chosen, entries, strict=True):
                yield resource_id, fetched.get(entry.number) or entry.text

    def fetch(self, entries: Iterable[Entry], *, anew: bool = False) -> dict[int, str]:
        """The JSON of those records whose text is in the archive, by number.

        What was read lately is not read again, unless it is to be read `anew`.
        """
        numbers = [e.number for e in entries if e.is_archived]
        if not numbers or self.engine is None:
            return {}
        archive = get_archive(self.engine)
        return archive.fetch(numbers) if anew else archive.get_some(numbers)

    def search(self, resource: Resource, fragment: str) -> Iterator[tuple[str, str]]:
        """Id and JSON of the records of an archived kind that may hold a fragment of JSON."""
        if self.engine is None:
            return
        entries = self.entries[resource]
        for number, resource_id, text in get_archive(self.engine).search(
            resource, fragment, self.revision
        ):
            if entries[resource_id].number == number:
                yield resource_id, text

    def documents(self, resource: Resource, shape: type[Shape]) -> dict[str, Shape]:
        """The records of a kind as shapes, by id, in the order of ids."""
        if resource in ARCHIVED:
            return {i: shape.model_validate_json(text) for i, text in self.texts(resource)}
        return {i: entry.read(shape) for i, entry in self.live(resource).items()}

    def find(self, resource: Resource, resource_id: str) -> Entry | None:
        """The record with this id, if there is one that is not deleted."""
        entry = self.entries[resource].get(resource_id)
        return None if entry is None or entry.is_deleted else entry

    def get(self, resource: Resource, resource_id: str) -> Entry:
        """The record with this id. Raises NotFound, or Gone if it was deleted."""
        entry = self.entries[resource].get(resource_id)
        if entry is None:
            raise NotFound(resource)
        if entry.is_deleted:
            raise Gone(resource)
        return entry


def _make_shelf(_: Snapshot) -> dict[object, object]:
    return {}


def _make_lister(resource: Resource) -> Callable[[Snapshot], tuple[str, ...]]:
    def list_ids(snapshot: Snapshot) -> tuple[str, ...]:
        entries = snapshot.entries[resource].items()
        return tuple(sorted(i for i, entry in entries if not entry.is_deleted))

    return list_ids


_LIST_IDS = {resource: _make_lister(resource) for resource in get_args(Resource)}


def load_snapshot(
    session: Session,
    upto: int | None = None,
    base: Snapshot | None = None,
    *,
    without: Collection[Resource] = (),
) -> Snapshot:
    """The catalogue as of revision `upto`, the latest by default, less the kinds `without`.

    With an earlier snapshot as `base`, only the revisions after it are read.
    """
    revision = _find_number(session) if upto is None else upto
    if base is not None and base.revision > revision:
        base = None
    if base is None:
        query = _latest_of_each(revision).where(col(Revision.resource).not_in(without))
    else:
        query = _all_between(base.revision, revision)
    entries: dict[Resource, Mapping[str, Entry]] = (
        dict(base.entries) if base else {resource: {} for resource in get_args(Resource)}
    )
    known_at = base.known_at if base else None
    grown: dict[Resource, dict[str, Entry]] = {}
    to_instant = cache(_to_instant)
    archive = get_archive(session.get_bind().engine)
    for row in session.execute(query):
        number, recorded_at, resource, resource_id, is_deleted, record, versions = row
        new = grown.setdefault(resource, {})
        before = new.get(resource_id) or entries[resource].get(resource_id)
        instant = to_instant(recorded_at)
        version = versions + (before.version if before else 0)
        text, kept_in = record, None
        if resource in ARCHIVED and not is_deleted:
            text, kept_in = None, archive
            archive.keep({} if record is None else {number: record})
        new[resource_id] = Entry(number, instant, version, text, kept_in)
        known_at = instant if known_at is None else max(known_at, instant)
    # Kinds without changes keep the very same mapping, by which sharing knows them.
    entries |= {resource: grow(entries[resource], new) for resource, new in grown.items()}
    return Snapshot(revision, known_at, entries, session.get_bind().engine, base)


def _find_number(session: Session) -> int:
    latest = find_latest(session)
    return latest[0] if latest else 0


def _to_instant(stored: str | datetime) -> datetime:
    """An instant as the driver gives it: a text without zone from SQLite."""
    if isinstance(stored, str):
        stored = datetime.fromisoformat(stored)
    return stored.astimezone(UTC) if stored.tzinfo else stored.replace(tzinfo=UTC)


def _latest_of_each(revision: int) -> Select[Any]:
    latest = (
        select(func.max(Revision.number).label("number"), func.count().label("versions"))
        .where(col(Revision.number) <= revision)
        .group_by(col(Revision.resource), col(Revision.resource_id))
        .subquery()
    )
    return _columns(latest.c.versions).join(latest, col(Revision.number) == latest.c.number)


def _all_between(after: int, upto: int) -> Select[Any]:
    in_between = and_(col(Revision.number) > after, col(Revision.number) <= upto)
    # What changed is asked for next, so a few records come along at once.
    columns = _columns(1, with_archived=upto - after <= FEW)
    return columns.where(in_between).order_by(col(Revision.number))


def _columns(versions: Any, *, with_archived: bool = False) -> Select[Any]:
    record, in_archive = col(Revision.record), col(Revision.resource).in_(ARCHIVED)
    columns: list[Any] = [
        Revision.number,
        # As the driver gives it: all revisions of a transaction share an instant.
        type_coerce(Revision.recorded_at, NullType()),
        Revision.resource,
        Revision.resource_id,
        Revision.action == "delete",
        record if with_archived else case((in_archive, None), else_=record),
        literal(versions) if isinstance(versions, int) else versions,
    ]
    query: Select[Any] = select_columns(*columns)
    return query


class SnapshotHolder:
    """The snapshots of this process: the current one, and the past ones asked for lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._current: Snapshot | None = None
        self._past = Recent[int, Snapshot](KEPT_PAST_STATES)
        self.reach = Reach()

    @property
    def last(self) -> Snapshot | None:
        """The latest one that was read, if any."""
        return self._current

    def current(self, session: Session) -> Snapshot:
        """The snapshot of the revision that this session sees."""
        return self.at_revision(session, _find_number(session))

    def known_at(self, session: Session, instant: datetime) -> Snapshot:
        """The snapshot of the latest revision recorded by an instant."""
        query = (
            select(Revision.number)
            .where(col(Revision.recorded_at) <= instant)
            .order_by(col(Revision.recorded_at).desc(), col(Revision.number).desc())
            .limit(1)
        )
        return self.at_revision(session, session.exec(query).first() or 0)

    def at_revision(self, session: Session, revision: int) -> Snapshot:
        """The snapshot of a revision that this session sees."""
        current = self._current
        if current is not None and current.revision == revision:
            return current
        with self._lock:
            return self._find(revision) or self._load(session, revision)

    def _find(self, revision: int) -> Snapshot | None:
        if self._current is not None and self._current.revision == revision:
            return self._current
        return self._past.find(revision)

    def _load(self, session: Session, revision: int) -> Snapshot:
        snapshot = load_snapshot(session, revision, self._current)
        if self._current is None or revision > self._current.revision:
            self._current = snapshot
            return snapshot
        self._past.put(revision, snapshot)
        return snapshot
