"""Every error is a problem that tells the caller what to do."""

from typing import Any

import pytest
from fastapi import FastAPI

from app.problem_kinds import KINDS
from app.problems import PROBLEM_MEDIA_TYPE, add_problem_handlers
from tests.service import Service

LISTS = ("/v1/proposals", "/v1/actors", "/v1/sources", "/v1/domains", "/v1/profiles")


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM_MEDIA_TYPE
    body: dict[str, Any] = answer.json()
    assert set(body) == {"type", "title", "status", "code", "detail", "request_id", "errors"}
    assert body["status"] == status
    assert body["type"] == "urn:entente:problem:" + body["code"].replace("_", "-")
    assert body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


@pytest.mark.parametrize(
    ("query", "code", "pointer", "hint"),
    [
        ("actor=NRO", "unknown_actor", "/query/actor", "NOR"),
        ("actor=Norwey", "unknown_actor", "/query/actor", "Did you mean NOR"),
        ("actor=nor", "unknown_actor", "/query/actor", "Did you mean NOR"),
        ("domain=securty", "unknown_domain", "/query/domain", "Did you mean security"),
        ("profile=balance", "unknown_profile", "/query/profile", "Did you mean balanced"),
        ("profile=x", "unknown_profile", "/query/profile", "/v1/profiles"),
        ("perspective=Joint", "unknown_actor", "/query/perspective", "/v1/actors"),
        ("sort=best", "invalid_parameters", "/query/sort", "'-score'"),
        ("status=begun", "invalid_parameters", "/query/status", "'open'"),
        ("mechanism=war", "invalid_parameters", "/query/mechanism", "'visit'"),
        ("facet=colour", "invalid_parameters", "/query/facet", "'domain'"),
        ("actor_match=some", "invalid_parameters", "/query/actor_match", "'any'"),
        ("cursor=x", "invalid_cursor", "/query/cursor", "cannot be read"),
        ("cursor=" + "x" * 5001, "invalid_parameters", "/query/cursor", "5000"),
        ("limit=0", "invalid_parameters", "/query/limit", "greater than or equal to 1"),
        ("limit=101", "invalid_parameters", "/query/limit", "less than or equal to 100"),
        ("limit=ten", "invalid_parameters", "/query/limit", "integer"),
        ("limit=1e999", "invalid_parameters", "/query/limit", "integer"),
        ("limit=" + "9" * 5000, "invalid_parameters", "/query/limit", "integer"),
        ("as_of=tomorrow", "invalid_parameters", "/query/as_of", "YYYY-MM-DD"),
        ("as_of=2021-02-30", "invalid_parameters", "/query/as_of", "YYYY-MM-DD"),
        ("as_of=1619740800", "invalid_parameters", "/query/as_of", "YYYY-MM-DD"),
        ("as_of=0001-01-01", "invalid_parameters", "/query/as_of", "1800-01-01"),
        ("as_of=9999-12-31", "invalid_parameters", "/query/as_of", "2200-12-31"),
        ("as_of=2021-04-30T00:00:00", "invalid_parameters", "/query/as_of", "YYYY-MM-DD"),
        ("min_score=nan", "invalid_parameters", "/query/min_score", "100"),
        ("min_score=101", "invalid_parameters", "/query/min_score", "100"),
        ("q=%00", "invalid_parameters", "/query/q", "control"),
        ("q=***", "invalid_parameters", "/query/q", "letter or a digit"),
        ("q=" + "x" * 201, "invalid_parameters", "/query/q", "200"),
        ("actor=", "invalid_parameters", "/query/actor", "empty"),
        ("actor=NOR&actor=", "invalid_parameters", "/query/actor", "empty"),
        ("q=%20", "invalid_parameters", "/query/q", "empty"),
        ("as_of", "invalid_parameters", "/query/as_of", "empty"),
        ("limit=1&limit=2", "invalid_parameters", "/query/limit", "once"),
        ("colour=red", "invalid_parameters", "/query", "actor_match"),
        ("Actor=NOR", "invalid_parameters", "/query", "actor"),
    ],
)
def test_bad_parameters_are_told_what_to_send(
    small: Service, query: str, code: str, pointer: str, hint: str
) -> None:
    body = problem(small.get(f"/v1/proposals?{query}"), 422)
    assert body["code"] == code
    assert len(body["errors"]) == 1
    assert body["errors"][0]["pointer"] == pointer
    assert hint in body["errors"][0]["detail"]


def test_every_fault_is_listed_at_once(small: Service) -> None:
    body = problem(small.get("/v1/proposals?limit=0&sort=x&as_of=y"), 422)
    pointers = {e["pointer"] for e in body["errors"]}
    assert pointers == {"/query/limit", "/query/sort", "/query/as_of"}


@pytest.mark.parametrize("path", LISTS)
def test_no_route_takes_parameters_that_it_does_not_know(small: Service, path: str) -> None:
    assert problem(small.get(f"{path}?colour=red"), 422)["code"] == "invalid_parameters"


@pytest.mark.parametrize("secret", ["<script>alert(1)</script>", "hunter2secret"])
@pytest.mark.parametrize("name", ["actor", "domain", "as_of", "limit", "sort", "cursor", "q", "x"])
def test_an_error_never_repeats_what_the_caller_sent(
    small: Service, name: str, secret: str
) -> None:
    answer = small.get("/v1/proposals", {name: secret})
    assert secret not in answer.text
    assert secret not in small.get("/v1/proposals", {secret: "1"}).text
    assert secret not in small.get(f"/v1/actors/{secret}").text


@pytest.mark.parametrize(
    "path",
    ["/v1/proposals/none", "/v1/actors/none", "/v1/domains/none", "/v1/sources/none"],
)
def test_an_unknown_id_in_a_path_is_404(small: Service, path: str) -> None:
    resource = path.split("/")[2].removesuffix("s")
    assert problem(small.get(path), 404)["code"] == f"{resource}_not_found"


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1", "/v2/proposals", "/docs/assets/nothing", "/v1/proposals/"]
)
def test_an_unknown_path_is_404(small: Service, path: str) -> None:
    assert problem(small.get(path), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/proposals", "GET, HEAD, POST"),
        ("DELETE", "/v1/actors", "GET, HEAD, POST"),
        ("POST", "/v1/proposals/joint-patrol", "DELETE, GET, HEAD, PATCH"),
        ("PATCH", "/v1/proposals/joint-patrol/score", "GET, HEAD"),
        ("GET", "/v1/imports", "POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("BREW", "/v1/changes", "GET, HEAD"),
    ],
)
def test_another_method_is_405_and_named_what_is_allowed(
    small: Service, method: str, path: str, allowed: str
) -> None:
    answer = small.request(method, path)
    assert problem(answer, 405)["code"] == "method_not_allowed"
    assert answer.headers["allow"] == allowed


def test_a_failure_is_500_and_tells_nothing_of_itself(small: Service) -> None:
    def fail() -> None:
        raise RuntimeError("a secret of the inside")

    app: FastAPI = small.app
    app.get("/fail")(fail)
    answer = small.get("/fail")
    assert problem(answer, 500)["code"] == "internal_error"
    assert "secret" not in answer.text


def test_every_error_of_ours_has_a_kind() -> None:
    from app.errors import BackupRefused, EntenteError

    of_commands = {BackupRefused}  # no route makes or restores a backup
    assert set(EntenteError.__subclasses__()) - of_commands == set(KINDS)
    assert callable(add_problem_handlers)


def test_a_thousand_parameters_are_refused_in_a_sentence(small: Service) -> None:
    query = "&".join(f"p{n}=1" for n in range(1000))
    body = problem(small.get(f"/v1/proposals?{query}"), 422)
    assert len(body["errors"]) == 1
