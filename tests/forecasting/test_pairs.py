"""Probabilities of pairs: what they rest on, and that they are calibrated."""

import numpy as np
import pytest

from app.forecasting.events import EventLog
from app.forecasting.hawkes import Excitation, Past
from app.forecasting.pairs import (
    LEAST_EVENTS,
    UNSEEN_DAYS,
    Calibration,
    Dyads,
    PairModel,
    Target,
    calibrate,
    came_about,
    climatology,
    learn,
    list_days,
    look,
)
from app.forecasting.probability import jeffreys
from tests.forecasting.logs import make_log, to_log
from tests.forecasting.test_hawkes import dyads, excitation, simulate

TARGET = Target(np.array([0]), 7)


def test_a_look_is_what_was_before_its_day() -> None:
    events = to_log([(0, 0, 1, 0), (0, 0, 1, 0), (0, 1, 1, 3), (1, 0, 2, 9)], 3, 2)
    by = excitation(2)
    seen = look(dyads(events), by, TARGET, 5)
    assert seen.groups.tolist() == [1]
    assert seen.events.tolist() == [3]
    # Two events on one day are one day.
    assert seen.past_share == pytest.approx([(1 + UNSEEN_DAYS) / 5])
    base, parts = by.over(TARGET.types, 7)
    left = lambda age: 2.0 ** (-age / np.array([1, 3, 10, 30, 100, np.inf]))  # noqa: E731
    expected = base + 2 * (parts[0] * left(4)).sum() + (parts[1] * left(1)).sum()
    assert seen.expected == pytest.approx([expected])
    assert not seen.known.any()


def test_what_came_about_lies_within_the_days() -> None:
    events = to_log([(0, 0, 1, 4), (1, 0, 0, 5), (0, 1, 1, 6), (1, 0, 2, 12)], 3, 2)
    groups = events.actors * 3 + events.recipients
    found = came_about(events, groups, TARGET, 5, np.array([1, 3, 5]))
    assert found.tolist() == [False, True, False]


def test_enough_history_is_said_of_each_dyad() -> None:
    rows = [(0, 0, 1, day) for day in range(LEAST_EVENTS)] + [(1, 0, 2, 3)]
    rows.sort(key=lambda row: row[3])
    seen = look(dyads(to_log(rows, 3, 2)), excitation(2), TARGET, 10)
    assert dict(zip(seen.groups, seen.known, strict=True)) == {1: True, 5: False}


def test_a_calibration_is_fitted_to_what_came_about() -> None:
    rng = np.random.default_rng(4)
    expected, share = rng.lognormal(-2, 1, 20_000), rng.uniform(0.001, 0.3, 20_000)
    true = Calibration(0.4, 0.9, 0.3)
    outcome = rng.random(20_000) < true.probability(expected, share)
    known = Dyads(np.arange(20_000), expected, share, np.full(20_000, LEAST_EVENTS))
    found = calibrate([known], [outcome])
    assert found is not None
    assert (found.intercept, found.slope, found.share) == pytest.approx((0.4, 0.9, 0.3), abs=0.1)
    assert sum(b.forecasts for b in found.bins) == 20_000


def test_too_little_that_came_about_gives_no_calibration() -> None:
    few = Dyads(np.arange(50), np.full(50, 0.1), np.full(50, 0.1), np.full(50, LEAST_EVENTS))
    assert calibrate([few], [np.arange(50) < 5]) is None


def test_an_interval_holds_its_forecast() -> None:
    model = make_model()
    calibration = model.calibrations[0]
    assert calibration is not None
    for probability in (0.001, 0.03, 0.2, 0.97):
        low, high = calibration.interval(probability)
        assert 0 <= low <= probability <= high <= 1
    found = calibration.bins[2]
    low, high = jeffreys(round(found.frequency * found.forecasts), found.forecasts)
    assert calibration.interval(found.mean) == (min(low, found.mean), max(high, found.mean))


BY = Excitation(np.array([0.01, 0.01]), np.zeros((6, 2, 2)))
BY.weights[2, 0, 0] = 0.03
EVENTS = simulate(BY, groups=300, days=500)


def make_model(end: int = 400, events: EventLog = EVENTS) -> PairModel:
    return learn(lambda: Past(events, events.actors), [TARGET], np.array([0, 1]), 20, end)


def test_forecasts_of_days_to_come_are_calibrated() -> None:
    calibration = make_model().calibrations[0]
    assert calibration is not None
    past, model = Past(EVENTS, EVENTS.actors), make_model()
    forecasts, outcomes = [], []
    for day in list_days(TARGET, 400, 500):
        seen = look(past, model.excitation, TARGET, day)
        forecasts.append(calibration.probability(seen.expected, seen.past_share)[seen.known])
        found = came_about(EVENTS, EVENTS.actors, TARGET, day, seen.groups)
        outcomes.append(found[seen.known])
    forecast, outcome = np.concatenate(forecasts), np.concatenate(outcomes)
    assert forecast.mean() == pytest.approx(outcome.mean(), abs=0.02)
    high = forecast > np.median(forecast)
    assert outcome[high].mean() > 1.5 * outcome[~high].mean()


def test_what_is_learned_rests_on_nothing_later() -> None:
    changed = EVENTS.between(0, 400)
    noise = make_log(events=500, actors=300, types=2, days=100, seed=4)
    later = EventLog(noise.actors, noise.types, noise.actors, noise.days + 400, 300, 2)
    columns = ("actors", "types", "recipients", "days")
    mixed = EventLog(
        *(np.concatenate([getattr(changed, n), getattr(later, n)]) for n in columns), 300, 2
    )
    one, other = make_model(), make_model(events=mixed)
    np.testing.assert_array_equal(one.excitation.weights, other.excitation.weights)
    assert one.calibrations == other.calibrations


def test_climatology_is_drawn_to_what_is_general() -> None:
    known = Dyads(np.arange(2), np.ones(2), np.array([0.0, 0.5]) + UNSEEN_DAYS / 100, np.ones(2))
    free = climatology(known, Target(np.array([0]), 1), 0, 0.1, 100)
    assert free == pytest.approx([0, 0.5])
    drawn = climatology(known, Target(np.array([0]), 2), 100, 0.1, 100)
    assert drawn == pytest.approx([1 - 0.95**2, 1 - 0.7**2])
