"""Learning from one history: calibrated on later days, and resting on nothing later."""

import numpy as np
import pytest

from app.forecasting.calibrating import calibrate
from app.forecasting.events import EventLog
from app.forecasting.excitation import Excitation
from app.forecasting.hawkes import Past
from app.forecasting.learning import PairModel, calibrate_all, learn
from app.forecasting.pairs import Target, came_about, list_days, look
from tests.forecasting.logs import make_log
from tests.forecasting.test_hawkes import dyads, excitation, simulate

TARGET = Target(np.array([0]), 7)

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


def test_looking_at_all_targets_at_once_is_looking_at_each() -> None:
    events = make_log(events=4000, actors=12, days=300).both_ways()
    by, targets = excitation(6), [Target(np.array([0]), 7), Target(np.array([0, 1, 3]), 30)]
    found = calibrate_all(dyads(events), by, targets, 150, 300)
    for target, calibration in zip(targets, found, strict=True):
        assert calibration is not None
        days, past = list_days(target, 150, 300), dyads(events)
        looks = [look(past, by, target, day) for day in days]
        known = sum(int(own.known.sum()) for own in looks)
        true = [
            came_about(events, past.groups, target, day, own.groups)[own.known].sum()
            for day, own in zip(days, looks, strict=True)
        ]
        assert (calibration.forecasts, calibration.came_about) == (known, sum(true))
        again = calibrate(
            np.concatenate([own.expected[own.known] for own in looks]),
            np.concatenate([own.past_share[own.known] for own in looks]),
            np.concatenate(
                [
                    came_about(events, past.groups, target, day, own.groups)[own.known]
                    for day, own in zip(days, looks, strict=True)
                ]
            ),
            days.step / target.days,
        )
        assert again is not None
        assert calibration.slope == pytest.approx(again.slope, rel=1e-3)


def test_what_is_the_same_for_both_dyads_of_a_pair_counts_once() -> None:
    events = make_log(events=4000, actors=12, days=300).both_ways()
    both = np.array([0, 3])
    (twice, once) = calibrate_all(
        dyads(events), excitation(6), [Target(both, 7), Target(both, 7, is_mutual=True)], 150, 300
    )
    assert twice is not None
    assert once is not None
    assert once.forecasts < 0.6 * twice.forecasts


def test_windows_too_few_to_be_apart_give_no_calibration() -> None:
    events = make_log(events=4000, actors=12, days=300).both_ways()
    target = Target(np.array([0]), 90)
    assert calibrate_all(dyads(events), excitation(6), [target], 200, 300) == [None]
