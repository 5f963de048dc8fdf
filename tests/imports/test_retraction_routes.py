"""Retractions over HTTP, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from tests.feeds.feeds import act, load, scores, withdraw, write_file
from tests.service import Service

URL = "/v1/events/retractions"


def body(*ids: str, **more: Any) -> dict[str, Any]:
    return {"feed": "icews", "ids": list(ids), "reason": "Wrong"} | more


def test_a_retraction_takes_reports_out_of_scores_at_once(both: Service, tmp_path: Path) -> None:
    before = scores(both)
    load(both, write_file(tmp_path, *(act(n, points="8") for n in range(9))))
    answer = both.write("POST", URL, body(*(str(n) for n in range(9)), "99"))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "feed": "icews",
        "new": 10,
        "known": 0,
        "reports": 9,
        "revision": both.revision(),
    }
    assert scores(both) == before


def test_the_same_retraction_again_changes_nothing(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1)))
    withdraw(both, "1")
    revision = both.revision()
    again = both.write("POST", URL, body("1")).json()
    assert (again["new"], again["known"], again["revision"]) == (0, 1, None)
    assert both.revision() == revision


def test_a_key_that_may_ingest_may_retract_and_one_that_may_read_may_not(both: Service) -> None:
    for scope, status in (("ingest", 200), ("read", 403)):
        header = {"Authorization": f"Bearer {both.make_key(scope)}"}  # type: ignore[arg-type]
        answer = both.request("POST", URL, json=body("1"), headers=header)
        assert answer.status_code == status, answer.text
    assert both.request("POST", URL, json=body("1")).status_code == 401


def test_a_retraction_with_a_key_of_its_own_is_carried_out_once(both: Service) -> None:
    first = both.write("POST", URL, body("1"), Idempotency_Key="once")
    second = both.write("POST", URL, body("1"), Idempotency_Key="once")
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (body(), "/body/ids"),
        (body(""), "/body/ids/0"),
        (body("x" * 101), "/body/ids/0"),
        (body(1), "/body/ids/0"),  # type: ignore[arg-type]
        (body("1", feed="My Feed"), "/body/feed"),
        (body("1", reason=""), "/body/reason"),
        (body("1", more=1), "/body"),
        ({"feed": "icews"}, "/body/ids"),
        ([], "/body"),
    ],
)
def test_a_retraction_that_cannot_be_is_told(small: Service, content: Any, pointer: str) -> None:
    answer = small.write("POST", URL, content)
    assert answer.status_code == 422
    assert pointer in {fault["pointer"] for fault in answer.json()["errors"]}
