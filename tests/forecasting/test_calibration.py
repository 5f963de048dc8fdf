"""From numbers to expect to probabilities."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forecasting.calibrating import calibrate
from app.forecasting.calibration import Bin, Calibration
from app.forecasting.probability import list_bins

RNG = np.random.default_rng(4)
EXPECTED, SHARE = RNG.lognormal(-2, 1, 20_000), RNG.uniform(0.001, 0.3, 20_000)
BINS = (Bin(0.1, 0.2, 90, 0.15, 0.16, 0.1, 0.22), Bin(0.5, 0.7, 9, 0.6, 0.7, 0.5, 0.9))


def test_it_is_fitted_to_what_came_about() -> None:
    true = Calibration(0.4, 0.9, 0.3)
    outcome = RNG.random(20_000) < true.probability(EXPECTED, SHARE)
    found = calibrate(EXPECTED, SHARE, outcome)
    assert found is not None
    assert (found.intercept, found.slope, found.share) == pytest.approx((0.4, 0.9, 0.3), abs=0.1)
    assert sum(b.forecasts for b in found.bins) == found.forecasts == 20_000
    assert found.came_about == outcome.sum()
    assert 0 < found.brier_skill < 1


def test_more_to_expect_or_a_longer_record_never_makes_it_less_likely() -> None:
    outcome = RNG.random(20_000) < Calibration(0.4, 0.9, -0.6).probability(EXPECTED, SHARE)
    found = calibrate(EXPECTED, SHARE, outcome)
    assert found is not None
    assert found.share == 0
    assert found.slope > 0


def test_too_little_that_came_about_gives_none() -> None:
    few = np.arange(20_000) < 40
    assert calibrate(EXPECTED, SHARE, few) is not None
    assert calibrate(EXPECTED, SHARE, few, independent=0.5) is None


def test_what_always_came_about_is_as_sure_as_so_many_cases_allow() -> None:
    found = calibrate(EXPECTED[:100], SHARE[:100], np.ones(100, bool))
    assert found is not None
    probability = float(found.probability(np.array(0.01), np.array(0.01)))
    assert probability == pytest.approx(100.5 / 101)
    assert found.interval(probability)[1] == pytest.approx(1, abs=1e-4)


def test_forecasts_that_share_their_days_have_wider_intervals() -> None:
    forecasts = np.full(1000, 0.3)
    outcome = np.arange(1000) < 300
    (own,), (shared,) = list_bins(forecasts, outcome), list_bins(forecasts, outcome, 0.1)
    assert own.frequency == shared.frequency
    assert shared.low < own.low < own.high < shared.high


@given(st.floats(0.0001, 0.9999))
def test_an_interval_holds_its_forecast_and_knows_nothing_beyond_its_bins(chance: float) -> None:
    low, high = replace(Calibration(0, 1, 1), bins=BINS).interval(chance)
    assert 0 <= low <= chance <= high <= 1
    if chance > 0.7:
        assert high == 1
    elif chance < 0.1:
        assert low == 0


def test_an_interval_is_that_of_its_bin_and_moves_with_the_forecast() -> None:
    own = replace(Calibration(0, 1, 1), bins=BINS)
    assert own.interval(0.15) == pytest.approx((0.1, 0.22))
    assert own.interval(0.6) == pytest.approx((0.5, 0.9))
    chances = np.linspace(0.11, 0.69, 59)
    intervals = np.array([own.interval(chance) for chance in chances])
    assert (np.diff(intervals, axis=0) > 0).all()
    assert (intervals[:, 0] < chances).all()
    assert (intervals[:, 1] > chances).all()


def test_an_interval_is_open_where_nothing_was_calibrated() -> None:
    assert Calibration(0, 1, 1).interval(0.3) == (0, 1)


def test_a_bin_that_was_off_moves_the_interval_not_the_forecast() -> None:
    off = Bin(0.5, 0.7, 90, 0.6, 0.9, 0.8, 0.95)
    low, high = replace(Calibration(0, 1, 1), bins=(off,)).interval(0.55)
    assert low == 0.55
    assert 0.9 < high < 0.95
