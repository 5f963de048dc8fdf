"""The report of a back-test in words."""

from dataclasses import replace

import numpy as np
import pytest

from app.backtests.files import read_folder
from app.backtests.run import Backtest, BacktestReport
from app.backtests.tell import to_markdown, to_table
from app.forecasting.ranking import summarise
from tests.backtests.folders import write_folder


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> BacktestReport:
    """A back-test with one start day for the longest horizon."""
    folder = write_folder(tmp_path_factory.mktemp("data"), judged_days=30)
    return Backtest(read_folder(folder), lambda *_: None).run()


def test_every_figure_is_in_the_report(done: BacktestReport) -> None:
    text = to_markdown(done)
    for name, own in done.rankings.items():
        assert f"| {name} | {100 * own.overall.reciprocal_rank:.2f} |" in text
    for pair in done.pairs:
        assert f"| model | {pair.model.auc:.4f} |" in text
        assert f"{pair.model.forecasts:,} forecasts" in text
    assert f"{done.data.judged_events:,} events on 30 days" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert widths <= {4, 5, 6, 9}
    assert "GB (10^9 bytes)" in text


def test_one_start_day_is_told_of(done: BacktestReport) -> None:
    _, *parts = to_markdown(done).split("### Within ")
    told = ["from 1 start day" in part and "one cross-section" in part for part in parts]
    assert told == [False, False, True, True]
    assert parts[3].startswith("30 days, by either side\n")
    assert "from 24 start days; " in parts[1]


def test_a_figure_that_there_is_none_of_is_no_zero(done: BacktestReport) -> None:
    name, own = next(iter(done.rankings.items()))
    none = replace(own, never_met=summarise(np.empty(0)))
    text = to_markdown(replace(done, rankings={name: none}))
    assert "| - |" in text


def test_tables_have_a_line_for_each_row() -> None:
    assert list(to_table(["a", "b"], [["1", "2"]])) == ["| a | b |", "|---|---|", "| 1 | 2 |"]
