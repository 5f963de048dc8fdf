"""The commands on forecasts: learning from feeds."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from tests.forecasts.feeds import LAST, load_history
from tests.service import Service

RUNNER = CliRunner()


@pytest.fixture
def taught(small: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service with a feed, and the environment of its commands."""
    load_history(small, tmp_path)
    monkeypatch.setenv("ENTENTE_DATABASE_URL", small.settings.database_url)
    return small


def test_training_stores_one_run_and_says_how_good_it_is(taught: Service) -> None:
    done = RUNNER.invoke(cli, ["forecast", "train"])
    assert done.exit_code == 0, done.output
    assert "Learned from" in done.output
    (run,) = taught.get("/v1/forecasts/runs").json()["items"]
    assert f"Stored as {run['id']}" in done.output
    again = taught.get("/v1/changes", {"after": taught.revision() - 1}).json()["items"]
    assert [(r["resource"], r["resource_id"]) for r in again] == [("forecast_run", run["id"])]


def test_what_was_learned_already_is_not_stored_again(taught: Service) -> None:
    assert RUNNER.invoke(cli, ["forecast", "train"]).exit_code == 0
    before = taught.revision()
    done = RUNNER.invoke(cli, ["forecast", "train"])
    assert (done.exit_code, taught.revision()) == (0, before)
    assert "Nothing new" in done.output


def test_a_run_of_earlier_days_is_for_those_days(taught: Service) -> None:
    assert RUNNER.invoke(cli, ["forecast", "train"]).exit_code == 0
    day = LAST - timedelta(days=30)
    done = RUNNER.invoke(cli, ["forecast", "train", "--until", day.isoformat()])
    assert done.exit_code == 0, done.output
    earlier, latest = taught.get("/v1/forecasts/runs").json()["items"]
    assert (earlier["last_on"], latest["last_on"]) == (day.isoformat(), LAST.isoformat())
    for asked, run in ((day, earlier), (LAST, latest)):
        path = f"/v1/forecasts?actor=NOR&recipient=SWE&as_of={asked}"
        found = taught.get(path).json()
        assert (found["run"]["id"], found["run"]["in_sample"]) == (run["id"], False)


def test_what_would_make_receptivity_unknown_is_stored_only_if_that_is_wanted(
    taught: Service,
) -> None:
    assert RUNNER.invoke(cli, ["forecast", "train"]).exit_code == 0
    before = taught.revision()
    words = ["forecast", "train", "--days", "200"]
    done = RUNNER.invoke(cli, words)
    assert (done.exit_code, taught.revision()) == (1, before), done.output
    assert "becomes unknown" in done.output
    assert "--force" in done.output
    done = RUNNER.invoke(cli, [*words, "--force"])
    assert (done.exit_code, taught.revision()) == (0, before + 1), done.output


def test_a_dry_run_stores_nothing(taught: Service) -> None:
    before = taught.revision()
    done = RUNNER.invoke(cli, ["forecast", "train", "--dry-run"])
    assert (done.exit_code, taught.revision()) == (0, before)
    assert "Nothing was stored." in done.output


def test_without_feeds_it_says_what_to_do(small: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_DATABASE_URL", small.settings.database_url)
    done = RUNNER.invoke(cli, ["forecast", "train"])
    assert done.exit_code == 1
    assert "entente events import" in done.output
