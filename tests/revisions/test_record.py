"""Writing revisions."""

from datetime import UTC, datetime, timedelta

import pytest

from app.db import read_session, write_session
from app.revisions.record import Recorder, find_latest
from tests.service import Service

FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)


def write(service: Service, *ids: str, now: datetime = FIRST) -> list[tuple[int, datetime]]:
    with write_session(service.engine) as session:
        recorder = Recorder(session, find_latest(session), now=now, principal="test")
        revisions = [
            recorder.record(action="create", resource="source", resource_id=i, record="{}")
            for i in ids
        ]
        return [(r.number, r.recorded_at) for r in revisions]


def test_numbers_grow_by_one_and_a_failure_leaves_no_gap(both_empty: Service) -> None:
    assert [n for n, _ in write(both_empty, "a", "b")] == [1, 2]

    def fail() -> None:
        with write_session(both_empty.engine) as session:
            recorder = Recorder(session, find_latest(session), now=FIRST, principal="test")
            recorder.record(action="create", resource="source", resource_id="c", record="{}")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [n for n, _ in write(both_empty, "c")] == [3]


def test_the_latest_revision_is_found_with_its_instant(both_empty: Service) -> None:
    later = datetime(2026, 1, 2, 0, 0, 0, 1, tzinfo=UTC)
    with read_session(both_empty.engine) as session:
        assert find_latest(session) is None
    write(both_empty, "a")
    write(both_empty, "b", now=later)
    with read_session(both_empty.engine) as session:
        assert find_latest(session) == (2, later)


def test_an_instant_names_one_state_even_where_clocks_differ(both_empty: Service) -> None:
    tick = timedelta(microseconds=1)
    assert write(both_empty, "a", "b") == [(1, FIRST), (2, FIRST)]
    assert write(both_empty, "c") == [(3, FIRST + tick)]
    assert write(both_empty, "d", now=FIRST - timedelta(days=1)) == [(4, FIRST + 2 * tick)]
