"""Request ids."""

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
