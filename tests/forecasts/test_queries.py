"""Finding runs: the latest that this version can read."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.db import read_session, write_session
from app.errors import NotFound
from app.forecasts.models import MODEL
from app.forecasts.queries import RESOURCE, find_run, find_runs, get_run, list_runs
from app.revisions.record import Recorder, find_latest
from app.revisions.snapshot import Snapshot, load_snapshot
from tests.feeds.feeds import NOW
from tests.forecasts.feeds import LAST, learn_and_store, load_history
from tests.service import Service


def snapshot(service: Service) -> Snapshot:
    with read_session(service.engine) as session:
        return load_snapshot(session)


def test_without_a_run_there_is_none(both: Service) -> None:
    assert find_runs(snapshot(both)) is None
    assert find_run(snapshot(both), "run-1") is None
    assert list_runs(snapshot(both)) == []
    with pytest.raises(NotFound):
        get_run(snapshot(both), "run-1")


def test_a_run_of_another_version_is_passed_over(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    own = learn_and_store(both)
    with write_session(both.engine) as session:
        Recorder(session, find_latest(session), now=NOW, principal="test").record(
            action="create",
            resource=RESOURCE,
            resource_id="run-later",
            record='{"model": "entente-forecast/9", "what": "nobody knows yet"}',
        )
    runs = find_runs(snapshot(both))
    assert runs is not None
    found = runs.on(LAST)
    assert found is not None
    assert found[0] == own
    assert get_run(snapshot(both), own).record.model == MODEL
    assert [used.id for used in list_runs(snapshot(both))] == [own]
    assert both.get("/v1/forecasts/runs/run-later").status_code == 404


def test_a_day_goes_by_the_run_of_the_latest_days_before_it(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    days = [LAST - timedelta(days=ago) for ago in (20, 0, 40)]
    first, last, early = (learn_and_store(both, day) for day in days)
    again = learn_and_store(both, LAST - timedelta(days=20))
    runs = find_runs(snapshot(both))
    assert runs is not None
    used = {ago: runs.on(LAST - timedelta(days=ago)) for ago in (-90, 0, 1, 20, 21, 40, 41)}
    found = {ago: None if run is None else run[0] for ago, run in used.items()}
    assert found == {-90: last, 0: last, 1: again, 20: again, 21: early, 40: early, 41: None}
    assert [run.id for run in list_runs(snapshot(both))] == [again, early, last, first]
