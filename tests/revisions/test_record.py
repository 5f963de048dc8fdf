"""Revisions."""

from datetime import UTC, datetime

from app.db import read_session, write_session
from app.revisions.record import find_latest, list_latest_records, record_revision
from tests.service import Service

FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)


def write(service: Service, resource_id: str, record: str, now: datetime = FIRST) -> int:
    with write_session(service.engine) as session:
        return record_revision(
            session,
            now=now,
            principal="test",
            action="create",
            resource="source",
            resource_id=resource_id,
            record=record,
        )


def test_numbers_grow_by_one_and_are_never_used_again(empty: Service) -> None:
    assert [write(empty, str(n), "{}") for n in range(3)] == [1, 2, 3]


def test_the_latest_revision_is_found_with_its_instant(empty: Service) -> None:
    later = datetime(2026, 1, 2, 0, 0, 0, 1, tzinfo=UTC)
    with read_session(empty.engine) as session:
        assert find_latest(session) is None
    write(empty, "a", "{}")
    write(empty, "b", "{}", later)
    with read_session(empty.engine) as session:
        assert find_latest(session) == (2, later)


def test_the_latest_record_of_each_resource_is_found(empty: Service) -> None:
    write(empty, "a", "old")
    write(empty, "b", "other")
    write(empty, "a", "new")
    with read_session(empty.engine) as session:
        assert list_latest_records(session, "source") == {"a": "new", "b": "other"}
        assert list_latest_records(session, "actor") == {}
