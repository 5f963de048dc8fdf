from datetime import date

import pytest

from app.coding import cells


def test_days_are_read_in_both_spellings() -> None:
    assert cells.to_day("2018-06-01") == cells.to_day("20180601") == date(2018, 6, 1)


@pytest.mark.parametrize("text", ["", "2018-6-1", "2018/06/01", "20180631", "0000-01-01"])
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="day"):
        cells.to_day(text)


@pytest.mark.parametrize("text", ["", "nan", "inf", "10.01", "-11", "x"])
def test_intensities_off_the_scale_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="intensity"):
        cells.to_hundredths(text)


def test_intensities_become_whole_hundredths() -> None:
    assert [cells.to_hundredths(t) for t in ("-10", "1.9", "0", "3.4")] == [-1000, 190, 0, 340]


def test_what_a_feed_does_not_know_is_nothing() -> None:
    assert [cells.to_text(t) for t in ("NA", " ", "None", "---", "NULL")] == [None] * 5
    assert cells.to_list("A,NA,,B,A") == ("A", "B")
    assert cells.to_place(None, "Seoul", "Seoul", "South Korea") == "Seoul, South Korea"
    assert cells.to_degrees("91", 90) is None
    assert cells.to_degrees("NA", 90) is None


@pytest.mark.parametrize("text", ["", "NA", "a b", "x" * 101, "a\x07"])
def test_ids_that_cannot_be_named_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="id"):
        cells.to_id(text)
