"""ETag, 304, HEAD."""

import pytest

from app.conditional import check_if_match, to_etag
from app.errors import InvalidParameters, PreconditionFailed, PreconditionRequired
from tests.service import Service

PATHS = (
    "/v1/proposals",
    "/v1/proposals/joint-patrol",
    "/v1/proposals/joint-patrol/score",
    "/v1/proposals/joint-patrol/similar",
    "/v1/actors",
    "/v1/actors/NOR",
    "/v1/domains",
    "/v1/sources/report/record",
    "/v1/sources/report/history",
    "/v1/priorities",
    "/v1/events",
    "/v1/changes",
    "/openapi.json",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_read_has_an_etag_and_answers_304_and_head(small: Service, path: str) -> None:
    first = small.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert first.headers["cache-control"] == "no-cache"
    for header in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        same = small.get(path, headers={"If-None-Match": header})
        assert (same.status_code, same.content) == (304, b""), header
        assert same.headers["etag"] == tag
        assert "content-length" not in same.headers
        assert same.headers["x-request-id"]
    assert small.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    head = small.request("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == tag
    assert head.headers["content-length"] == str(len(first.content))
    assert small.request("HEAD", path, headers={"If-None-Match": tag}).status_code == 304


def test_head_tells_of_errors_and_health_too(small: Service) -> None:
    assert small.request("HEAD", "/v1/proposals/none").status_code == 404
    assert small.request("HEAD", "/v1/proposals?x=1").status_code == 422
    for path in ("/healthz", "/readyz", "/docs"):
        assert small.request("HEAD", path).status_code == 200


def test_an_etag_moves_with_what_is_shown_and_lets_edits_of_other_records_pass(
    both: Service,
) -> None:
    path = "/v1/proposals/joint-patrol"
    before = both.get(path).headers["etag"]
    both.write("PATCH", "/v1/sources/report", {"reliability": "E"}, If_Match="*")
    after = both.get(path, headers={"If-None-Match": before})
    assert after.status_code == 200  # the score has moved
    assert after.headers["etag"] != before
    assert both.write("PATCH", path, {"next_step": "Go"}, If_Match=before).status_code == 200
    assert (
        both.write("PATCH", path, {"next_step": "No"}, If_Match=after.headers["etag"]).status_code
        == 412
    )


def test_an_etag_begins_with_the_revision_of_its_record() -> None:
    assert to_etag(b"body", 41).startswith('"41-')
    assert to_etag(b"body", 41).split("-")[1] == to_etag(b"body").strip('"') + '"'
    assert to_etag(b"body") != to_etag(b"other")


@pytest.mark.parametrize("header", ['"41-x"', '"1-x", "41-y"', "*", ' "41-x" ', 'W/"41-x"'])
def test_the_current_revision_passes(header: str) -> None:
    check_if_match(header, 41)


@pytest.mark.parametrize("header", ['"4-x"', '"141-x"', '"41"', '"x-41"'])
def test_any_other_revision_does_not(header: str) -> None:
    with pytest.raises(PreconditionFailed):
        check_if_match(header, 41)
    with pytest.raises(PreconditionRequired):
        check_if_match(None, 41)


@pytest.mark.parametrize("header", ["41", "41-x", "", '"41-x'])
def test_what_is_no_etag_is_said_to_be_none(header: str) -> None:
    with pytest.raises(InvalidParameters) as caught:
        check_if_match(header, 41)
    assert caught.value.faults[0].pointer == "/header/If-Match"
