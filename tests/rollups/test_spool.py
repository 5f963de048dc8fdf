"""Reports that wait to be counted."""

from pathlib import Path

import polars as pl
import pytest

from app.rollups import spool
from app.rollups.rows import COUNTED
from app.rollups.spool import Spool


def reports(*days: int, line: int = 1) -> pl.DataFrame:
    rows = [(line + n, n, day, 0, 0, 1, 0, 0, 10, f"id{line + n}") for n, day in enumerate(days)]
    return pl.DataFrame(rows, schema=COUNTED, orient="row")


@pytest.mark.parametrize("held", [1, 3, 100])
@pytest.mark.parametrize("counted", [1, 4, 100])
def test_all_reports_come_back_by_whole_days_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, counted: int
) -> None:
    monkeypatch.setattr(spool, "COUNTED_REPORTS", counted)
    given = [reports(5, 40, 5, line=1), reports(6, 5, line=4), reports(), reports(41, -3, line=6)]
    kept = Spool(tmp_path, held)
    for frame in given:
        kept.add(frame)
    found = list(kept.take())
    whole = pl.concat(given)
    assert pl.concat(found).sort("line").equals(whole)
    days = [frame["happened_on"].unique().sort().to_list() for frame in found]
    together = [day for some in days for day in some]
    assert together == sorted(set(together)) == sorted(set(whole["happened_on"]))
    assert all(frame["line"].is_sorted() for frame in found if frame["happened_on"].n_unique() == 1)
    assert list(tmp_path.iterdir()) == []


def test_what_is_more_than_is_held_waits_on_disk(tmp_path: Path) -> None:
    kept = Spool(tmp_path, held=2)
    kept.add(reports(1))
    assert list(tmp_path.iterdir()) == []
    kept.add(reports(30))
    assert len(list(tmp_path.iterdir())) == 2


def test_nothing_comes_of_nothing(tmp_path: Path) -> None:
    assert list(Spool(tmp_path).take()) == []
