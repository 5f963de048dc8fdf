"""Rolling files up on this machine: read in blocks, kept by days, counted by the one statement."""

import os
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import polars as pl

from app.coding.read import FeedFormat, Start, find_start
from app.coding.report import Malformed
from app.feeds.counting import to_sql
from app.feeds.files import (
    DAMAGED,
    DAMAGES,
    check_share,
    most_unpacked,
    open_stream,
    refuse,
    refuse_unpacked,
)
from app.feeds.models import Counts
from app.feeds.resolve import Register
from app.rollups.blocks import Block, next_line, read_blocks
from app.rollups.columns import ColumnReader
from app.rollups.dyad_days import to_columns
from app.rollups.meanings import TYPE_NAMES, Meanings
from app.rollups.rows import Part, RowReader
from app.rollups.spool import Spool

# Blocks are parsed beside each other: one more than there are cores, since some wait for others.
WORKERS = min(4, os.cpu_count() or 1) + 1
_SQL = to_sql("report")
# Numbers are in the order of the texts that they stand for, so this is the order of files.
_ORDER = ("happened_on", "dyad_id", "quad_class", "event_type", "domain_id")
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be rolled up; ids in `retracted` count for nothing."""

    paths: Sequence[Path]
    feed: str
    form: FeedFormat
    register: Register
    retracted: Collection[str] = ()


@dataclass(slots=True)
class Tally:
    """What became of the rows of a roll-up, and who is told.

    `on_rejected` gets the name of the file and a malformed row, `on_read` the number of a file (the
    first is 0) and how many of its bytes were read.
    """

    counts: Counts = field(default_factory=Counts)
    names: Counter[str] = field(default_factory=Counter)
    on_rejected: Callable[[str, Malformed], None] = lambda _, __: None
    on_read: Callable[[int, int], None] = lambda _, __: None

    def settle(self) -> None:
        """Counts as duplicates the rows of which nothing else became."""
        told = self.counts.model_dump(exclude={"read", "duplicate"})
        self.counts.duplicate = self.counts.read - sum(told.values())


@dataclass(frozen=True, slots=True)
class Counted:
    """The dyad-days of some days, how many events they have, and how many ids were retracted."""

    dyad_days: pl.DataFrame
    stored: int
    retracted: int


def roll_up(task: Task, folder: Path, tally: Tally) -> Iterator[pl.DataFrame]:
    """The dyad-days of files in their order, a part at a time; `tally` is whole after the last.

    Nothing comes before all files were read. Raises InvalidCatalogue for a file of something else,
    a damaged one, or one with too many malformed rows.
    """
    meanings, spool = Meanings(task.register), Spool(folder)
    with ThreadPoolExecutor(WORKERS) as pool:
        for number in range(len(task.paths)):
            for part in _read(pool, task, number, meanings, tally):
                spool.add(part.reports)

        def count(reports: pl.DataFrame) -> Counted:
            return _count(reports, task, meanings)

        for counted in _in_order(pool, count, spool.take()):
            tally.counts.stored += counted.stored
            tally.counts.retracted += counted.retracted
            yield counted.dyad_days
    tally.settle()


def _read(
    pool: Executor, task: Task, number: int, meanings: Meanings, tally: Tally
) -> Iterator[Part]:
    """The parts of a file, in order."""
    path = task.paths[number]
    before = tally.counts.model_copy()
    first: Malformed | None = None
    with open_stream(path, path.name) as (stream, plain):
        try:
            head = next_line(stream)
            start = _find_start(task, path, head)
            read = _make_reader(start, meanings)
            blocks = _bounded(path, read_blocks(stream, head[start.skipped :], start.first_line))
            for part in _in_order(pool, read, blocks):
                _add(tally, path.name, part)
                first = first or next(iter(part.rejected), None)
                tally.on_read(number, plain.tell())
                yield part
        except DAMAGES:
            raise refuse(path.name, DAMAGED) from None
    counts = tally.counts
    rows, rejected = counts.read - before.read, counts.rejected - before.rejected
    check_share(path.name, rows, rejected, first)


def _bounded(path: Path, blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks of a file, as long as it unpacks to no more than one of its size does."""
    left = most_unpacked(path)
    for block in blocks:
        left -= len(block.data)
        if left < 0:
            raise refuse_unpacked(path.name)
        yield block


def _find_start(task: Task, path: Path, head: bytes) -> Start:
    try:
        return find_start(task.form, head)
    except ValueError as error:
        raise refuse(path.name, str(error), 1) from None


def _make_reader(start: Start, meanings: Meanings) -> Callable[[Block], Part]:
    rows = RowReader(start.read, meanings)
    if start.layout is not None:
        return ColumnReader(start.layout, rows, meanings).read
    return rows.read_block


def _in_order(
    pool: Executor, work: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Result]:
    """The results in the order of the items, few of which are held at once."""
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > WORKERS:
            yield waiting.popleft().result()
    yield from (future.result() for future in waiting)


def _add(tally: Tally, name: str, part: Part) -> None:
    tally.counts.read += part.rows
    tally.counts.rejected += len(part.rejected)
    tally.counts.unresolved += part.unresolved
    tally.counts.internal += part.internal
    tally.names.update(part.names)
    for row in part.rejected:
        tally.on_rejected(name, row)


def _count(reports: pl.DataFrame, task: Task, meanings: Meanings) -> Counted:
    """The dyad-days of all reports of some days, in order."""
    identity = ["happened_on", "lead"]
    if reports.select(identity).is_duplicated().any():
        reports = reports.unique(identity, keep="first", maintain_order=True)
    known = reports.height
    if task.retracted:
        gone = pl.Series(task.retracted, dtype=pl.String).implode()
        reports = reports.filter(~pl.col("lead").is_in(gone))
    found = pl.SQLContext(report=reports).execute(_SQL, eager=True).sort(_ORDER)
    return Counted(
        to_columns(_to_texts(found, task.feed, meanings)),
        stored=int(found["events"].sum()),
        retracted=known - reports.height,
    )


def _to_texts(found: pl.DataFrame, feed: str, meanings: Meanings) -> pl.DataFrame:
    """Dyad-days with the texts that numbers stand for."""
    actors = pl.Series(meanings.register.actor_ids, dtype=pl.String)
    size = len(actors)
    numbers = {
        "actor_id": (found["dyad_id"] // size, actors),
        "recipient_id": (found["dyad_id"] % size, actors),
        "event_type": (found["event_type"], pl.Series(TYPE_NAMES)),
        "domain_id": (found["domain_id"], pl.Series(meanings.domain_ids)),
    }
    texts = {name: texts.gather(which) for name, (which, texts) in numbers.items()}
    day = pl.col("happened_on").cast(pl.Date)
    return found.with_columns(
        **texts,
        happened_on=day,
        lead=pl.concat_str(pl.lit(f"{feed}."), day.dt.strftime("%Y-%m-%d"), pl.lit("."), "lead"),
    )
