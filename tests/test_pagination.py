"""Keyset cursors."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidCursor
from app.pagination import decode_cursor, encode_cursor, fingerprint, next_link

BOUND_TO = fingerprint({"a": 1})
TYPES = (str, int, str)


def raw(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(st.tuples(st.text(), st.integers(), st.text().filter(lambda t: t.isprintable())))
def test_a_cursor_gives_back_the_key_it_was_made_from(key: tuple[str, int, str]) -> None:
    try:
        "".join(str(part) for part in key).encode()
    except UnicodeEncodeError:
        return
    assert decode_cursor(encode_cursor(key, BOUND_TO), BOUND_TO, TYPES) == key


def test_the_order_of_parameters_does_not_change_the_fingerprint() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_a_cursor_of_another_query_is_refused_as_such() -> None:
    with pytest.raises(InvalidCursor) as caught:
        decode_cursor(encode_cursor(("2020-01-01", 1, "x"), fingerprint({"b": 1})), BOUND_TO, TYPES)
    assert caught.value.belongs_elsewhere


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "a",
        "é",
        raw(1),
        raw([]),
        raw([BOUND_TO]),
        raw([BOUND_TO, 1]),
        raw([BOUND_TO, {}]),
        raw([BOUND_TO, ["2020-01-01", 1]]),
        raw([BOUND_TO, ["2020-01-01", "1", "x"]]),
        raw([BOUND_TO, ["2020-01-01", None, "x"]]),
        raw([BOUND_TO, ["\ud800", 1, "x"]]),
        raw([BOUND_TO, ["2020-01-01", 1, "x", 2]]),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
    ],
)
def test_a_broken_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor) as caught:
        decode_cursor(text, BOUND_TO, TYPES)
    assert not caught.value.belongs_elsewhere


def test_the_next_link_keeps_the_other_parameters_and_replaces_the_cursor() -> None:
    query = [("actor", "JPN"), ("actor", "KOR"), ("cursor", "old"), ("q", "a b")]
    link = next_link("/v1/proposals", query, "new")
    assert link == '</v1/proposals?actor=JPN&actor=KOR&q=a+b&cursor=new>; rel="next"'
    assert next_link("/v1/proposals", query, None) is None
