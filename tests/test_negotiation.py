"""Which media type is sent."""

import pytest

from app.errors import NotAcceptable
from app.negotiation import choose_media_type

OFFERED = ("application/json", "text/csv")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        ("text/*", "text/csv"),
        ("application/json;q=0.4, text/csv;q=0.5", "text/csv"),
        ("text/csv;q=0.1, */*", "application/json"),
        ("application/json;q=0, */*;q=0.1", "text/csv"),
        ("image/png, application/*;q=0.2", "application/json"),
        ("text/csv;q=2", "text/csv"),
    ],
)
def test_the_most_liked_is_sent_and_the_first_among_equals(accept: str, chosen: str) -> None:
    assert choose_media_type(accept, OFFERED) == chosen


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/csv;q=x, application/json;q=0"])
def test_where_none_is_wanted_that_is_said(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        choose_media_type(accept, OFFERED)
    assert refused.value.offered == OFFERED
