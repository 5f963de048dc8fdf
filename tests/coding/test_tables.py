import pytest

from app.coding.tables import make_reader
from tests.coding.test_domains import USUAL


def test_cells_come_in_the_order_asked_for_whatever_the_header() -> None:
    seen: list[list[str]] = []
    read = make_reader("c\ta \tb", ("a", "b"), lambda row: seen.append(row) or USUAL)  # type: ignore[func-returns-value]
    assert read("3\t1\t2") is USUAL
    assert seen == [["1", "2"]]
    with pytest.raises(ValueError, match="2 columns, not 3"):
        read("3\t1")
    with pytest.raises(ValueError, match="no column 'd'"):
        make_reader("a\tb", ("d",), lambda _: USUAL)
