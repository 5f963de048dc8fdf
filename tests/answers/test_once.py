"""Idempotency-Key: once, and only once."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.answers.models import KeptAnswer
from app.answers.once import SWEPT_EVERY_S, Answer, InFlight, Post, answer_once
from app.db import read_session
from app.errors import IdempotencyKeyReused, RequestInFlight
from tests.catalogues import evidence
from tests.service import Service

SOURCE = {"id": "once", "title": "Once", "available_on": "2020-01-01", "reliability": "B"}
NOW = datetime(2026, 1, 3, tzinfo=UTC)


def post(service: Service, body: Any = SOURCE, key: str = "k1") -> Any:
    return service.write("POST", "/v1/sources", body, Idempotency_Key=key)


def test_the_same_request_again_gives_the_first_answer(both: Service) -> None:
    first = post(both)
    before = both.revision()
    again = post(both)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert both.revision() == before


def test_every_change_can_be_sent_again(both: Service) -> None:
    tag = post(both).headers["etag"]

    def change(method: str, path: str, body: Any, key: str) -> list[Any]:
        headers = {"If_Match": tag, "Idempotency_Key": key}
        return [both.write(method, path, body, **headers) for _ in range(2)]

    changed = change("PATCH", "/v1/sources/once", {"title": "Twice"}, "k2")
    tag = changed[0].headers["etag"]
    deleted = change("DELETE", "/v1/sources/once", None, "k3")
    for first, again in (changed, deleted):
        assert (first.status_code, again.status_code) == (200, 200), again.text
        assert again.content == first.content
        assert again.headers["idempotency-replayed"] == "true"
    assert deleted[0].json()["revision"] == changed[0].json()["revision"] + 1 == both.revision()
    path = "/v1/proposals/joint-patrol"
    part = f"{path}/factors"
    tag = both.get(f"{path}/record").headers["etag"]
    factor = {"key": "ice", "kind": "obstacle", "title": "Ice", "severity": "low"} | {
        "since_on": "2020-01-05",
        "evidence": [evidence()],
    }
    added = change("POST", part, factor, "k4")
    assert [a.status_code for a in added] == [201, 201], added[1].text
    tag = added[0].headers["etag"]
    gone = change("DELETE", f"{part}/ice", None, "k5")
    assert gone[0].content == gone[1].content
    assert gone[0].status_code == 200


def test_answers_survive_a_restart(both: Service) -> None:
    first = post(both)
    restarted = Service(both.settings.database_url)
    restarted._key = both._key
    again = post(restarted)
    assert again.content == first.content
    restarted.engine.dispose()


def test_another_body_under_the_same_key_is_refused(both: Service) -> None:
    post(both)
    answer = post(both, SOURCE | {"title": "Twice"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = both.write("POST", "/v1/profiles", SOURCE, Idempotency_Key="k1")
    assert elsewhere.json()["code"] == "idempotency_key_reused"


def test_a_refused_request_leaves_its_key_free(both: Service) -> None:
    assert post(both, SOURCE | {"reliability": "Z"}).status_code == 422
    assert post(both).status_code == 201


def test_another_caller_may_use_the_same_key(both: Service) -> None:
    post(both)
    both._key = None
    assert post(both, SOURCE | {"id": "twice"}).status_code == 201


def test_a_key_is_kept_for_a_day(small: Service) -> None:
    small.app.state.get_now = lambda: NOW
    post(small)
    small.app.state.get_now = lambda: NOW + timedelta(hours=23, minutes=59)
    assert post(small).headers["idempotency-replayed"] == "true"
    small.app.state.get_now = lambda: NOW + timedelta(hours=24)
    assert post(small).json()["code"] == "already_exists"
    assert post(small, SOURCE | {"id": "later"}, key="k2").status_code == 201
    # Whether or not the old answers were taken away meanwhile.
    answer = post(small, SOURCE | {"id": "again"})
    assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)


def test_old_answers_are_taken_away_now_and_then(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count() -> int:
        with read_session(small.engine) as session:
            return len(session.exec(select(KeptAnswer)).all())

    in_flight = small.app.state.in_flight
    small.app.state.get_now = lambda: NOW
    post(small)
    small.app.state.get_now = lambda: NOW + timedelta(hours=25)
    post(small, SOURCE | {"id": "later"}, key="k2")
    assert count() == 2
    monkeypatch.setattr(in_flight, "_swept_at", in_flight._swept_at - SWEPT_EVERY_S)
    post(small, SOURCE | {"id": "latest"}, key="k3")
    assert count() == 2
    small.app.state.get_now = lambda: NOW + timedelta(hours=50)
    post(small, SOURCE | {"id": "last"}, key="k4")
    assert count() == 3


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "a\tb"])
def test_a_key_must_be_plain_text(small: Service, key: str) -> None:
    headers = small.authorisation() | {"Idempotency-Key": key.encode()}
    answer = small.request("POST", "/v1/sources", json=SOURCE, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"


def test_a_request_in_flight_is_409(both: Service) -> None:
    entered, leave = threading.Event(), threading.Event()
    shared = Post(both.engine, InFlight(), "key:a", NOW, "k", "f")

    def slow(_: object) -> Answer:
        entered.set()
        assert leave.wait(20)
        return Answer(200, b"slow")

    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(answer_once(shared, slow)))
    thread.start()
    assert entered.wait(20)
    with pytest.raises(RequestInFlight):
        answer_once(shared, lambda _: Answer(200, b"fast"))
    leave.set()
    thread.join()
    assert answers[0].body == b"slow"
    assert answer_once(shared, lambda _: Answer(200, b"fast")).body == b"slow"
    with pytest.raises(IdempotencyKeyReused):
        answer_once(
            Post(both.engine, InFlight(), "key:a", NOW, "k", "other"),
            lambda _: Answer(200, b"fast"),
        )


def test_twenty_at_once_are_carried_out_once(both: Service) -> None:
    headers = both.authorisation() | {"Idempotency-Key": "storm"}

    async def storm() -> list[Any]:
        calls = (both.send("POST", "/v1/sources", json=SOURCE, headers=headers) for _ in range(20))
        return list(await asyncio.gather(*calls))

    before = both.revision()
    answers = asyncio.run(storm())
    assert {a.status_code for a in answers} <= {201, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"request_in_flight"}
    assert all(a.headers["retry-after"] for a in answers if a.status_code == 409)
    assert len({a.content for a in answers if a.status_code == 201}) == 1
    assert both.revision() == before + 1
