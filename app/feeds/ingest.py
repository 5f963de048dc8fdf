"""Importing a feed's file: put on record, looked through, then stored batch by batch.

Each batch is one transaction with one revision: its reports, its rejected rows, the dyad-days they
change, and how far the import has come. A process killed at any line leaves whole batches, and the
same file, found by the hash of its bytes, goes on after the last of them. Where an import stands is
on record only, so that any process can cancel it or carry it on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import col, select

from app.coding.read import FeedFormat
from app.db import write_session
from app.errors import Conflict, Fault, InvalidCatalogue, NotFound
from app.feeds.batches import Context, Row
from app.feeds.files import hash_file, open_lines, rows_of, survey
from app.feeds.kinds import check_import
from app.feeds.models import ENDED, Counts, EventImport

# Large enough that a commit costs little, small enough that other writers wait about a second.
BATCH_ROWS = 5000
# Digits of a file's hash in the id of its import: nobody finds two files that share so many.
ID_DIGITS = 32
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a feed: the feed's name, the format that its rows have, and what it is called."""

    path: Path
    feed: str
    form: FeedFormat
    file_name: str


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how far an import is: of each line seen, of the number of rows, of those stored.

    Whoever is told may raise, to stop the import where it is.
    """

    seen: Callable[[], None] = lambda: None
    total: Callable[[int], None] = lambda _: None
    stored: Callable[[int], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Imported:
    """An import after it ended; `changed` is False when all of it was there before."""

    record: EventImport
    changed: bool


def import_file(
    engine: Engine, source: Source, *, clock: Clock, principal: str, watch: Watch | None = None
) -> Imported:
    """Stores a file of a feed, or what is left to store of it.

    Raises InvalidCatalogue, with no row stored, for a file of something else, a damaged one, or
    one with too many malformed rows.
    """
    sha256 = hash_file(source.path, source.file_name)
    record = enlist(engine, source, sha256, now=clock(), principal=principal)
    if record.state == "done":
        return Imported(record, changed=False)
    return Imported(carry_out(engine, source.path, record, clock, watch or Watch()), changed=True)


def enlist(
    engine: Engine, source: Source, sha256: str, *, now: datetime, principal: str
) -> EventImport:
    """Puts the import of a file on record, unless it is there.

    One that failed or was cancelled is taken up again; one that is done stays so. Raises
    InvalidCatalogue for a feed that was loaded rolled up.
    """
    with write_session(engine) as session:
        query = select(EventImport).where(
            col(EventImport.feed) == source.feed, col(EventImport.sha256) == sha256
        )
        record = session.exec(query).first()
        check_import(session, source.feed, source.file_name)
        if record is None:
            record = EventImport(
                id=f"imp-{sha256[:ID_DIGITS]}-{source.feed}",
                feed=source.feed,
                format=source.form,
                file_name=source.file_name,
                sha256=sha256,
                state="queued",
                next_row=0,
                **Counts().model_dump(),
                principal=principal,
                created_at=now,
                updated_at=now,
            )
            session.add(record)
        elif record.state in ("failed", "cancelled"):
            record.state, record.failure, record.updated_at = "queued", None, now
            if record.next_row == 0:
                record.format = source.form
        return record


def carry_out(
    engine: Engine, path: Path, record: EventImport, clock: Clock, watch: Watch
) -> EventImport:
    """Stores what is left of an import; as it stands afterwards, done or cancelled.

    Raises InvalidCatalogue after it has put on record that the import failed.
    """
    try:
        return _carry_out(engine, path, record, clock, watch)
    except InvalidCatalogue as error:
        fault = error.faults[0]
        place = "" if fault.line is None else f"line {fault.line}: "
        fail(engine, record.id, f"{place}{fault.detail}", clock())
        raise


def _carry_out(
    engine: Engine, path: Path, record: EventImport, clock: Clock, watch: Watch
) -> EventImport:
    found = survey(path, record.file_name, record.format, watch.seen)
    record = _begin(engine, record.id, found.rows, clock())
    watch.total(found.rows)
    watch.stored(record.next_row)
    context = Context.open(engine, record)
    with open_lines(path, record.file_name) as lines:
        rows = rows_of(record.file_name, record.format, lines)
        at = _skip(rows, record.next_row)
        while record.state == "running" and (batch := list(islice(rows, BATCH_ROWS))):
            record = context.store(batch, at, clock())
            at += len(batch)
            watch.stored(len(batch))
            at += _skip(rows, record.next_row - at)
    return context.finish(clock())


def _skip(rows: Iterator[Row], count: int) -> int:
    return sum(1 for _ in islice(rows, max(0, count)))


def _begin(engine: Engine, import_id: str, rows: int, now: datetime) -> EventImport:
    """Says how many rows there are, unless the import was cancelled meanwhile."""
    with write_session(engine) as session:
        record = session.get_one(EventImport, import_id)
        if record.state == "queued":
            check_import(session, record.feed, record.file_name)
            record.state, record.total_rows, record.updated_at = "running", rows, now
        return record


def fail(engine: Engine, import_id: str, failure: str, now: datetime) -> None:
    """Puts on record why an import failed, unless it has ended."""
    with write_session(engine) as session:
        record = session.get(EventImport, import_id)
        if record is not None and record.state not in ENDED:
            record.state, record.failure, record.updated_at = "failed", failure, now


def cancel(engine: Engine, import_id: str, now: datetime) -> EventImport:
    """Stops an import after the batch at work; what is stored stays.

    Raises NotFound, and Conflict for one that is done or failed.
    """
    with write_session(engine) as session:
        record = session.get(EventImport, import_id)
        if record is None:
            raise NotFound("import")
        if record.state in ("done", "failed"):
            fault = Fault("/path/import_id", "This import has ended, so nothing is left to cancel.")
            raise Conflict("illegal_transition", (fault,))
        if record.state != "cancelled":
            record.state, record.updated_at = "cancelled", now
        return record
