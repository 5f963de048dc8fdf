"""Ways to find the best 20 of n proposals by the caller's own weights, all from the same values.

Each way gets the counted values, n rows of 8 criteria in thousandths, keeps them in its own form
and says what ranks them: a call that gives the numbers of the best rows, best first.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg

from app.scoring.assessment import CRITERIA
from app.scoring.profiles import BALANCED, WEIGHT_STEPS
from app.scoring.top import rank_top, to_blocks

K = 20
Counted = npt.NDArray[np.int16]
WEIGHTS = np.array(BALANCED.microweights, dtype=np.float32) / WEIGHT_STEPS
NAMES = ", ".join(CRITERIA)
SCORE = " + ".join(
    f"{weight} * {criterion}"
    for criterion, weight in zip(CRITERIA, BALANCED.microweights, strict=True)
)
BEST = f"SELECT number FROM proposal ORDER BY {SCORE} DESC LIMIT {K}"


@dataclass(frozen=True, slots=True)
class Ready:
    """Values in a form of their own; `held` is its size in bytes."""

    rank: Callable[[], Sequence[int] | None]
    held: int
    cpu_seconds: Callable[[], float] = time.process_time


@dataclass(frozen=True, slots=True)
class Way:
    """A way to rank, and the most proposals that it is tried with."""

    name: str
    prepare: Callable[[Counted], AbstractContextManager[Ready]]
    needs: str
    most: int = 1_000_000


@contextmanager
def read_once(
    counted: Counted, read: Callable[[npt.NDArray[np.float32]], object]
) -> Iterator[Ready]:
    """No ranking: one read of the matrix from memory."""
    matrix = _to_matrix(counted)

    def read_all() -> None:
        read(matrix)

    yield Ready(read_all, matrix.nbytes)


@contextmanager
def use_numpy(counted: Counted) -> Iterator[Ready]:
    """A matrix-vector product and argpartition."""
    matrix = _to_matrix(counted)

    def rank() -> Sequence[int]:
        scores = matrix @ WEIGHTS
        best = np.argpartition(scores, len(scores) - K)[-K:]
        return [int(row) for row in best[np.argsort(-scores[best])]]

    yield Ready(rank, matrix.nbytes)


@contextmanager
def use_kernel(counted: Counted) -> Iterator[Ready]:
    """The service's own."""
    blocks = to_blocks(counted)
    yield Ready(
        lambda: [int(row) for row in rank_top(blocks, BALANCED.microweights, K)],
        sum(block.nbytes for block in blocks),
    )


@contextmanager
def use_duckdb(counted: Counted) -> Iterator[Ready]:
    """DuckDB in memory, one thread."""
    duckdb = import_module("duckdb")
    connection = duckdb.connect(config={"threads": 1})
    columns = {c: np.ascontiguousarray(counted[:, i]) for i, c in enumerate(CRITERIA)}
    rows = columns | {"number": np.arange(len(counted), dtype=np.int32)}
    connection.register("given", rows)
    connection.execute(f"CREATE TABLE proposal AS SELECT number, {NAMES} FROM given")
    connection.unregister("given")
    told = connection.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone()
    yield Ready(
        lambda: [row for (row,) in connection.execute(BEST).fetchall()], int(told[0] if told else 0)
    )
    connection.close()


@contextmanager
def use_sqlite(counted: Counted) -> Iterator[Ready]:
    """SQLite in memory."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE proposal (number INTEGER PRIMARY KEY, {NAMES})")
    marks = ", ".join("?" * (1 + len(CRITERIA)))
    rows = ((number, *values) for number, values in enumerate(counted.tolist()))
    connection.executemany(f"INSERT INTO proposal VALUES ({marks})", rows)
    connection.commit()
    pages = [
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    ]
    yield Ready(
        lambda: [row for (row,) in connection.execute(BEST).fetchall()], pages[0] * pages[1]
    )
    connection.close()


@contextmanager
def use_postgresql(counted: Counted, server: str) -> Iterator[Ready]:
    """PostgreSQL, one process; its time is that of the backend and of this process."""
    with psycopg.connect(server, autocommit=True) as connection:
        columns = ", ".join(f"{criterion} smallint" for criterion in CRITERIA)
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute(f"CREATE UNLOGGED TABLE proposal (number integer, {columns})")
        with connection.cursor().copy("COPY proposal FROM STDIN") as copy:
            for number, values in enumerate(counted.tolist()):
                copy.write_row((number, *values))
        connection.execute("VACUUM ANALYZE proposal")
        size = connection.execute("SELECT pg_total_relation_size('proposal')").fetchone()
        backend = Path(f"/proc/{connection.info.backend_pid}/schedstat")
        yield Ready(
            lambda: [row for (row,) in connection.execute(BEST).fetchall()],
            int(size[0] if size else 0),
            lambda: time.process_time() + int(backend.read_text().split()[0]) / 1e9,
        )
        connection.execute("DROP TABLE proposal")


def as_is(column: npt.NDArray[np.float64], cost: bool = False) -> npt.NDArray[np.float64]:
    """No normalisation."""
    del cost
    return column


@contextmanager
def use_pymcdm(counted: Counted) -> Iterator[Ready]:
    """The weighted sum of pymcdm, of values as they are, and a sort of what it prefers."""
    matrix, types = counted / 1000, np.ones(len(CRITERIA))
    method = import_module("pymcdm.methods").WSM(as_is)

    def rank() -> Sequence[int]:
        preferences = method(matrix, WEIGHTS, types, validation=False)
        return [int(row) for row in np.argsort(-preferences)[:K]]

    yield Ready(rank, matrix.nbytes)


@contextmanager
def use_skcriteria(counted: Counted) -> Iterator[Ready]:
    """scikit-criteria's weighted sum; making its decision matrix is not counted."""
    make = import_module("skcriteria").mkdm
    given = make(counted / 1000, [max] * len(CRITERIA), weights=WEIGHTS.tolist())
    model = import_module("skcriteria.agg.simple").WeightedSumModel()

    def rank() -> Sequence[int]:
        return [int(row) for row in np.argsort(model.evaluate(given).rank_)[:K]]

    yield Ready(rank, counted.nbytes * 4)


def list_ways(server: str | None) -> tuple[list[Way], list[str]]:
    """The ways that can be had here, the unit first, and the names of those that cannot."""
    ways = [
        Way("one read of the matrix: its sum", partial(read_once, read=np.sum), "numpy"),
        # The fastest read that numpy has.
        Way("one read of the matrix: its maximum", partial(read_once, read=np.max), "numpy"),
        Way("this service", use_kernel, "numpy"),
        Way("numpy: product and argpartition", use_numpy, "numpy"),
        Way("DuckDB", use_duckdb, "duckdb"),
        Way("PostgreSQL", partial(use_postgresql, server=server or ""), "psycopg"),
        Way("SQLite", use_sqlite, "sqlite3"),
        Way("scikit-criteria", use_skcriteria, "skcriteria", most=100_000),
        Way("pymcdm", use_pymcdm, "pymcdm", most=100_000),
    ]
    missing = {way.name for way in ways if find_spec(way.needs) is None}
    if server is None:
        missing.add("PostgreSQL")
    had = [way for way in ways if way.name not in missing]
    return had, [way.name for way in ways if way.name in missing]


def _to_matrix(counted: Counted) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(counted, dtype=np.float32) / np.float32(1000)
