import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coding.read import FORMATS, KEPT_TEXT, FeedFormat, read_rows
from app.coding.report import Malformed, Party, Report
from tests.coding.builders import gdelt_row, icews_file, polecat_file

SAMPLE = Path(__file__).parents[3] / "shared" / "data" / "icews_2018_sample.tab"


def read(form: FeedFormat, lines: list[bytes]) -> list[Report | Malformed]:
    return [row for _, row in read_rows(form, lines)]


def only(form: FeedFormat, lines: list[bytes]) -> Report:
    (row,) = read(form, lines)
    assert isinstance(row, Report), row
    return row


def why(form: FeedFormat, lines: list[bytes]) -> str:
    (row,) = read(form, lines)
    assert isinstance(row, Malformed)
    return row.reason


def test_icews_gives_parties_with_their_sectors_and_the_place() -> None:
    row = only("icews", icews_file({}))
    assert row.actor.sectors == ("Executive", "Foreign Ministry", "Government")
    assert row.recipient.country == "South Korea"
    assert (row.code, row.event_type, row.quad_class, row.hundredths) == ("040", "CONSULT", 1, 100)
    assert (row.publisher, row.place, row.latitude) == ("The Daily", "Seoul, South Korea", 37.5)


@pytest.mark.parametrize("width", [57, 58, 61])
def test_gdelt_is_read_in_all_its_widths(width: int) -> None:
    row = only("gdelt", [gdelt_row(width)])
    assert row.actor == Party("JAPAN", "JPN", "JPNGOV", ("GOV",))
    assert row.recipient == Party("SEOUL", "KOR", "KORMIL", ("MIL",))
    assert (row.code, row.hundredths, row.publisher) == (
        "042", 190, "" if width == 57 else "example.org",
    )  # fmt: skip
    assert (row.place, row.latitude, row.longitude) == ("Tokyo, Japan", 35.7, 139.7)


def test_polecat_gives_type_mode_and_contexts_and_an_accusation_its_sign() -> None:
    row = only("polecat", polecat_file({}))
    assert (row.code, row.quad_class, row.hundredths) == ("ACCUSE-disapprove", 3, -200)
    assert (row.contexts, row.place, row.publisher) == (("cbrn", "military"), "JPN", "Wire")


def test_our_own_lines_name_as_little_as_needed() -> None:
    row = {"id": "1", "day": "2021-01-02", "actor": "Japan", "recipient": {"name": "South Korea"}}
    by_code = only("ndjson", [json.dumps(row | {"code": "057"}).encode()])
    assert (by_code.hundredths, by_code.event_type) == (800, "SUPPORT")
    by_type = only("ndjson", [json.dumps(row | {"event_type": "AID", "intensity": 7.5}).encode()])
    assert (by_type.code, by_type.quad_class, by_type.hundredths) == ("AID", 2, 750)
    conflict = row | {"event_type": "ASSAULT", "intensity": -10}
    assert only("ndjson", [json.dumps(conflict).encode()]).hundredths == -1000


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"ids": 1}', "a field that is not known, 'ids'; did you mean id?"),
        (b'{"\\u001b[31m": 1}', r"not known, '\x1b[31m'"),
        (b'{"code": "040", "id": "3", "day": "2021-01-01", "actor": {"nme": 3}}', "mean name?"),
        (b'{"event_type": "consult", "intensity": 1}', "not known; did you mean CONSULT?"),
        (b'{"event_type": "042", "intensity": 1}', "not known; there are AGREE, CONSULT, "),
        (b'{"event_type": "CONSULT", "intensity": -2}', "of CONSULT cannot be below 0"),
        (b'{"event_type": "ASSAULT", "intensity": 10}', "of ASSAULT cannot be above 0"),
        (b'{"actor": "A", "recipient": "B"}', "needs a CAMEO code"),
        (b'{"event_type": "AID"}', "needs an intensity"),
        (b'{"code": "040", "intensity": true}', "not a number"),
        (b'{"code": "040", "id": 3}', "id is missing or not a text"),
        (b'{"code": "040", "id": "3", "day": "2021-01-01", "actor": 3}', "neither a name"),
        (b'{"code": "040", "id": "a/b"}', "missing or malformed"),
        (b'{"code": "040", "id": "3", "day": "1799-12-31"}', "not in the years 1800 to 2200"),
        (b'{"code": "04\\u0000"}', "cannot be stored"),
        (
            b'{"code": "040", "id": "3", "day": "2021-01-01", "actor": "\\ud800"}',
            "cannot be stored",
        ),
        (b'{"code": "040", "id": "3", "day": "2021-01-01", "actor": "NA"}', "has no name"),
    ],
)
def test_our_own_lines_are_told_what_is_wrong(line: bytes, reason: str) -> None:
    assert reason in why("ndjson", [line])


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ({"latitude": 999, "longitude": 0}, "the latitude is not a number from -90 to 90"),
        ({"latitude": -90, "longitude": -180.1}, "the longitude is not a number from -180 to 180"),
        ({"latitude": "north"}, "the latitude is not a number from -90 to 90"),
        ({"latitude": None, "longitude": ""}, None),
        ({"latitude": -90, "longitude": 180}, None),
    ],
)
def test_our_own_places_are_on_the_globe(place: dict[str, object], reason: str | None) -> None:
    row = {"id": "1", "day": "2021-01-02", "actor": "Japan", "recipient": "Norway", "code": "040"}
    lines = [json.dumps(row | place).encode()]
    if reason is None:
        found = only("ndjson", lines)
        assert found.latitude == place["latitude"]
    else:
        assert why("ndjson", lines) == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"CAMEO Code": "13y"}, "no such CAMEO code"),
        ({"Event Date": "yesterday"}, "day"),
        ({"Intensity": "strong"}, "intensity"),
        ({"Event ID": ""}, "id"),
        ({"Source Name": "NA"}, "no name"),
        ({"Publisher": "a\tb"}, "16 columns, not 15"),
        ({"Publisher": "a\x00"}, "NUL"),
    ],
)
def test_a_malformed_row_is_kept_aside_with_its_line_and_reason(
    change: dict[str, str], reason: str
) -> None:
    first, row = read("icews", icews_file({}, change))
    assert isinstance(first, Report)
    assert isinstance(row, Malformed)
    assert row.line == 3
    assert reason in row.reason


def test_text_that_is_not_utf_8_and_lines_without_end_are_kept_aside() -> None:
    assert why("gdelt", [b"\xff\xfe"]) == "it is not UTF-8"
    (row,) = read("gdelt", [b"x" * 2_000_000])
    assert isinstance(row, Malformed)
    assert (row.reason, len(row.text)) == ("the line is too long", KEPT_TEXT)


def test_a_file_of_something_else_is_refused_whole() -> None:
    for form in ("icews", "polecat"):
        with pytest.raises(ValueError, match="no column"):
            read(form, [b"a,b,c\n", b"1,2,3\n"])


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_without_a_byte_is_called_empty(form: FeedFormat) -> None:
    for lines in ([], [b""]):
        with pytest.raises(ValueError, match="the file is empty"):
            read(form, lines)


def test_blank_lines_and_a_byte_order_mark_are_no_rows() -> None:
    header, row = icews_file({})
    assert len(read("icews", [b"\xef\xbb\xbf" + header, b"\n", row, b" \n"])) == 1
    assert len(read("gdelt", [b"\xef\xbb\xbf" + gdelt_row(), b"\r\n"])) == 1


def test_reading_holds_one_line_at_a_time() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield gdelt_row()

    rows = read_rows("gdelt", endless())
    assert [number for number, _ in (next(rows) for _ in range(5))] == [1, 2, 3, 4, 5]


@given(st.sampled_from(FORMATS), st.lists(st.binary(min_size=1, max_size=60), min_size=1))
def test_no_bytes_break_a_reader(form: FeedFormat, lines: list[bytes]) -> None:
    header = {"icews": icews_file()[:1], "polecat": polecat_file()[:1]}.get(form, [])
    rows = read(form, [*header, *lines])
    assert len(rows) <= len(lines)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not here")
def test_every_row_of_a_real_file_is_read() -> None:
    with SAMPLE.open("rb") as file:
        rows = read("icews", list(file))
    assert len(rows) == 1499
    assert all(isinstance(row, Report) for row in rows)
