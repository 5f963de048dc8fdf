"""Figures and days in words."""

from app.backtests.words import say_days, say_target, to_figure


def test_days_are_counted_in_words() -> None:
    assert [say_days(1), say_days(30)] == ["1 day", "30 days"]
    assert [say_days(1, "start"), say_days(2000, "start")] == ["1 start day", "2,000 start days"]


def test_a_target_names_its_days_and_who_acts_where_that_is_either() -> None:
    assert say_target(1, "actor") == "within 1 day"
    assert say_target(30, "either") == "within 30 days, by either side"


def test_a_figure_that_there_is_none_of_is_no_zero() -> None:
    assert [to_figure(float("nan"), ".1%"), to_figure(0.0, ".1%")] == ["-", "0.0%"]
