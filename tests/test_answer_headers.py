"""Request ids, and what browsers are told."""

import base64
import hashlib
import re

import pytest

from tests.service import Service


def test_a_request_is_given_an_id(small: Service) -> None:
    first, second = (small.get("/healthz").headers["x-request-id"] for _ in range(2))
    assert len(first) == 32
    assert first != second


def test_a_plain_id_of_the_caller_is_kept(small: Service) -> None:
    answer = small.get("/healthz", headers={"X-Request-ID": "trace-7.A_b"})
    assert answer.headers["x-request-id"] == "trace-7.A_b"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb", "é"])
def test_any_other_id_is_replaced(small: Service, given: str) -> None:
    answer = small.get("/healthz", headers={"X-Request-ID": given.encode()})
    assert len(answer.headers["x-request-id"]) == 32


@pytest.mark.parametrize("url", ["/v1/proposals", "/v1/proposals/none", "/healthz", "/nothing"])
def test_no_answer_is_for_a_browser_to_make_a_page_of(small: Service, url: str) -> None:
    headers = small.get(url).headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_the_docs_page_may_run_its_own_scripts_only(small: Service) -> None:
    answer = small.get("/docs")
    policy = answer.headers["content-security-policy"]
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert len(answer.headers.get_list("content-security-policy")) == 1
