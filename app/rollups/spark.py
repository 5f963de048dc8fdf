"""Rolling files up on a cluster: workers read them with the same readers, Spark runs the statement.

Workers need this package, the same Python as the driver, and the files and the scratch folder under
the same paths. Every row becomes one of `_SCHEMA`, so that what became of it is counted once even
where a task is tried again.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from pyspark.sql import SparkSession

from app.actors.models import ActorCreate
from app.coding.read import FeedFormat, Reader, find_start, read_line
from app.coding.report import Malformed, Report
from app.feeds.counting import to_sql
from app.feeds.files import check_share, refuse
from app.feeds.models import NONE
from app.feeds.resolve import Register
from app.rollups.dyad_days import ORDER, to_columns
from app.rollups.embedded import Tally, Task
from app.rollups.splits import Split, number_lines, split_files

_SCHEMA = (
    "outcome string, file int, line long, lead string, happened_on date, dyad_id string, "
    "code string, publisher string, quad_class int, event_type string, domain_id string, "
    "hundredths int, texts array<string>"
)
_WIDTH = len(_SCHEMA.split(", "))
# Rows whose ids repeat that of an earlier row of the day are set aside, and those retracted.
_FIRST = """
SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY happened_on, lead ORDER BY file, line) AS turn
    FROM read_row WHERE outcome = 'report'
) WHERE turn = 1
"""
_IN_ORDER = """
SELECT happened_on, split(dyad_id, '\\t')[0] AS actor_id, split(dyad_id, '\\t')[1] AS recipient_id,
    quad_class, event_type, domain_id, events, publishers, cooperative, conflictual, lead
FROM dyad_day
ORDER BY happened_on, actor_id, recipient_id, quad_class, event_type, domain_id
"""
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a worker needs to read a split."""

    form: FeedFormat
    heads: tuple[bytes, ...]
    actors: dict[str, ActorCreate]
    domain_ids: frozenset[str]


def open_session(master: str | None) -> SparkSession:
    """A session on a cluster; on the one that the environment names if `master` is None."""
    builder = SparkSession.builder.appName("entente events rollup")
    builder = builder.config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    if master is not None:
        builder = builder.master(master)
        if master.startswith("local"):
            # Workers on this machine have this Python, unless the environment names another.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
            builder = builder.config("spark.driver.host", "127.0.0.1")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def roll_up(
    session: SparkSession, task: Task, folder: Path, tally: Tally
) -> Iterator[pl.DataFrame]:
    """The dyad-days of files, a part at a time in their order, as `embedded.roll_up` has them."""
    splits = _number(session, split_files(task.paths))
    reading = session.sparkContext.broadcast(_prepare(task))
    places = session.sparkContext.parallelize(splits, max(1, len(splits)))
    rows = places.flatMap(lambda split: read_split(split, reading.value))
    at = str(folder / "rows")
    session.createDataFrame(rows, _SCHEMA).write.parquet(at)
    session.read.parquet(at).createOrReplaceTempView("read_row")
    _sum_up(session, task, tally)
    first = session.sql(_FIRST)
    if task.retracted:
        ids = session.createDataFrame([(i,) for i in task.retracted], "lead string")
        kept = first.join(ids, "lead", "left_anti")
        tally.counts.retracted = first.count() - kept.count()
        first = kept
    first.createOrReplaceTempView("report")
    session.sql(to_sql("report")).createOrReplaceTempView("dyad_day")
    found = folder / "found"
    session.sql(_IN_ORDER).write.parquet(str(found))
    yield from _collect(found, task, tally)


def _prepare(task: Task) -> Reading:
    heads = []
    for path in task.paths:
        head = next(split_files([path])[0].lines(), b"")
        try:
            find_start(task.form, head)
        except ValueError as error:
            raise refuse(path.name, str(error), 1) from None
        heads.append(head)
    register = task.register
    return Reading(task.form, tuple(heads), dict(register.actors), register.domain_ids)


def _number(session: SparkSession, splits: list[Split]) -> list[Split]:
    counts = session.sparkContext.parallelize(splits, max(1, len(splits))).map(count_lines)
    return number_lines(splits, counts.collect())


def count_lines(split: Split) -> int:
    """How many lines a split has."""
    return sum(1 for _ in split.lines())


def read_split(split: Split, reading: Reading) -> Iterator[Row]:
    """The rows of a split, each with what becomes of it, in the columns of `_SCHEMA`."""
    register = Register(reading.actors, reading.domain_ids)
    start = find_start(reading.form, reading.heads[split.file])
    for number, line in enumerate(split.lines(), split.first_line):
        if number == 1:
            line = line[start.skipped :]
        if row := _read_one(start.read, register, number, line):
            outcome, *columns = row
            yield (outcome, split.file, number, *columns)


def _read_one(read: Reader, register: Register, number: int, line: bytes) -> Row | None:
    row = read_line(read, number, line)
    if row is None:
        return None
    if isinstance(row, Malformed):
        return _told("rejected", [row.reason, row.text])
    actor, recipient, nameless = register.find_sides(row)
    if actor is None or recipient is None:
        return _told("unresolved", sorted(nameless))
    if actor == recipient:
        return _told("internal", [])
    return ("report", *_counted(row, f"{actor}\t{recipient}", register.domain_of(row)[0]), None)


def _told(outcome: str, texts: list[str]) -> Row:
    return (outcome, *(None,) * (_WIDTH - 4), texts)


def _counted(row: Report, dyad_id: str, domain_id: str) -> Row:
    return (
        row.feed_id,
        row.day,
        dyad_id,
        row.code,
        row.publisher,
        row.quad_class,
        row.event_type or NONE,
        domain_id,
        row.hundredths,
    )


def _sum_up(session: SparkSession, task: Task, tally: Tally) -> None:
    """Fills the tally; raises InvalidCatalogue for a file with too many malformed rows."""
    query = "SELECT file, outcome, count(*) AS count FROM read_row GROUP BY file, outcome"
    found = {(row.file, row.outcome): row["count"] for row in session.sql(query).collect()}
    rejected = "SELECT file, line, texts FROM read_row WHERE outcome = 'rejected' ORDER BY 1, 2"
    first: dict[int, Malformed] = {}
    for row in session.sql(rejected).toLocalIterator():
        malformed = Malformed(row.line, *row.texts)
        first.setdefault(row.file, malformed)
        tally.on_rejected(task.paths[row.file].name, malformed)
    for file, path in enumerate(task.paths):
        rows = sum(count for (of, _), count in found.items() if of == file)
        check_share(path.name, rows, found.get((file, "rejected"), 0), first.get(file))
    names = "SELECT explode(texts) AS name FROM read_row WHERE outcome = 'unresolved'"
    counted = f"SELECT name, count(*) AS count FROM ({names}) GROUP BY name"  # noqa: S608 no input
    tally.names.update({row["name"]: row["count"] for row in session.sql(counted).collect()})
    tally.counts.read = sum(found.values())
    for outcome in ("rejected", "unresolved", "internal"):
        count = sum(n for (_, name), n in found.items() if name == outcome)
        setattr(tally.counts, outcome, count)


def _collect(folder: Path, task: Task, tally: Tally) -> Iterator[pl.DataFrame]:
    counts = tally.counts
    lead = pl.concat_str(
        pl.lit(f"{task.feed}."), pl.col("happened_on").cast(pl.String), pl.lit("."), "lead"
    )
    for path in sorted(folder.glob("part-*.parquet")):
        part = pl.read_parquet(path).with_columns(lead=lead)
        counts.stored += int(part["events"].sum())
        yield to_columns(part).sort(ORDER)
    tally.settle()
