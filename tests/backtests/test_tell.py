"""The report of a back-test in words."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.backtests.files import read_folder
from app.backtests.run import Backtest
from app.backtests.tell import to_markdown, to_table
from app.forecasting.ranking import summarise
from tests.backtests.folders import write_folder


def test_every_figure_is_in_the_report(tmp_path: Path) -> None:
    done = Backtest(read_folder(write_folder(tmp_path)), lambda *_: None).run()
    text = to_markdown(done)
    for name, own in done.rankings.items():
        assert f"| {name} | {100 * own.overall.reciprocal_rank:.2f} |" in text
    for pair in done.pairs:
        assert f"| model | {pair.model.auc:.4f} |" in text
        assert f"{pair.model.forecasts:,} forecasts" in text
    assert f"{done.data.judged_events:,} events on 31 days" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert widths <= {3, 5, 6, 9}


def test_a_figure_that_there_is_none_of_is_no_zero(tmp_path: Path) -> None:
    done = Backtest(read_folder(write_folder(tmp_path)), lambda *_: None).run()
    name, own = next(iter(done.rankings.items()))
    none = replace(own, never_met=summarise(np.empty(0)))
    text = to_markdown(replace(done, rankings={name: none}))
    assert "| - |" in text


def test_tables_have_a_line_for_each_row() -> None:
    assert list(to_table(["a", "b"], [["1", "2"]])) == ["| a | b |", "|---|---|", "| 1 | 2 |"]
