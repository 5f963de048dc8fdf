"""Finding runs: the latest that this version can read."""

from pathlib import Path

import pytest

from app.db import read_session, write_session
from app.errors import NotFound
from app.forecasts.models import MODEL
from app.forecasts.queries import RESOURCE, find_run, get_run, list_runs
from app.revisions.record import Recorder, find_latest
from app.revisions.snapshot import Snapshot, load_snapshot
from tests.feeds.feeds import NOW
from tests.forecasts.feeds import learn_and_store, load_history
from tests.service import Service


def snapshot(service: Service) -> Snapshot:
    with read_session(service.engine) as session:
        return load_snapshot(session)


def test_without_a_run_there_is_none(both: Service) -> None:
    assert find_run(snapshot(both)) is None
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
    found = find_run(snapshot(both))
    assert found is not None
    assert (found.id, found.record.model) == (own, MODEL)
    assert [used.id for used in list_runs(snapshot(both))] == [own]
    assert both.get("/v1/forecasts/runs/run-later").status_code == 404
