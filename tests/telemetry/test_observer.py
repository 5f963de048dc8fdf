"""The observer: every request is counted under its route, and told of in one line."""

import asyncio
import json
from typing import Any

import pytest
from starlette.types import Message

from app.telemetry.observer import NO_ROUTE, Templates
from tests.service import Service


class Lines(list[dict[str, Any]]):
    """A log that keeps what it is told."""

    def info(self, event: str, **fields: Any) -> None:
        self.append({"event": event, **fields})


@pytest.fixture
def lines(small: Service) -> Lines:
    small.app.state.request_log = Lines()
    return small.app.state.request_log


def test_a_request_is_told_of_in_one_line_without_what_may_be_secret(
    small: Service, lines: Lines
) -> None:
    secret = small.make_key("read")
    given = {"Authorization": f"Bearer {secret}", "X-Request-ID": "mine"}
    small.get("/v1/proposals/joint-patrol?as_of=2026-01-01", headers=given)
    (line,) = lines
    assert line["duration_ms"] > 0
    assert line["principal"].startswith("key:")
    assert line["principal"] not in secret
    del line["duration_ms"], line["principal"]
    assert line == {
        "event": "request",
        "request_id": "mine",
        "method": "GET",
        "route": "/v1/proposals/{proposal_id}",
        "status": 200,
        "revision": line["revision"],
    }
    assert secret not in json.dumps(lines)


@pytest.mark.parametrize(
    ("method", "url", "route", "status"),
    [
        ("GET", "/v1/proposals", "/v1/proposals", 200),
        ("GET", "/v1/proposals?limit=0", "/v1/proposals", 422),
        ("POST", "/v1/proposals", "/v1/proposals", 401),
        ("DELETE", "/v1/proposals", "/v1/proposals", 405),
        ("GET", "/v1/proposals/none/history", "/v1/proposals/{proposal_id}/history", 404),
        ("GET", "/v1/proposals.csv", "/v1/proposals.csv", 200),
        ("GET", "/docs/assets/swagger-ui.css", "/docs/assets/{path:path}", 200),
        ("GET", "/wp-admin/setup.php", NO_ROUTE, 404),
        ("HEAD", "/healthz", "/healthz", 200),
    ],
)
def test_requests_are_named_by_route_not_by_path(
    small: Service, lines: Lines, method: str, url: str, route: str, status: int
) -> None:
    small.request(method, url)
    (line,) = lines
    assert (line["method"], line["route"], line["status"]) == (method, route, status)


def test_a_method_of_the_callers_own_is_no_label(small: Service, lines: Lines) -> None:
    small.request("SECRET", "/v1/proposals")
    assert lines[0]["method"] == "other"


def test_a_request_that_breaks_is_told_of_as_500(
    small: Service, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.health.Alive", None)
    assert small.get("/healthz").status_code == 500
    assert lines[0]["status"] == 500


def test_a_caller_who_is_gone_before_the_answer_is_told_of_as_499(
    small: Service, lines: Lines
) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        """Nobody reads it."""

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/imports",
        "raw_path": b"/v1/imports",
        "query_string": b"",
        "headers": [
            (b"content-type", b"application/json"),
            (b"authorization", small.authorisation()["Authorization"].encode()),
        ],
        "app": small.app,
    }
    asyncio.run(small.app(scope, receive, send))
    assert lines[0]["status"] == 499


def test_templates_without_parameters_come_first() -> None:
    paths = ["/a/{id}", "/a/best", "/a/{id}/b", "/files/{path:path}"]
    templates = Templates(lambda: paths)
    found = {path: templates.find(path) for path in ("/a/best", "/a/x", "/a/x/b", "/a/x/y", "/a/")}
    assert found == {
        "/a/best": "/a/best",
        "/a/x": "/a/{id}",
        "/a/x/b": "/a/{id}/b",
        "/a/x/y": NO_ROUTE,
        "/a/": NO_ROUTE,
    }
    assert templates.find("/files/a/b.css") == "/files/{path:path}"
