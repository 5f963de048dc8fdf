"""The probability that one actor does something of a kind to another within some days.

The Hawkes process says how many such events to expect if nothing else happens meanwhile. Events
come in bursts, so that number is made a probability by what came about in the past:

    logit p = intercept + slope * log(expected) + share * log(share of past days that had one)

which is fitted on later days than the process (Platt 1999 calibrates a score so, with one input).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, special

from app.forecasting.events import EventLog, Flags, Floats, Ints
from app.forecasting.hawkes import Excitation, Past, fit
from app.forecasting.probability import Bin, judge

# Events of a dyad, either way, within so many days; with fewer it is not known well enough.
LEAST_EVENTS, WITHIN_DAYS = 5, 365
# A dyad that never had one counts as if it had this share of a day.
UNSEEN_DAYS = 0.02
# Times that it came about which a calibration needs.
LEAST_TRUE = 30
RIDGE = 1e-5
# Days of the past that a calibration looks back from; they overlap, so more say little more.
MOST_LOOKS = 60


@dataclass(frozen=True, slots=True)
class Target:
    """What is forecast: any event of these types, within so many days."""

    types: Ints
    days: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How an expected number becomes a probability, with how good that was where it was fitted.

    `brier_skill` is against always saying how often it came about.
    """

    intercept: float
    slope: float
    share: float
    bins: tuple[Bin, ...] = ()
    forecasts: int = 0
    came_about: int = 0
    brier: float = float("nan")
    brier_skill: float = float("nan")
    auc: float = float("nan")

    def probability(self, expected: Floats, past_share: Floats) -> Floats:
        """Of dyads with these expected numbers of events and shares of past days."""
        inputs = self.slope * np.log(expected) + self.share * np.log(past_share)
        return np.asarray(special.expit(self.intercept + inputs))

    def interval(self, probability: float) -> tuple[float, float]:
        """Where the frequency of forecasts like this one lies, and this one itself."""
        for found in self.bins:
            if probability <= found.end:
                return min(found.low, probability), max(found.high, probability)
        return probability, probability


@dataclass(frozen=True, slots=True)
class Dyads:
    """What is known of dyads on a day: a value for each.

    `groups` are their numbers; `expected` and `past_share` what a calibration takes; `events` how
    many there were lately, either way.
    """

    groups: Ints
    expected: Floats
    past_share: Floats
    events: Ints

    @property
    def known(self) -> Flags:
        """Which have enough history."""
        return np.asarray(self.events >= LEAST_EVENTS)


def look(past: Past, by: Excitation, target: Target, day: int) -> Dyads:
    """All dyads that had an event before a day, for the days from it on.

    `past` groups events by dyad, both ways; it sees what was before the day.
    """
    past.see_until(day)
    seen = past.events.between(0, day)
    places = np.searchsorted(past.ids, past.groups[: len(seen)])
    lately = np.bincount(places[seen.days >= day - WITHIN_DAYS], minlength=len(past.ids))
    met = np.flatnonzero(np.bincount(places, minlength=len(past.ids)))
    base, parts = by.over(target.types, target.days)
    rows = np.arange(len(past.keys))
    told = (past.at(rows, day) * parts[past.types]).sum(axis=1)
    expected = base + np.add.reduceat(told, past.starts[:-1])
    own = np.isin(seen.types, target.types)
    # Each day counts once, however much happened on it.
    dyad_days = np.unique(places[own] * (day + 1) + seen.days[own]) // (day + 1)
    had = np.bincount(dyad_days, minlength=len(past.ids))
    share = (had + UNSEEN_DAYS) / max(day - int(past.events.days[0]), 1)
    return Dyads(past.ids[met], expected[met], share[met], lately[met])


def came_about(events: EventLog, groups: Ints, target: Target, day: int, of: Ints) -> Flags:
    """Whether the target came about from a day on, for the groups `of`.

    `groups` are those of the events.
    """
    begin, end = np.searchsorted(events.days, (day, day + target.days))
    own = np.isin(events.types[begin:end], target.types)
    return np.isin(of, groups[begin:end][own])


def calibrate(looks: Sequence[Dyads], outcomes: Sequence[Flags]) -> Calibration | None:
    """The calibration that makes what came about likeliest; None where too little did.

    `looks` are of several days, and `outcomes` say what came about after each.
    """
    known = [look.known for look in looks]
    true = np.concatenate([o[k] for o, k in zip(outcomes, known, strict=True)])
    if true.sum() < LEAST_TRUE or true.all():
        return None
    expected = np.concatenate([d.expected[k] for d, k in zip(looks, known, strict=True)])
    share = np.concatenate([d.past_share[k] for d, k in zip(looks, known, strict=True)])
    inputs = np.stack([np.ones(len(true)), np.log(expected), np.log(share)], axis=1)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = inputs @ weights
        penalty = RIDGE * np.square(weights[1:]).sum()
        slope = inputs.T @ (special.expit(logits) - true) / len(true)
        slope[1:] += 2 * RIDGE * weights[1:]
        return float((np.logaddexp(0, logits) - true * logits).mean() + penalty), slope

    found = optimize.minimize(loss, np.zeros(3), jac=True, method="L-BFGS-B")
    intercept, slope, weight = map(float, found.x)
    fitted = Calibration(intercept, slope, weight)
    judged = judge(fitted.probability(expected, share), true)
    return replace(
        fitted,
        bins=judged.bins,
        forecasts=judged.forecasts,
        came_about=judged.came_about,
        brier=judged.brier,
        brier_skill=1 - judged.brier / float(true.var()),
        auc=judged.auc,
    )


def climatology(
    dyads: Dyads, target: Target, prior_days: float, general: float, day: int
) -> Floats:
    """The chance by the share of past days alone, drawn to the general share of all dyads.

    The general share counts as so many days of history.
    """
    had = dyads.past_share * day - UNSEEN_DAYS
    daily = (had + prior_days * general) / (day + prior_days)
    return np.asarray(1 - (1 - daily) ** target.days)


@dataclass(frozen=True, slots=True)
class PairModel:
    """What was learned: the process, and a calibration of each target that had enough history."""

    excitation: Excitation
    calibrations: tuple[Calibration | None, ...]


def learn(
    past: Callable[[], Past], targets: Sequence[Target], coarse: Ints, first: int, end: int
) -> PairModel:
    """The model of the days `first` to `end` - 1; `past` gives one that has seen nothing.

    The process is fitted to the first two thirds and calibrated on what follows; then it is fitted
    to all of them.
    """
    cut = first + (end - first) * 2 // 3
    early = fit(_until(past(), first), first, cut, coarse)
    calibrations = tuple(_calibrate(past(), early, target, cut, end) for target in targets)
    return PairModel(fit(_until(past(), first), first, end, coarse), calibrations)


def _until(past: Past, day: int) -> Past:
    past.see_until(day)
    return past


def _calibrate(
    past: Past, by: Excitation, target: Target, first: int, end: int
) -> Calibration | None:
    days = list_days(target, first, end)
    looks = [look(past, by, target, day) for day in days]
    outcomes = [
        came_about(past.events, past.groups, target, day, found.groups)
        for day, found in zip(days, looks, strict=True)
    ]
    return calibrate(looks, outcomes) if looks else None


def list_days(target: Target, first: int, end: int) -> range:
    """Days from which a target's days end before `end`: half of its days apart, not too many."""
    last = end - target.days + 1
    return range(first, last, max(1, target.days // 2, (last - first) // MOST_LOOKS))
