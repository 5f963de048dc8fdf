"""Figures of probabilities, by hand and by definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forecasting.probability import (
    area_under_curve,
    average_precision,
    jeffreys,
    judge,
    list_bins,
)

CASES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()),
    min_size=2,
    max_size=30,
)


@given(CASES)
def test_the_area_is_the_chance_of_the_right_order(cases: list[tuple[float, bool]]) -> None:
    scores, true = np.array([s for s, _ in cases]), np.array([t for _, t in cases])
    pairs = [(a, b) for a in scores[true] for b in scores[~true]]
    found = area_under_curve(scores, true)
    if not pairs:
        assert np.isnan(found)
    else:
        wins = sum((a > b) + (a == b) / 2 for a, b in pairs)
        assert found == pytest.approx(wins / len(pairs))


def test_average_precision_of_a_small_case() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    assert average_precision(scores, np.array([True, False, True, False])) == pytest.approx(
        (1 + 2 / 3) / 2
    )
    # All tied: the share that came about, whatever the order.
    assert average_precision(np.zeros(4), np.array([True, False, False, False])) == 0.25


def test_brier_score_and_skill() -> None:
    true = np.array([True, False, False, False])
    sharp, usual = judge(np.array([0.8, 0.1, 0.1, 0.1]), true), judge(np.full(4, 0.25), true)
    assert sharp.brier == pytest.approx((0.04 + 3 * 0.01) / 4)
    assert usual.brier == pytest.approx(0.1875)
    assert sharp.skill_against(usual) == pytest.approx(1 - 0.0175 / 0.1875)
    assert usual.skill_against(usual) == 0


def test_what_is_no_probability_is_refused() -> None:
    for wrong in (np.array([1.1]), np.array([np.nan]), np.empty(0)):
        with pytest.raises(ValueError, match="forecasts"):
            judge(wrong, np.zeros(len(wrong), bool))


@given(CASES)
def test_bins_hold_every_forecast_once(cases: list[tuple[float, bool]]) -> None:
    forecasts, true = np.array([s for s, _ in cases]), np.array([t for _, t in cases])
    bins = list_bins(forecasts, true)
    assert sum(b.forecasts for b in bins) == len(cases)
    assert sum(round(b.frequency * b.forecasts) for b in bins) == true.sum()
    assert all(b.begin - 1e-9 <= b.mean <= b.end + 1e-9 for b in bins)
    assert all(b.low <= b.frequency <= b.high for b in bins)


def test_jeffreys_interval_of_a_published_example() -> None:
    # Brown, Cai and DasGupta (2001), section 4: no success in n is bounded by 0, all by 1.
    assert jeffreys(0, 10)[0] == 0
    assert jeffreys(10, 10)[1] == 1
    low, high = jeffreys(5, 10)
    assert (low + high) / 2 == pytest.approx(0.5)
    assert 0.25 < low < 0.28
