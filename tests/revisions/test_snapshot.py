"""Snapshots of the catalogue."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.db import read_session
from app.errors import Gone, NotFound
from app.proposals.models import ProposalCreate
from app.revisions.snapshot import KEPT_PAST_STATES, Snapshot, SnapshotHolder, load_snapshot
from tests.catalogues import catalogue, proposal
from tests.service import Service


def titles(snapshot: Snapshot) -> list[str]:
    return [d.title for d in snapshot.documents("proposal", ProposalCreate).values()]


def test_the_snapshot_is_kept_until_the_revision_moves(both: Service) -> None:
    holder = SnapshotHolder()
    with read_session(both.engine) as session:
        first = holder.current(session)
        assert holder.current(session) is first
    both.load(catalogue(proposal(title="Changed")), now=datetime(2026, 2, 1, tzinfo=UTC))
    with read_session(both.engine) as session:
        second = holder.current(session)
    assert second.revision == first.revision + 1
    assert titles(first) == ["Title of joint-patrol"]
    assert titles(second) == ["Changed"]


def test_a_session_that_sees_an_older_state_gets_the_older_snapshot(both: Service) -> None:
    holder = SnapshotHolder()
    with read_session(both.engine) as old:
        before = load_snapshot(old)
        both.load(catalogue(proposal(title="Changed")))
        with read_session(both.engine) as new:
            assert holder.current(new).revision == before.revision + 1
        assert titles(holder.current(old)) == ["Title of joint-patrol"]


def test_many_threads_share_one_snapshot(both: Service) -> None:
    holder = SnapshotHolder()

    def ask(_: int) -> int:
        with read_session(both.engine) as session:
            return id(holder.current(session))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(40)))) == 1


def contents(snapshot: Snapshot) -> Iterator[tuple[object, ...]]:
    for resource, entries in snapshot.entries.items():
        for resource_id, e in sorted(entries.items()):
            yield resource, resource_id, e.number, e.recorded_at, e.version, e.is_deleted or e.text


def test_stepping_from_one_revision_to_the_next_is_the_same_as_reading_all(both: Service) -> None:
    for n in range(3):
        both.load(catalogue(proposal(title=f"Title {n}"), proposal(f"plan-{n}")))
    tag = both.get("/v1/proposals/plan-1").headers["ETag"]
    assert both.write("DELETE", "/v1/proposals/plan-1", If_Match=tag).status_code == 200
    with read_session(both.engine) as session:
        stepped = load_snapshot(session, 0)
        for revision in range(1, both.revision() + 1):
            stepped = load_snapshot(session, revision, stepped)
            whole = load_snapshot(session, revision)
            assert list(contents(stepped)) == list(contents(whole)), revision
            assert stepped.known_at == whole.known_at


def test_an_instant_names_the_latest_revision_by_then(both: Service) -> None:
    holder = SnapshotHolder()
    first = both.snapshot()
    assert first.known_at is not None
    both.load(catalogue(proposal(title="Changed")))
    tick = timedelta(microseconds=1)
    with read_session(both.engine) as session:
        assert holder.known_at(session, first.known_at).revision == first.revision
        assert holder.known_at(session, first.known_at + tick).revision == first.revision + 1
        assert holder.known_at(session, first.known_at - tick).revision == 0


def test_only_a_few_past_states_are_kept(small: Service) -> None:
    holder = SnapshotHolder()
    with read_session(small.engine) as session:
        holder.current(session)
        for revision in range(10):
            assert holder.at_revision(session, revision).revision == revision
    assert len(holder._past) == KEPT_PAST_STATES


def test_what_never_was_and_what_was_deleted_differ(small: Service) -> None:
    tag = small.get("/v1/proposals/joint-patrol").headers["ETag"]
    small.write("DELETE", "/v1/proposals/joint-patrol", If_Match=tag)
    snapshot = small.snapshot()
    with pytest.raises(Gone):
        snapshot.get("proposal", "prp-8ff9d2d1445b")
    with pytest.raises(NotFound):
        snapshot.get("proposal", "prp-other")
    assert snapshot.find("proposal", "prp-8ff9d2d1445b") is None
