"""The short way of lists: it answers as the routes do, and nobody who may not read."""

import asyncio
import base64
import json
import threading
import time
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import IndexNotReady
from app.listings import front, holder
from app.listings.front import ListFront
from tests.catalogues import catalogue, proposal
from tests.conftest import Make
from tests.processes import wait_until
from tests.service import Service

# A header that is not plain sends the same question to the routes.
LONG_WAY = {"Accept": "application/json, text/html;q=0.1"}
TOLD = ("etag", "cache-control", "vary", "content-type", "content-length", "link")


def front_of(service: Service) -> ListFront:
    """The short way in the service's stack."""
    layer: Any = service.app.entry
    while not isinstance(layer, ListFront):
        layer = layer.app
    return layer


def alike(one: httpx.Response, other: httpx.Response) -> bool:
    headers = ({name: a.headers.get(name) for name in TOLD} for a in (one, other))
    return (one.status_code, one.content, next(headers)) == (
        other.status_code,
        other.content,
        next(headers),
    )


PAIRS = [
    "actor=SWE",
    "actor=nor-defence",
    "actor=nobody",
    "actor=",
    "actor=a%20b",
    "actor_match=any",
    "domain=security",
    "domain=nothing",
    "status=open",
    "status=lost",
    "mechanism=visit",
    "limit=1",
    "limit=0",
    "limit=101",
    "limit=5.0",
    "limit=+5",
    "limit=05",
    "min_score=50",
    "min_score=1e1",
    "min_score=-1",
    "min_score=101",
    "neglected=true",
    "neglected=1",
    "sort=title",
    "sort=-score",
    "sort=x",
    "profile=quick-win",
    "profile=x",
    "facet=domain",
    "perspective=joint",
    "perspective=SWE",
    "as_of=2026-01-02",
    "as_of=2020-02-30",
    "q=patrol",
    "min_revision=1",
    "min_revision=-1",
    "unknown=1",
    "cursor=abc",
    "%61ctor=SWE",
    "&",
    "=",
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PAIRS), max_size=4))
def test_both_ways_answer_alike(starter: Service, pairs: list[str]) -> None:
    url = "/v1/proposals?" + "&".join(pairs)
    short, long = starter.get(url), starter.get(url, headers=LONG_WAY)
    if short.status_code == 200:
        assert alike(short, long)
    else:
        assert short.status_code == long.status_code
        assert short.json()["errors"] == long.json()["errors"]


def test_a_repeated_question_is_answered_from_what_was_finished(small: Service) -> None:
    first, again = small.get("/v1/proposals?limit=5"), small.get("/v1/proposals?limit=5")
    assert alike(first, again)
    assert list(front_of(small)._cache.answers) == [b"limit=5"]
    known = small.get("/v1/proposals?limit=5", headers={"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["etag"] == first.headers["etag"]
    assert "content-length" not in known.headers


def test_a_head_has_the_headers_alone(small: Service) -> None:
    got, head = small.get("/v1/proposals"), small.request("HEAD", "/v1/proposals")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]


def test_a_change_empties_what_was_finished(both: Service) -> None:
    before = both.get("/v1/proposals")
    both.load(catalogue(proposal(title="Changed")))
    after = both.get("/v1/proposals")
    assert after.json()["items"][0]["title"] == "Changed"
    assert after.headers["etag"] != before.headers["etag"]
    assert after.json()["meta"]["revision"] == before.json()["meta"]["revision"] + 1


def test_a_new_day_empties_it_too(small: Service) -> None:
    day = small.app.state.lists.get_today()
    assert small.get("/v1/proposals").json()["meta"]["as_of"] == day.isoformat()
    small.app.state.lists.get_today = lambda: day.replace(day=day.day + 1)
    assert small.get("/v1/proposals").json()["meta"]["as_of"] != day.isoformat()


def test_finished_answers_are_bounded(small: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    small.get("/v1/proposals?limit=1")
    small.get("/v1/proposals?limit=1")
    size = front_of(small)._cache.size
    monkeypatch.setattr(front, "KEPT_BYTES", 3 * size + 100)
    for limit in range(1, 9):
        small.get(f"/v1/proposals?limit={limit}")
    cache = front_of(small)._cache
    assert list(cache.answers) == [b"limit=6", b"limit=7", b"limit=8"]
    assert cache.size == sum(len(query) + a.size for query, a in cache.answers.items())


def test_closed_reads_stay_closed_after_somebody_was_let_in(make_both: Make) -> None:
    closed = make_both("small", open_reads=False)
    key = {"Authorization": f"Bearer {closed.make_key('read')}"}
    answer = closed.get("/v1/proposals", headers=key)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"
    assert closed.get("/v1/proposals").status_code == 401
    bad = {"Authorization": "Bearer ent_nonsense"}
    assert closed.get("/v1/proposals", headers=bad).status_code == 401


def test_a_bad_key_is_refused_where_anyone_may_read(small: Service) -> None:
    assert small.get("/v1/proposals").status_code == 200
    bad = {"Authorization": "Bearer ent_nonsense"}
    assert small.get("/v1/proposals", headers=bad).status_code == 401


def test_whoever_must_see_a_revision_never_reads_an_older_state(both: Service) -> None:
    written = both.write("POST", "/v1/proposals", proposal("other")).json()["revision"]
    for path in ("/v1/proposals", "/v1/proposals/other", "/v1/actors", "/v1/rankings"):
        seen = both.get(path, params={"min_revision": written})
        assert seen.status_code == 200, path
        ahead = both.get(path, params={"min_revision": written + 1})
        assert (ahead.status_code, ahead.json()["code"]) == (412, "revision_not_reached"), path
        assert int(ahead.headers["retry-after"]) > 0
    body = {"min_revision": written + 1}
    assert both.request("POST", "/v1/rankings", json=body).status_code == 412
    assert both.get("/v1/proposals", params={"min_revision": 2**63}).status_code == 422


def test_an_older_index_serves_while_a_newer_one_is_being_made(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small.get("/v1/proposals").json()["meta"]["revision"]
    small.load(catalogue(proposal(title="Changed")))
    release, make = threading.Event(), holder.make_index

    def wait(*given: Any, **more: Any) -> Any:
        release.wait(10)
        return make(*given, **more)

    monkeypatch.setattr(holder, "make_index", wait)
    monkeypatch.setattr(holder, "WAIT_S", 0.05)
    monkeypatch.setattr(small.app.state.lists.refresh.__func__, "__defaults__", (0.05,))
    for headers in ({}, LONG_WAY):
        older = small.get("/v1/proposals", headers=headers)
        assert older.json()["meta"]["revision"] == before
        assert older.json()["items"][0]["title"] != "Changed"
        newer = small.get(f"/v1/proposals?min_revision={before + 1}", headers=headers)
        assert (newer.status_code, newer.json()["code"]) == (412, "revision_not_reached")
    monkeypatch.setattr(type(small.app.state.lists.indexes).at, "__defaults__", (0.05,))
    past = small.get("/v1/proposals?as_of=2020-02-01")
    assert (past.status_code, past.json()["code"]) == (503, "index_not_ready")
    assert int(past.headers["retry-after"]) > 0
    release.set()
    monkeypatch.undo()
    time.sleep(0.2)
    assert small.get("/v1/proposals").json()["items"][0]["title"] == "Changed"


def test_many_who_ask_at_once_share_one_index(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, make = [], holder.make_index

    def count(*given: Any, **more: Any) -> Any:
        made.append(given)
        time.sleep(0.1)
        return make(*given, **more)

    monkeypatch.setattr(holder, "make_index", count)

    async def ask() -> list[httpx.Response]:
        return await asyncio.gather(
            *(small.send("GET", "/v1/proposals", headers=h) for h in [{}, LONG_WAY] * 10)
        )

    assert {a.status_code for a in asyncio.run(ask())} == {200}
    assert len(made) == 1


def test_a_worker_that_was_killed_is_an_answer_to_come_again(
    small: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_off(*_: Any, **__: Any) -> Any:
        raise holder.BrokenProcessPool

    monkeypatch.setattr(holder, "make_index", break_off)
    answer = small.get("/v1/proposals")
    assert (answer.status_code, answer.json()["code"]) == (503, "index_not_ready")
    assert "a worker ended" in caplog.text
    with pytest.raises(IndexNotReady):
        small.app.state.lists.refresh()
    monkeypatch.undo()
    assert small.get("/v1/proposals").status_code == 200


def test_lists_and_changes_at_once_never_fail(small: Service) -> None:
    small.get("/v1/proposals")
    key = small.authorisation()

    async def change(n: int) -> httpx.Response:
        headers = key | {"If-Match": "*"}
        return await small.send(
            "PATCH", "/v1/proposals/joint-patrol", json={"title": f"Title {n}"}, headers=headers
        )

    async def ask() -> list[httpx.Response]:
        lists = [small.send("GET", f"/v1/proposals?limit={n % 50 + 1}") for n in range(300)]
        return await asyncio.gather(*lists, *(change(n) for n in range(20)))

    assert {answer.status_code for answer in asyncio.run(ask())} == {200}


def test_a_change_is_acknowledged_once_lists_show_it(
    both: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.get("/v1/proposals")
    lists = both.app.state.lists
    refresh = lists.refresh

    def take_long(*given: Any) -> Any:
        time.sleep(0.1)
        return refresh(*given)

    monkeypatch.setattr(lists, "refresh", take_long)
    written = both.write("POST", "/v1/proposals", proposal("other"))
    assert written.status_code == 201
    assert lists.indexes.current.view.revision == written.json()["revision"]


def test_no_list_waits_for_a_change_that_is_on_its_way(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small.get("/v1/proposals").json()["meta"]["revision"]
    short = front_of(small)
    monkeypatch.setattr(short, "_changing", 1)
    small.load(catalogue(proposal(title="Changed")))
    refresh = small.app.state.lists.refresh
    monkeypatch.setattr(small.app.state.lists, "refresh", pytest.fail)
    older = small.get("/v1/proposals").json()
    assert older["meta"]["revision"] == before
    assert older["items"][0]["title"] != "Changed"
    # But not for longer than said.
    monkeypatch.setattr(small.app.state.lists, "refresh", refresh)
    monkeypatch.setattr(front, "OLD_FOR_S", 0.0)
    assert small.get("/v1/proposals").json()["meta"]["revision"] > before


def test_changes_by_others_are_waited_for(small: Service) -> None:
    before = small.get("/v1/proposals").json()["meta"]["revision"]
    small.load(catalogue(proposal(title="Changed")))
    assert small.get("/v1/proposals").json()["meta"]["revision"] > before


def test_changes_that_come_while_an_index_is_made_wait_no_second_time(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small.get("/v1/proposals").json()["meta"]["revision"]
    release, make, made = threading.Event(), holder.make_index, []

    def wait(*given: Any, **more: Any) -> Any:
        made.append(given)
        release.wait(10)
        return make(*given, **more)

    monkeypatch.setattr(holder, "make_index", wait)
    lists = small.app.state.lists
    for number in range(3):
        small.load(catalogue(proposal(title=f"Title {number}")))
        start = time.monotonic()
        assert lists.refresh(0.3 if number == 0 else 0.0).view.revision == before
        assert time.monotonic() - start < 1
    assert len(made) == 1
    release.set()
    monkeypatch.undo()
    assert wait_until(lambda: lists.refresh().view.revision == small.revision(), 30)


def test_a_cursor_keeps_its_day_on_both_ways(small: Service) -> None:
    small.load(catalogue(*(proposal(f"plan-{n}") for n in range(5))))
    yesterday = small.get("/v1/proposals?limit=2&as_of=2026-01-01").json()
    first = small.get("/v1/proposals?limit=2").json()
    small.get("/v1/proposals?limit=2")
    bound_to, (day, *rest) = json.loads(decode(first["next_cursor"]))
    cursor = encode(json.dumps([bound_to, ["2026-01-01", *rest]], separators=(",", ":")))
    url = f"/v1/proposals?limit=2&cursor={cursor}"
    found = small.get(url)
    assert day == "2026-01-02"
    assert found.json()["meta"]["as_of"] == "2026-01-01" == yesterday["meta"]["as_of"]
    assert alike(found, small.get(url, headers=LONG_WAY))


@pytest.mark.parametrize(
    "query", ["actor=SWE&domain=security&actor=NOR&limit=1", f"cursor={'a' * 5001}", "cursor=a.b"]
)
def test_odd_queries_are_answered_alike(small: Service, query: str) -> None:
    small.load(catalogue(*(proposal(f"plan-{n}") for n in range(3))))
    for _ in range(2):
        short, long = (small.get(f"/v1/proposals?{query}", headers=h) for h in ({}, LONG_WAY))
        if short.status_code == 200:
            assert alike(short, long)
        else:
            assert short.json()["code"] == long.json()["code"]


def test_two_etags_in_two_headers_are_answered_alike(small: Service) -> None:
    tag = small.get("/v1/proposals").headers["etag"]
    for tags in ((tag, '"other"'), ('"other"', tag)):
        given = [("If-None-Match", each) for each in tags]
        short = small.get("/v1/proposals", headers=given)
        long = small.get("/v1/proposals", headers=[*given, *LONG_WAY.items()])
        assert short.status_code == long.status_code


def test_answers_that_are_kept_count_with_their_questions(small: Service) -> None:
    small.get("/v1/proposals?min_score=98")
    cache = front_of(small)._cache
    before = cache.size
    query = "min_score=98.5" + "&status=open" * 1000
    small.get(f"/v1/proposals?{query}")
    assert cache.size - before > len(query)


def encode(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
