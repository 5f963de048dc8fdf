"""The weighted sum."""

from decimal import Decimal
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.scoring.aggregate import (
    Matrices,
    shown,
    to_matrices,
    to_millivalue,
    to_millivalues,
    to_points,
    weighted_sum,
)
from app.scoring.assessment import CRITERIA, Assessment, unknown
from app.scoring.profiles import BALANCED, BUILT_IN, Profile

VALUES = st.one_of(st.just(nan), st.floats(0, 1))
MATRICES = st.integers(0, 6).flatmap(
    lambda n: arrays(np.float64, (n, len(CRITERIA)), elements=VALUES)
)


def certain(values: np.ndarray) -> Matrices:
    unknown_cells = np.isnan(values)
    return Matrices(values, np.where(unknown_cells, 0, values), np.where(unknown_cells, 1, values))


def test_a_published_example_of_the_weighted_sum_model() -> None:
    """E. Triantaphyllou, Multi-Criteria Decision Making Methods (Springer 2000), ch. 2."""
    profile = Profile("x", 1, "X", "x", (200_000, 150_000, 400_000, 250_000, 0, 0, 0, 0))
    table = np.array([[25, 20, 15, 30], [10, 30, 20, 30], [30, 10, 30, 10]]) / 100
    values = np.hstack([table, np.zeros((3, 4))])
    units = weighted_sum(certain(values), profile).units
    assert [to_points(int(u)) for u in units] == [21.5, 22.0, 22.0]


def test_an_unknown_value_counts_at_the_middle_and_lowers_coverage() -> None:
    rows = [[unknown(c) for c in CRITERIA]]
    scores = weighted_sum(to_matrices(rows), BALANCED)
    assert to_points(int(scores.units[0])) == 50
    assert (scores.low_units[0], scores.high_units[0]) == (0, 1_000_000_000)
    assert scores.known_microweights[0] == 0


def test_coverage_is_the_weight_of_what_is_known() -> None:
    row = [unknown(c) for c in CRITERIA]
    row[1] = Assessment("mutual_gain", 0.75, 0.5, 1.0)
    assert weighted_sum(to_matrices([row]), BALANCED).known_microweights[0] == 200_000


def test_no_proposals_give_no_scores() -> None:
    assert weighted_sum(to_matrices([]), BALANCED).units.tolist() == []


def test_an_interval_off_the_scale_is_refused() -> None:
    off = np.full((1, 8), 1.5)
    with pytest.raises(ValueError, match="highs"):
        weighted_sum(Matrices(off, np.zeros((1, 8)), off), BALANCED)
    with pytest.raises(ValueError, match="lows"):
        weighted_sum(Matrices(off, off, off), BALANCED)


@given(MATRICES, st.sampled_from(BUILT_IN))
def test_points_add_up_to_the_score_in_exact_decimals(values: np.ndarray, profile: Profile) -> None:
    scores = weighted_sum(certain(values), profile)
    for row, units in zip(to_millivalues(values), scores.units, strict=True):
        points = [
            Decimal(str(to_points(int(v) * m)))
            for v, m in zip(row, profile.microweights, strict=True)
        ]
        assert sum(points) == Decimal(str(to_points(int(units))))
        assert all(p == p.quantize(Decimal("0.0000001")) for p in points)


@given(MATRICES, st.sampled_from(BUILT_IN))
def test_a_score_does_not_depend_on_the_other_rows(values: np.ndarray, profile: Profile) -> None:
    together = weighted_sum(certain(values), profile).units
    for n in range(len(values)):
        assert weighted_sum(certain(values[n : n + 1]), profile).units[0] == together[n]
    assert (weighted_sum(certain(values[::-1]), profile).units == together[::-1]).all()


@given(MATRICES)
def test_a_score_lies_in_its_interval(values: np.ndarray) -> None:
    scores = weighted_sum(certain(values), BALANCED)
    assert (scores.low_units <= scores.units).all()
    assert (scores.units <= scores.high_units).all()
    assert (scores.low_units >= 0).all()
    assert (scores.high_units <= 1_000_000_000).all()


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 7))
def test_a_higher_value_never_lowers_the_score(one: float, two: float, column: int) -> None:
    values = np.full((2, 8), 0.3)
    values[:, column] = sorted((one, two))
    lower, higher = weighted_sum(certain(values), BALANCED).units
    assert lower <= higher


@given(st.floats(0, 1))
def test_what_is_shown_is_what_is_counted(value: float) -> None:
    assert shown(value) * 1000 == pytest.approx(to_millivalue(value))
    assert to_millivalue(value) == int(to_millivalues(np.array([value]))[0])
    assert abs(shown(value) - value) <= 0.0005 + 1e-12
