"""What is known of dyads on a day, and what came about after it."""

from dataclasses import dataclass

import numpy as np

from app.forecasting.events import (
    LEAST_EVENTS,
    UNSEEN_DAYS,
    WITHIN_DAYS,
    EventLog,
    Flags,
    Floats,
    Ints,
    to_share,
)
from app.forecasting.excitation import Excitation
from app.forecasting.hawkes import Past

# Days of the past that a calibration looks back from; they overlap, so more say little more.
MOST_LOOKS = 60


@dataclass(frozen=True, slots=True)
class Target:
    """What is forecast: any event of these types, within so many days.

    `is_mutual`: the types are the same seen from both sides, so it is one thing for two dyads.
    """

    types: Ints
    days: int
    is_mutual: bool = False


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
    share = to_share(had, day - int(past.events.days[0]))
    return Dyads(past.ids[met], expected[met], share[met], lately[met])


def came_about(events: EventLog, groups: Ints, target: Target, day: int, of: Ints) -> Flags:
    """Whether the target came about from a day on, for the groups `of`.

    `groups` are those of the events.
    """
    begin, end = np.searchsorted(events.days, (day, day + target.days))
    own = np.isin(events.types[begin:end], target.types)
    return np.isin(of, groups[begin:end][own])


def is_counted(target: Target, groups: Ints, n_actors: int) -> Flags:
    """One of the two dyads of each pair where what is forecast is the same for both; else all."""
    if not target.is_mutual:
        return np.ones(len(groups), bool)
    return np.asarray(groups // n_actors < groups % n_actors)


def climatology(
    dyads: Dyads, target: Target, prior_days: float, general: float, day: int
) -> Floats:
    """The chance by the share of past days alone, drawn to the general share of all dyads.

    The general share counts as so many days of history.
    """
    had = dyads.past_share * day - UNSEEN_DAYS
    daily = (had + prior_days * general) / (day + prior_days)
    return np.asarray(1 - (1 - daily) ** target.days)


def list_days(target: Target, first: int, end: int) -> range:
    """Days from which a target's days end before `end`: half of its days apart, not too many."""
    last = end - target.days + 1
    return range(first, last, max(1, target.days // 2, (last - first) // MOST_LOOKS))


def independent_share(target: Target, days: range) -> float:
    """How much of a forecast from each of these days is its own: less where they overlap."""
    return min(1.0, days.step / target.days)
