"""The back-test of probabilities, beside what is known without a model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.forecasting.calibration import Calibration
from app.forecasting.events import Flags, Floats
from app.forecasting.hawkes import Past
from app.forecasting.learning import PairModel
from app.forecasting.pairs import (
    Dyads,
    Target,
    came_about,
    climatology,
    is_counted,
    list_days,
    look,
)
from app.forecasting.probability import ProbabilityFigures, judge

PRIORS_DAYS = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0)


@dataclass(frozen=True, slots=True)
class PairReport:
    """Forecasts of one target: the model beside climatology and persistence.

    `dyads` met before; only those with enough history have a forecast.
    """

    days: int
    dyads: int
    model: ProbabilityFigures
    climatology: ProbabilityFigures
    persistence: ProbabilityFigures
    skill_against_climatology: float
    skill_against_persistence: float


@dataclass(frozen=True, slots=True)
class _Days:
    """What was known on several days, and what came about: only dyads with enough history."""

    looks: list[Dyads]
    days: list[int]
    true: Flags
    had: Flags
    dyads: int


def judge_pairs(
    past: Sequence[Past],
    model: PairModel,
    number: int,
    target: Target,
    spans: tuple[int, int, int],
) -> PairReport | None:
    """The report of the model's target of this number, from the second of `spans` to the third.

    The references are fitted on the days from the first to the second. `past` are two that have
    seen nothing of their days. None where the target has no calibration, or no day can be judged.
    """
    first, begin, end = spans
    calibration = model.calibrations[number]
    if calibration is None or not list_days(target, begin, end):
        return None
    before = _look_at(past[0], model, target, list_days(target, first, begin))
    judged = _look_at(past[1], model, target, range(begin, end - target.days + 1))
    # A forecast a day: those of neighbouring days are of almost the same days.
    own = 1 / target.days
    forecasts = judge(_forecast(calibration, judged), judged.true, own)
    usual = judge(_smooth(before, judged, target), judged.true, own)
    same = judge(_persist(before, judged), judged.true, own)
    return PairReport(
        days=target.days,
        dyads=judged.dyads,
        model=forecasts,
        climatology=usual,
        persistence=same,
        skill_against_climatology=forecasts.skill_against(usual),
        skill_against_persistence=forecasts.skill_against(same),
    )


def _look_at(past: Past, model: PairModel, target: Target, days: range) -> _Days:
    looks, true, had, dyads = list[Dyads](), list[Flags](), list[Flags](), 0
    for day in days:
        found = look(past, model.excitation, target, day)
        counted = is_counted(target, found.groups, past.events.n_actors)
        known = found.known & counted
        dyads += int(counted.sum())
        own = Dyads(
            found.groups[known], found.expected[known], found.past_share[known], found.events[known]
        )
        looks.append(own)
        true.append(came_about(past.events, past.groups, target, day, own.groups))
        before = max(day - target.days, 0)
        had.append(came_about(past.events, past.groups, target, before, own.groups))
    return _Days(looks, list(days), np.concatenate(true), np.concatenate(had), dyads)


def _forecast(calibration: Calibration, of: _Days) -> Floats:
    found = [calibration.probability(own.expected, own.past_share) for own in of.looks]
    return np.concatenate(found)


def _smooth(before: _Days, judged: _Days, target: Target) -> Floats:
    """Climatology, drawn to the general share as strongly as was best before."""
    general = float(np.mean([own.past_share.mean() for own in before.looks]))

    def forecast(of: _Days, prior_days: float) -> Floats:
        pairs = zip(of.looks, of.days, strict=True)
        return np.concatenate([climatology(o, target, prior_days, general, d) for o, d in pairs])

    best = min(
        PRIORS_DAYS, key=lambda n: float(np.square(forecast(before, n) - before.true).mean())
    )
    return forecast(judged, best)


def _persist(before: _Days, judged: _Days) -> Floats:
    """How often it came about where it had, or had not, in as many days before.

    Where there was none of the one or the other, how often it came about at all.
    """
    own = [before.true[before.had == had] for had in (False, True)]
    rates = [true.mean() if len(true) else before.true.mean() for true in own]
    return np.asarray(np.where(judged.had, rates[1], rates[0]))
