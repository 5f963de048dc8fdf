"""Who may do what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.db import read_session, write_session
from app.keys.queries import list_keys
from app.keys.write import revoke_key
from tests.conftest import Make
from tests.service import Service

SOURCE = {"id": "s", "title": "S", "available_on": "2020-01-01", "reliability": "B"}
EVENT = {
    "key": "e",
    "actor_id": "NOR",
    "recipient_id": "SWE",
    "happened_on": "2020-01-08",
    "event_type": "CONSULT",
    "intensity": 4.0,
    "summary": "Met",
    "source_id": "report",
    "credibility": 2,
}


def ask(service: Service, method: str, path: str, key: str | None, json: Any = None) -> Any:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return service.request(method, path, json=json, headers=headers)


def test_without_any_key_a_write_is_told_how_to_make_one(both: Service) -> None:
    answer = ask(both, "POST", "/v1/sources", None, SOURCE)
    assert (answer.status_code, answer.json()["code"]) == (401, "no_keys")
    assert "entente keys create --name NAME --scope write" in answer.json()["detail"]
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/v1/events/imports", "/v1/events/imports/none/cancel"])
def test_who_is_refused_is_told_every_scope_that_would_do(small: Service, path: str) -> None:
    unknown = "ent_000000000000_" + "x" * 43
    answers = [ask(small, "POST", path, None), ask(small, "POST", path, unknown)]
    small.make_key("read")
    answers.append(ask(small, "POST", path, None))
    told = [(answer.json()["code"], answer.json()["detail"]) for answer in answers]
    assert [code for code, _ in told] == ["no_keys", "unknown_key", "missing"]
    assert all("the scope write or ingest is needed" in detail for _, detail in told)
    assert all("--scope ingest" in detail for _, detail in told[:2])


def test_where_there_are_keys_one_must_be_sent(both: Service) -> None:
    key = both.make_key("write")
    assert ask(both, "POST", "/v1/sources", None, SOURCE).json()["code"] == "missing"
    assert ask(both, "POST", "/v1/sources", key, SOURCE).status_code == 201


@pytest.mark.parametrize(
    ("scope", "path", "body", "status"),
    [
        ("read", "/v1/sources", SOURCE, 403),
        ("review", "/v1/sources", SOURCE, 403),
        ("ingest", "/v1/sources", SOURCE, 403),
        ("write", "/v1/sources", SOURCE, 201),
        ("admin", "/v1/sources", SOURCE, 201),
        ("ingest", "/v1/events", EVENT, 201),
        ("review", "/v1/events", EVENT, 403),
        ("ingest", "/v1/imports", {}, 403),
        ("write", "/v1/imports", {}, 200),
    ],
)
def test_a_scope_opens_its_doors_only(
    small: Service, scope: Any, path: str, body: Any, status: int
) -> None:
    answer = ask(small, "POST", path, small.make_key(scope), body)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["code"] == "forbidden"
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert ask(small, "GET", "/v1/sources", small.make_key(scope)).status_code == 200


def test_a_key_that_is_wrong_is_refused_even_where_reads_are_open(both: Service) -> None:
    good = both.make_key("write")
    wrong = [
        "ent_000000000000_" + "x" * 43,
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        good + "x",
        good.replace("ent_", "ent_x"),
        "ent_",
        "ent__",
        "nonsense",
        "é",
        "a" * 5000,
        good.split("_")[1],
    ]
    for text in wrong:
        headers = {"Authorization": b"Bearer " + text.encode()}
        answer = both.request("GET", "/v1/sources", headers=headers)
        assert answer.status_code == 401, text
        assert text not in answer.text
    basic = both.request("GET", "/v1/sources", headers={"Authorization": "Basic eDp5"})
    assert basic.status_code == 401


def test_revoked_and_expired_keys_say_so(both: Service) -> None:
    short = both.make_key("write", lasts=timedelta(seconds=-1))
    assert ask(both, "GET", "/v1/sources", short).json()["code"] == "expired"
    key = both.make_key("write")
    assert ask(both, "GET", "/v1/sources", key).status_code == 200
    with write_session(both.engine) as session:
        revoke_key(session, key.split("_")[1], datetime.now(UTC))
    assert ask(both, "GET", "/v1/sources", key).json()["code"] == "revoked"


def test_a_key_of_another_deployment_opens_nothing(make_both: Make) -> None:
    one, other = make_both(), make_both()
    other.make_key("read")
    assert ask(other, "GET", "/v1/sources", one.make_key("admin")).json()["code"] == "unknown_key"


def test_closed_reads_ask_for_a_key(make_both: Make) -> None:
    closed = make_both("small", open_reads=False)
    key = closed.make_key("read")
    for path in ("/v1/proposals", "/v1/changes", "/v1/sources/report/history", "/v1/actors/NOR"):
        assert ask(closed, "GET", path, None).json()["code"] == "missing", path
        assert ask(closed, "HEAD", path, None).status_code == 401
        answer = ask(closed, "GET", path, key)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, no-cache"
        assert "Authorization" in answer.headers["vary"]
    tag = ask(closed, "GET", "/v1/proposals", key).headers["etag"]
    stolen = closed.request("GET", "/v1/proposals", headers={"If-None-Match": tag})
    assert stolen.status_code == 401
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
        assert ask(closed, "GET", path, None).status_code == 200


def test_a_key_is_stored_hashed_and_its_use_is_noted(both: Service) -> None:
    key = both.make_key("read", "review")
    with read_session(both.engine) as session:
        [stored] = list_keys(session)
    assert key not in repr(stored.model_dump())
    assert key.split("_", 2)[2] not in repr(stored.model_dump())
    assert (stored.scopes, stored.last_used_at) == ("read review", None)
    ask(both, "GET", "/v1/sources", key)
    with read_session(both.engine) as session:
        [used] = list_keys(session)
    assert used.last_used_at is not None
    ask(both, "GET", "/v1/sources", key)
    with read_session(both.engine) as session:
        assert list_keys(session)[0].last_used_at == used.last_used_at  # within the minute


def test_a_refused_caller_changes_nothing(both: Service) -> None:
    before = both.revision()
    key = both.make_key("read")
    for method, path in (
        ("PATCH", "/v1/sources/report"),
        ("DELETE", "/v1/sources/report"),
        ("POST", "/v1/proposals/joint-patrol/factors"),
        ("POST", "/v1/imports"),
    ):
        assert ask(both, method, path, None, {}).status_code == 401
        assert ask(both, method, path, key, {}).status_code == 403
    assert both.revision() == before
