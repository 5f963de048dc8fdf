from dataclasses import replace

import pytest

from app.coding.icews import COLUMNS, find_layout
from app.coding.layout import find_columns, pick
from tests.coding.builders import ICEWS_ROW


def test_columns_are_found_by_their_names_whatever_the_order() -> None:
    assert find_columns("c\ta \tb", ("a", "b")) == (3, {"a": 1, "b": 2})
    with pytest.raises(ValueError, match="no column 'd'"):
        find_columns("a\tb", ("d",))


def test_cells_are_read_where_the_header_says_that_they_stand() -> None:
    turned = find_layout("\t".join(reversed(COLUMNS)))
    usual = find_layout("\t".join(COLUMNS))
    cells = [ICEWS_ROW[name] for name in COLUMNS]
    assert turned.read("\t".join(reversed(cells))) == usual.read("\t".join(cells))
    assert pick(cells, usual.coding) == ["040"]


def test_a_row_of_another_width_is_refused() -> None:
    layout = replace(find_layout("\t".join(COLUMNS)), width=16)
    with pytest.raises(ValueError, match="3 columns, not 16"):
        layout.read("a\tb\tc")
