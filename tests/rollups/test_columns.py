from io import BytesIO

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.coding import gdelt
from app.coding.read import FeedFormat, find_start
from app.rollups.blocks import read_blocks, split
from app.rollups.columns import ColumnReader
from app.rollups.meanings import Meanings
from app.rollups.rows import RowReader
from tests.coding.builders import gdelt_row
from tests.rollups.files import HEADERS, REGISTER, ROWS, told


def read(form: FeedFormat, rows: list[bytes], *, by_columns: bool) -> tuple[object, ...]:
    lines = [HEADERS[form], *rows] if HEADERS[form] else rows
    start = find_start(form, lines[0])
    assert start.layout is not None
    meanings = Meanings(REGISTER)
    by_row = RowReader(start.read, meanings)
    columns = ColumnReader(start.layout, by_row, meanings)
    stream = BytesIO(b"".join(lines)[start.skipped :])
    (block,) = read_blocks(stream, b"", start.first_line)
    if by_columns:
        return told(columns.read(block), meanings)
    return told(by_row.read(enumerate(split(block.data), block.first_line)), meanings)


@pytest.mark.parametrize("form", ["icews", "gdelt", "polecat"])
@settings(max_examples=150)
@given(data=st.data())
def test_columns_say_the_same_as_rows(form: FeedFormat, data: st.DataObject) -> None:
    rows = data.draw(st.lists(ROWS[form], min_size=1, max_size=12))
    assume(form != "gdelt" or find_start(form, rows[0]).layout is not None)
    assert read(form, rows, by_columns=True) == read(form, rows, by_columns=False)


@pytest.mark.parametrize("at_start", [True, False])
@pytest.mark.parametrize("odd", [b"\tx\ty\n", b"\t\tx\n", b"\xef\xbb\xbf", b"\n\n"])
def test_odd_rows_are_read_as_rows_are_wherever_they_stand(odd: bytes, at_start: bool) -> None:
    good = gdelt_row()
    strange = odd + good if not odd.endswith(b"\n") else good.rstrip(b"\n") + odd
    rows = [good, strange, good] if at_start else [good, good, strange]
    by_columns = read("gdelt", rows, by_columns=True)
    assert by_columns == read("gdelt", rows, by_columns=False)


@pytest.mark.parametrize("width", [57, 60, 61, 62])
def test_rows_of_another_version_beside_an_empty_cell_are_read_as_rows_are(width: int) -> None:
    cells = {"c57": "1", "c58": "", f"c{width - 1}": "https://a.org"} if width > 58 else {}
    rows = [gdelt_row(), gdelt_row(width, **cells), gdelt_row()]
    assert read("gdelt", rows, by_columns=True) == read("gdelt", rows, by_columns=False)


def test_a_block_that_a_wide_row_begins_is_read_as_rows_are() -> None:
    wide, narrow = gdelt_row(60), gdelt_row(56)
    meanings = Meanings(REGISTER)
    by_row = RowReader(find_start("gdelt", gdelt_row()).read, meanings)
    columns = ColumnReader(gdelt.find_layout("\t" * 57), by_row, meanings)
    (block,) = read_blocks(BytesIO(wide + gdelt_row() + narrow), b"", 1)
    assert told(columns.read(block), meanings) == told(by_row.read_block(block), meanings)


def test_a_report_has_its_domain_by_code_else_by_what_both_sides_are() -> None:
    header = HEADERS["icews"]
    names = header.decode().rstrip("\n").split("\t")
    usual = {
        "Event ID": "1",
        "Event Date": "2021-03-04",
        "Source Name": "A",
        "Source Sectors": "Military",
        "Source Country": "Japan",
        "CAMEO Code": "040",
        "Intensity": "1",
        "Target Name": "B",
        "Target Sectors": "Military",
        "Target Country": "South Korea",
    }

    def row(**changes: str) -> bytes:
        cells = usual | {name.replace("_", " "): text for name, text in changes.items()}
        return "\t".join(cells.get(name, "x") for name in names).encode() + b"\n"

    rows = [
        row(),
        row(Event_ID="2", CAMEO_Code="0311"),
        row(Event_ID="3", Source_Sectors="Government"),
        row(Event_ID="4", CAMEO_Code="0331"),  # its domain is not in the register
    ]
    reports = read("icews", rows, by_columns=True)[0]
    domains = [Meanings(REGISTER).domain_ids[report[7]] for report in reports]  # type: ignore[attr-defined]
    assert domains == ["security", "trade", "", ""]
