"""The one statement that counts events, run by engines that share nothing, and spelt out."""

from collections import defaultdict
from typing import Any

import duckdb
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from app.feeds.counting import GROUP_COLUMNS, REPORT_COLUMNS, SUM_COLUMNS, to_sql

_one_code = st.tuples(
    st.integers(1, 2),  # dyad
    st.integers(0, 2),  # day
    st.integers(0, 2),  # code
    st.integers(0, 2),  # publisher
    st.integers(1, 2),  # quad class
    st.integers(0, 1),  # event type
    st.integers(0, 1),  # domain
    st.integers(-1000, 1000),
)


def spell_out(reports: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Dyad-days of reports, one after the other."""
    events: dict[tuple[int, ...], tuple[Any, ...]] = {}
    for report in sorted(reports, key=lambda report: report[-1]):
        events.setdefault(report[:4], report)
    groups = defaultdict(list)
    for event in events.values():
        dyad, day, _, _, *kind, _, _ = event
        groups[dyad, day, *kind].append(event)
    return sorted(
        (
            *group,
            len(found),
            len({event[3] for event in found}),
            sum(max(0, event[7]) for event in found),
            sum(max(0, -event[7]) for event in found),
            min(event[8] for event in found),
        )
        for group, found in groups.items()
    )


@given(st.lists(_one_code, max_size=40), st.randoms(use_true_random=False))
def test_engines_count_alike(rows: list[tuple[int, ...]], chance: Any) -> None:
    leads = [f"{n:02}" for n in range(len(rows))]
    chance.shuffle(leads)
    reports = [(*row, lead) for row, lead in zip(rows, leads, strict=True)]
    types = dict.fromkeys(REPORT_COLUMNS, pl.Int64) | {"lead": pl.String}
    report = pl.DataFrame(reports, schema=types, orient="row")
    sql, columns = to_sql("report"), [*GROUP_COLUMNS, *SUM_COLUMNS, "lead"]
    by_polars = pl.SQLContext(report=report).execute(sql, eager=True).select(columns)
    with duckdb.connect() as database:
        database.execute(
            f"CREATE TABLE report ({', '.join(f'{c} INT' for c in REPORT_COLUMNS[:-1])}, lead TEXT)"
        )
        if reports:
            places = ", ".join("?" * len(REPORT_COLUMNS))
            database.executemany(f"INSERT INTO report VALUES ({places})", reports)
        by_duckdb = database.execute(f"SELECT {', '.join(columns)} FROM ({sql})").fetchall()
    assert sorted(by_polars.rows()) == sorted(by_duckdb) == spell_out(reports)
