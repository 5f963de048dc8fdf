"""Learning from feeds: what it rests on, and what it refuses."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from app.db import read_session
from app.errors import InvalidCatalogue
from app.forecasting.events import LEAST_DAYS
from app.forecasts.models import MODEL, RunRecord
from app.forecasts.train import History, read_history
from app.revisions.snapshot import load_snapshot
from tests.feeds.feeds import act, load, withdraw, write_file
from tests.forecasts.feeds import BEGIN, DAYS_TOLD, LAST, learn, learn_and_store, load_history
from tests.service import Service


def test_a_run_says_what_it_was_learned_from(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    record = learn(both)
    assert (record.model, record.first_on, record.last_on) == (MODEL, BEGIN, LAST)
    assert record.data_revision == both.revision()
    assert record.dyads >= 2
    assert record.events > 300
    kinds = {(k.event_type, k.quad_class) for k in record.kinds}
    assert kinds == {
        ("CONSULT", 1),
        ("SUPPORT", 1),
        ("COOPERATE", 2),
        ("ACCUSE", 3),
        ("THREATEN", 3),
    }
    targets = {(c.event_type, c.side, c.horizon_days) for c in record.calibrations}
    assert {(None, side, days) for side in ("actor", "either") for days in (7, 30)} <= targets


def test_a_run_comes_back_as_it_was_stored(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    run_id = learn_and_store(both)
    answer = both.get(f"/v1/forecasts/runs/{run_id}")
    assert answer.status_code == 200, answer.text
    kept = RunRecord.model_validate(answer.json()["record"])
    assert kept == learn(both, LAST).model_copy(update={"data_revision": kept.data_revision})
    run = kept.to_run()
    assert run.excitation.weights.shape == (6, 10, 10)
    assert (run.excitation.weights >= 0).all()


def test_acts_count_once_a_day_and_between_those_on_top(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    before = _read(both)
    twice = act(99_001, day=BEGIN.isoformat(), source="Norway", target="Sweden", code="042")
    again = act(99_002, day=BEGIN.isoformat(), source="Norway", target="Sweden", code="040")
    load(both, write_file(tmp_path, twice, again, name="more.tab"))
    after = _read(both)
    assert len(after.events) - len(before.events) in (0, 2)  # both are CONSULT, seen from two sides


def test_what_was_retracted_teaches_nothing(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    only = act(99_001, day=LAST.isoformat(), source="Iceland", target="Norway", code="190")
    load(both, write_file(tmp_path, only, name="more.tab"))
    assert ("ASSAULT", 4) in _read(both).kinds
    withdraw(both, "99001")
    assert ("ASSAULT", 4) not in _read(both).kinds


def test_later_days_teach_nothing(both: Service, tmp_path: Path) -> None:
    load_history(both, tmp_path)
    day = LAST - timedelta(days=30)
    record = learn(both, day)
    assert record.last_on == day
    load(both, write_file(tmp_path, act(99_001, day=LAST.isoformat()), name="more.tab"))
    changed = learn(both, day)
    np.testing.assert_array_equal(record.weights, changed.weights)
    assert record.calibrations == changed.calibrations


def _read(service: Service) -> History:
    with read_session(service.engine) as session:
        return read_history(session, load_snapshot(session), LAST, DAYS_TOLD)


@pytest.mark.parametrize("days", [0, LEAST_DAYS - 20])
def test_too_little_is_refused_with_what_is_needed(
    both: Service, tmp_path: Path, days: int
) -> None:
    if days:
        load_history(both, tmp_path, days=days)
    with pytest.raises(InvalidCatalogue) as caught:
        learn(both)
    assert ("days are needed" if days else "No feed told") in caught.value.faults[0].detail
