"""The ranking index."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from app.db import read_session
from app.recommendations.index import IndexHolder, load_index
from tests.catalogues import catalogue, proposal
from tests.service import Service


def test_the_index_is_kept_until_the_revision_moves(small: Service) -> None:
    holder = IndexHolder()
    with read_session(small.engine) as session:
        first = holder.current(session)
        assert holder.current(session) is first
    small.load(catalogue(proposal(title="Changed")), now=datetime(2026, 2, 1, tzinfo=UTC))
    with read_session(small.engine) as session:
        second = holder.current(session)
    assert second.revision == first.revision + 1
    assert [r.row.title for r in first.proposals.values()] == ["Title of joint-patrol"]
    assert [r.row.title for r in second.proposals.values()] == ["Changed"]


def test_a_session_that_sees_an_older_state_gets_the_older_index(small: Service) -> None:
    holder = IndexHolder()
    with read_session(small.engine) as old:
        before = load_index(old)
        small.load(catalogue(proposal(title="Changed")))
        with read_session(small.engine) as new:
            assert holder.current(new).revision == before.revision + 1
        assert holder.current(old).revision == before.revision
        assert [r.row.title for r in holder.current(old).proposals.values()] == [
            "Title of joint-patrol"
        ]


def test_answers_name_the_revision_they_were_made_from(small: Service) -> None:
    before = small.get("/v1/proposals").json()["meta"]["revision"]
    small.load(catalogue(proposal(title="Changed")))
    after = small.get("/v1/proposals").json()
    assert after["meta"]["revision"] == before + 1 == after["items"][0]["revision"]


def test_many_threads_share_one_index(small: Service) -> None:
    holder = IndexHolder()

    def ask(_: int) -> int:
        with read_session(small.engine) as session:
            return id(holder.current(session))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(40)))) == 1
