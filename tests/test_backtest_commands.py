"""The command of back-tests."""

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app import backtest_commands
from app.cli import cli
from tests.backtests.folders import write_folder

RUNNER = CliRunner()


def test_a_back_test_tells_of_each_step_and_writes_its_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtest_commands, "out", Console(width=80))
    data = write_folder(tmp_path, days=150)
    done = RUNNER.invoke(cli, ["backtest", "--data", str(data), "--into", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert all((tmp_path / f"backtest.{suffix}").is_file() for suffix in ("json", "md", "svg"))
    assert "rank by the model: begun\nrank by the model: done in " in done.stderr
    rows = done.stdout.partition("Written")[0].splitlines()
    assert max(map(len, rows)) <= 80
    words = set(done.stdout.split())
    assert {"hits@1", "hits@3", "hits@10", "cooperative", "before", "persistence"} <= words
    assert any(row.startswith("within 1 day ") for row in rows)
    assert "…" not in done.stdout


def test_bars_of_a_back_test_reach_their_totals(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = io.StringIO()
    console = Console(file=drawn, force_terminal=True, width=100, _environ={"TERM": "xterm"})
    monkeypatch.setattr(backtest_commands, "err", console)
    with backtest_commands._progress() as on_step:
        for step in (("see", 0, 304), ("see", 303, 304), ("see", 304, 304), ("fit", 0, 1)):
            on_step(*step)
        on_step("fit", 1, 1)
    last = drawn.getvalue()[drawn.getvalue().rindex("see") :]
    assert "304/304" in last
    assert "1/1" in last


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    done = RUNNER.invoke(cli, ["backtest", "--data", str(tmp_path / "none")])
    assert done.exit_code == 1
    assert f"{tmp_path / 'none'}  It does not exist." in done.stderr
