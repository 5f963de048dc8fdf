"""Importing a feed's file: looked through first, then stored batch by batch.

Each batch is one transaction with one revision: its reports, its rejected rows, the dyad-days they
change, and how far the import has come. A process killed at any line leaves whole batches, and the
same file, found by the hash of its bytes, goes on after the last of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, tuple_
from sqlmodel import Session, col, select

from app.actors.queries import list_actors
from app.coding.domains import find_domain
from app.coding.read import FeedFormat
from app.coding.report import Malformed, Report
from app.db import read_session, write_session
from app.domains.queries import list_domains
from app.feeds.files import Survey, open_lines, rows_of, survey
from app.feeds.models import (
    NONE,
    BatchRecord,
    Counts,
    Dyad,
    EventImport,
    EventReport,
    FeedDay,
    RejectedRow,
    UnresolvedName,
)
from app.feeds.resolve import Resolver
from app.feeds.rollup import Place, list_dyads, refresh
from app.feeds.statements import in_chunks, is_retracted
from app.revisions.record import Recorder
from app.revisions.snapshot import load_snapshot

# Large enough that a commit costs little, small enough that other writers wait about a second.
BATCH_ROWS = 5000
_LISTED = ", "
Row = tuple[int, Report | Malformed]


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a feed: the feed's name, and the format that its rows have."""

    path: Path
    feed: str
    form: FeedFormat


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of the rows of a file: of each one seen, of their number, of those stored."""

    seen: Callable[[], None] = lambda: None
    total: Callable[[int], None] = lambda _: None
    stored: Callable[[int], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Imported:
    """An import after it ended; `changed` is False when all of it was there before."""

    record: EventImport
    changed: bool


def import_file(
    engine: Engine,
    source: Source,
    *,
    clock: Callable[[], datetime],
    principal: str,
    watch: Watch | None = None,
) -> Imported:
    """Stores a file of a feed, or what is left to store of it.

    Raises InvalidCatalogue, with nothing stored, for a file of something else, a damaged one, or
    one with too many malformed rows.
    """
    watch = watch or Watch()
    found = survey(source.path, source.form, watch.seen)
    watch.total(found.rows)
    record = _begin(engine, source, found, clock(), principal)
    if record.state == "done":
        return Imported(record, changed=False)
    watch.stored(record.next_row)
    context = _open_context(engine, source, record, principal)
    with open_lines(source.path) as lines:
        rows = rows_of(source.path, source.form, lines)
        at = _skip(rows, record.next_row)
        while batch := list(islice(rows, BATCH_ROWS)):
            record = context.store(batch, at, clock())
            at += len(batch)
            watch.stored(len(batch))
            at += _skip(rows, record.next_row - at)
    return Imported(context.finish(clock()), changed=True)


def _skip(rows: Iterator[Row], count: int) -> int:
    return sum(1 for _ in islice(rows, max(0, count)))


def _begin(
    engine: Engine, source: Source, found: Survey, now: datetime, principal: str
) -> EventImport:
    """The import of this file: a new one, or the one that was begun or done before."""
    with write_session(engine) as session:
        query = select(EventImport).where(
            col(EventImport.feed) == source.feed, col(EventImport.sha256) == found.sha256
        )
        known = session.exec(query).first()
        if known is not None:
            return known
        record = EventImport(
            id=f"imp-{found.sha256[:12]}-{source.feed}",
            feed=source.feed,
            format=source.form,
            file_name=source.path.name,
            sha256=found.sha256,
            state="running",
            total_rows=found.rows,
            next_row=0,
            **Counts().model_dump(),
            principal=principal,
            created_at=now,
            updated_at=now,
        )
        session.add(record)
        return record


def _open_context(
    engine: Engine, source: Source, record: EventImport, principal: str
) -> "_Context":
    with read_session(engine) as session:
        snapshot = load_snapshot(session)
        return _Context(
            engine=engine,
            source=source,
            import_id=record.id,
            principal=principal,
            resolver=Resolver(list_actors(snapshot)),
            domain_ids=frozenset(list_domains(snapshot)),
            dyads=list_dyads(session),
        )


@dataclass(slots=True)
class _Context:
    """What the batches of one import share."""

    engine: Engine
    source: Source
    import_id: str
    principal: str
    resolver: Resolver
    domain_ids: frozenset[str]
    dyads: dict[tuple[str, str], int]

    def store(self, batch: list[Row], at: int, now: datetime) -> EventImport:
        """Stores a batch whose first row is row `at`, unless another process has stored it."""
        with write_session(self.engine) as session:
            record = session.get_one(EventImport, self.import_id)
            if record.next_row != at:
                return record
            recorder = Recorder(session, now=now, principal=self.principal)
            done = _Batch(self, session, recorder.number + 1, batch).sort()
            summary = BatchRecord(
                feed=self.source.feed,
                import_id=self.import_id,
                file_name=record.file_name,
                first_line=batch[0][0],
                last_line=batch[-1][0],
                counts=done.counts,
            )
            recorder.record(
                action="create",
                resource="event_batch",
                resource_id=f"{self.import_id}.{batch[0][0]}",
                record=summary.model_dump_json(),
            )
            done.write()
            self._move(record, record.counts + done.counts, at + len(batch), now)
            return record

    def finish(self, now: datetime) -> EventImport:
        """Says that the whole file is stored."""
        with write_session(self.engine) as session:
            record = session.get_one(EventImport, self.import_id)
            record.state, record.updated_at = "done", now
            return record

    @staticmethod
    def _move(record: EventImport, counts: Counts, next_row: int, now: datetime) -> None:
        for name, count in counts.model_dump().items():
            setattr(record, name, count)
        record.next_row, record.updated_at = next_row, now


class _Batch:
    """The rows of one transaction, sorted by what becomes of them."""

    def __init__(self, context: _Context, session: Session, revision: int, rows: list[Row]) -> None:
        self.context = context
        self.session = session
        self.revision = revision
        self.rows = rows
        self.counts = Counts(read=len(rows))
        self.rejected: list[Malformed] = []
        self.unresolved: Counter[str] = Counter()
        self.days: Counter[date] = Counter()
        self.reports: list[tuple[tuple[str, str], Report]] = []
        self.kept: list[dict[str, Any]] = []

    def sort(self) -> "_Batch":
        """Decides what becomes of each row."""
        for _, row in self.rows:
            self._take(row)
        self._add_dyads()
        self._drop_known_ids()
        return self

    def _take(self, row: Report | Malformed) -> None:
        if isinstance(row, Malformed):
            self.counts.rejected += 1
            self.rejected.append(row)
            return
        self.days[row.day] += 1
        resolve = self.context.resolver.resolve
        actor_id, recipient_id = resolve(row.actor), resolve(row.recipient)
        if actor_id is None or recipient_id is None:
            self.counts.unresolved += 1
            nameless = {
                party.name or "(no name)"
                for party, found in ((row.actor, actor_id), (row.recipient, recipient_id))
                if found is None
            }
            self.unresolved.update(nameless)
        elif actor_id == recipient_id:
            self.counts.internal += 1
        else:
            self.reports.append(((actor_id, recipient_id), row))

    def _add_dyads(self) -> None:
        """Gives every dyad of the batch its number."""
        dyads = self.context.dyads
        if all(dyad in dyads for dyad, _ in self.reports):
            return
        dyads |= list_dyads(self.session)
        free = max(dyads.values(), default=0) + 1
        for dyad in dict.fromkeys(d for d, _ in self.reports if d not in dyads):
            dyads[dyad] = free
            self.session.add(Dyad(id=free, actor_id=dyad[0], recipient_id=dyad[1]))
            free += 1
        self.session.flush()

    def _drop_known_ids(self) -> None:
        """Keeps the reports that are not on record, and counts those that tell of a new event."""
        known = self._find_ids()
        events = self._find_events()
        for dyad, report in self.reports:
            identity = (report.day, report.feed_id)
            event = (self.context.dyads[dyad], report.day, report.code, report.publisher)
            if identity in known or event in events:
                self.counts.duplicate += 1
            else:
                self.counts.stored += 1
            if identity not in known:
                self.kept.append(self._to_row(self.context.dyads[dyad], report))
            known.add(identity)
            events.add(event)

    def _find_ids(self) -> set[tuple[Any, ...]]:
        """Day and id of the reports of the batch that are on record."""
        asked = [(report.day, report.feed_id) for _, report in self.reports]
        columns = (col(EventReport.happened_on), col(EventReport.feed_id))
        found: set[tuple[Any, ...]] = set()
        for chunk in in_chunks(asked):
            query = select(*columns).where(
                col(EventReport.feed) == self.context.source.feed, tuple_(*columns).in_(chunk)
            )
            found.update(tuple(row) for row in self.session.exec(query))
        return found

    def _find_events(self) -> set[tuple[Any, ...]]:
        """The events on record at the dyads and days of the batch."""
        dyads = self.context.dyads
        asked = sorted({(dyads[dyad], report.day) for dyad, report in self.reports})
        places = (col(EventReport.dyad_id), col(EventReport.happened_on))
        columns = (*places, col(EventReport.code), col(EventReport.publisher))
        found: set[tuple[Any, ...]] = set()
        for chunk in in_chunks(asked):
            at_these = tuple_(*places).in_(chunk)
            query = select(*columns).where(at_these, ~is_retracted(EventReport)).distinct()
            found.update(tuple(row) for row in self.session.exec(query))
        return found

    def _to_row(self, dyad_id: int, report: Report) -> dict[str, Any]:
        domain_id, rule = find_domain(report) or (NONE, NONE)
        if domain_id not in self.context.domain_ids:
            domain_id, rule = NONE, NONE
        return {
            "feed": self.context.source.feed,
            "happened_on": report.day,
            "feed_id": report.feed_id,
            "revision": self.revision,
            "import_id": self.context.import_id,
            "dyad_id": dyad_id,
            "code": report.code,
            "event_type": report.event_type or NONE,
            "quad_class": report.quad_class,
            "hundredths": report.hundredths,
            "publisher": report.publisher,
            "domain_id": domain_id,
            "domain_rule": rule,
            "contexts": _LISTED.join(report.contexts),
            "actor_name": report.actor.name,
            "actor_sectors": _LISTED.join(report.actor.sectors),
            "recipient_name": report.recipient.name,
            "recipient_sectors": _LISTED.join(report.recipient.sectors),
            "place": report.place,
            "latitude": report.latitude,
            "longitude": report.longitude,
        }

    def write(self) -> None:
        """Stores what is kept, after the revision of the batch."""
        for row in self.rejected:
            self.session.add(
                RejectedRow(
                    import_id=self.context.import_id,
                    line=row.line,
                    reason=row.reason,
                    text=row.text,
                )
            )
        feed = self.context.source.feed
        self.session.add_all(
            FeedDay(revision=self.revision, feed=feed, happened_on=day, rows=rows)
            for day, rows in self.days.items()
        )
        for name, count in self.unresolved.items():
            known = self.session.get(UnresolvedName, (self.context.import_id, name))
            if known is None:
                self.session.add(
                    UnresolvedName(import_id=self.context.import_id, name=name, count=count)
                )
            else:
                known.count += count
        if self.kept:
            self.session.execute(EventReport.__table__.insert(), self.kept)  # type: ignore[attr-defined]
        places: set[Place] = {(row["dyad_id"], row["happened_on"]) for row in self.kept}
        refresh(self.session, self.revision, places)
