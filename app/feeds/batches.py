"""Batches of an import: the rows of one transaction, sorted by what becomes of them, and stored."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, Date, Engine, Integer, String, and_, exists
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.coding.report import Malformed, Report
from app.db import read_session, write_session
from app.feeds.kinds import check_import
from app.feeds.models import (
    NONE,
    BatchRecord,
    Counts,
    EventImport,
    EventReport,
    FeedDay,
    RejectedRow,
    UnresolvedName,
)
from app.feeds.resolve import Register
from app.feeds.rollup import Place, list_dyads, number_dyads, refresh
from app.feeds.statements import find_retracted, in_chunks, is_retracted, to_cte
from app.revisions.record import Recorder, find_latest
from app.revisions.snapshot import load_snapshot

_LISTED = ", "
Row = tuple[int, Report | Malformed]


@dataclass(slots=True)
class Context:
    """What the batches of one import share."""

    engine: Engine
    feed: str
    import_id: str
    principal: str
    register: Register
    dyads: dict[tuple[str, str], int]

    @classmethod
    def open(cls, engine: Engine, record: EventImport) -> "Context":
        """The context of an import, with actors and domains as they are now."""
        with read_session(engine) as session:
            return cls(
                engine=engine,
                feed=record.feed,
                import_id=record.id,
                principal=record.principal,
                register=Register.of(load_snapshot(session)),
                dyads=list_dyads(session),
            )

    def store(self, batch: list[Row], at: int, now: datetime) -> EventImport:
        """Stores a batch whose first row is row `at`.

        Nothing is stored of an import that was cancelled, or that another process carried further.
        """
        with write_session(self.engine) as session:
            record = session.get_one(EventImport, self.import_id)
            if record.state != "running" or record.next_row != at:
                return record
            check_import(session, self.feed, record.file_name)
            recorder = Recorder(session, find_latest(session), now=now, principal=self.principal)
            done = Batch(self, session, recorder.number + 1, batch).sort()
            summary = BatchRecord(
                feed=self.feed,
                import_id=self.import_id,
                file_name=record.file_name,
                first_line=batch[0][0],
                last_line=batch[-1][0],
                counts=done.counts,
                rows_left=max(0, (record.total_rows or 0) - at - len(batch)),
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
        """Says that the whole file is stored, unless the import was cancelled."""
        with write_session(self.engine) as session:
            record = session.get_one(EventImport, self.import_id)
            if record.state == "running":
                record.state, record.updated_at = "done", now
            return record

    @staticmethod
    def _move(record: EventImport, counts: Counts, next_row: int, now: datetime) -> None:
        for name, count in counts.model_dump().items():
            setattr(record, name, count)
        record.next_row, record.updated_at = next_row, now


class Batch:
    """The rows of one transaction, sorted by what becomes of them."""

    def __init__(self, context: Context, session: Session, revision: int, rows: list[Row]) -> None:
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

    def sort(self) -> "Batch":
        """Decides what becomes of each row."""
        for _, row in self.rows:
            self._take(row)
        number_dyads(self.session, self.context.dyads, (dyad for dyad, _ in self.reports))
        self._drop_known_ids()
        return self

    def _take(self, row: Report | Malformed) -> None:
        if isinstance(row, Malformed):
            self.counts.rejected += 1
            self.rejected.append(row)
            return
        self.days[row.day] += 1
        actor_id, recipient_id, nameless = self.context.register.find_sides(row)
        if actor_id is None or recipient_id is None:
            self.counts.unresolved += 1
            self.unresolved.update(nameless)
        elif actor_id == recipient_id:
            self.counts.internal += 1
        else:
            self.reports.append(((actor_id, recipient_id), row))

    def _drop_known_ids(self) -> None:
        """Keeps the reports that are not on record, and counts what becomes of each."""
        known = self._find_ids()
        retracted = find_retracted(
            self.session, self.context.feed, [report.feed_id for _, report in self.reports]
        )
        events = self._find_events()
        for dyad, report in self.reports:
            identity = (report.day, report.feed_id)
            if identity in known:
                self.counts.duplicate += 1
                continue
            known.add(identity)
            self.kept.append(self._to_row(self.context.dyads[dyad], report))
            event = (self.context.dyads[dyad], report.day, report.code, report.publisher)
            if report.feed_id in retracted:
                self.counts.retracted += 1
            elif event in events:
                self.counts.duplicate += 1
            else:
                self.counts.stored += 1
                events.add(event)

    def _find_ids(self) -> set[tuple[Any, ...]]:
        """Day and id of the reports of the batch that are on record."""
        asked = sorted({(report.day, report.feed_id) for _, report in self.reports})
        columns = (col(EventReport.happened_on), col(EventReport.feed_id))
        found: set[tuple[Any, ...]] = set()
        for chunk in in_chunks(asked):
            these = to_cte(chunk, happened_on=Date, feed_id=String)
            query = (
                select(*columns)
                .join(these, _are_equal(these, EventReport))
                .where(col(EventReport.feed) == self.context.feed)
            )
            found.update(tuple(row) for row in self.session.exec(query))
        return found

    def _find_events(self) -> set[tuple[Any, ...]]:
        """The events of the batch that are on record."""
        dyads = self.context.dyads
        asked = sorted({(dyads[d], r.day, r.code, r.publisher) for d, r in self.reports})
        found: set[tuple[Any, ...]] = set()
        for chunk in in_chunks(asked):
            these = to_cte(chunk, dyad_id=Integer, happened_on=Date, code=String, publisher=String)
            is_known = exists().where(_are_equal(these, EventReport), ~is_retracted(EventReport))
            query = select_columns(*these.c).where(is_known)
            found.update(tuple(row) for row in self.session.execute(query))
        return found

    def _to_row(self, dyad_id: int, report: Report) -> dict[str, Any]:
        domain_id, rule = self.context.register.domain_of(report)
        return {
            "feed": self.context.feed,
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
        feed = self.context.feed
        self.session.add_all(
            FeedDay(revision=self.revision, feed=feed, happened_on=day, rows=rows)
            for day, rows in self.days.items()
        )
        self._write_names()
        if self.kept:
            self.session.execute(EventReport.__table__.insert(), self.kept)  # type: ignore[attr-defined]
        places: set[Place] = {(row["dyad_id"], row["happened_on"]) for row in self.kept}
        refresh(self.session, self.revision, places)

    def _write_names(self) -> None:
        """Adds the names that led to nobody to those of the batches before."""
        table, import_id = UnresolvedName, self.context.import_id
        for chunk in in_chunks(sorted(self.unresolved)):
            query = select(table).where(
                col(table.import_id) == import_id, col(table.name).in_(chunk)
            )
            known = {one.name: one for one in self.session.exec(query)}
            for name in chunk:
                if name in known:
                    known[name].count += self.unresolved[name]
                else:
                    count = self.unresolved[name]
                    self.session.add(table(import_id=import_id, name=name, count=count))


def _are_equal(these: CTE, table: Any) -> Any:
    return and_(*(column == getattr(table, column.name) for column in these.c))
