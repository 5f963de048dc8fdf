"""Scales and widths."""

from itertools import pairwise

import pytest

from app.scoring.scales import LEVEL_VALUES, RELIABILITIES, STANCE_VALUES, around, half_width


def test_the_best_and_the_lowest_grade_leave_the_stated_widths() -> None:
    assert half_width("A", 1) == 0.0625  # a quarter of a step
    assert half_width("B", 2) == 0.125  # half a step
    assert half_width("F", 6) == 0.375  # one and a half steps


def test_every_grade_lost_widens_the_interval_alike() -> None:
    for reliability, worse in pairwise(RELIABILITIES):
        assert half_width(worse, 3) - half_width(reliability, 3) == 0.03125
    for credibility in range(1, 6):
        assert half_width("C", credibility + 1) - half_width("C", credibility) == 0.03125


@pytest.mark.parametrize(("reliability", "credibility"), [("G", 1), ("a", 1), ("A", 0), ("A", 7)])
def test_a_grade_that_does_not_exist_is_refused(reliability: str, credibility: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        half_width(reliability, credibility)  # type: ignore[arg-type]


def test_intervals_are_cut_to_the_scale() -> None:
    assert around(0.9, 0.25) == (0.65, 1.0)
    assert around(0.1, 0.25) == (0.0, 0.35)
    assert around(-1.0, 0.25, bottom=-1.0) == (-1.0, -0.75)


def test_both_scales_have_five_even_steps() -> None:
    assert list(LEVEL_VALUES.values()) == [0, 0.25, 0.5, 0.75, 1]
    assert list(STANCE_VALUES.values()) == [-1, -0.5, 0, 0.5, 1]
