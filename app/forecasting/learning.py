"""Learning the process and the calibrations of many targets from one history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.forecasting.calibrating import calibrate
from app.forecasting.calibration import Calibration
from app.forecasting.events import LEAST_EVENTS, WITHIN_DAYS, Flags, Floats, Ints, to_share
from app.forecasting.excitation import Excitation
from app.forecasting.hawkes import Past, fit
from app.forecasting.pairs import Target, independent_share, is_counted, list_days

# Days at the beginning that nothing is learned from: hardly anything is known on them.
WARM_UP_DAYS = 20
# Dyads of a day that calibrations are fitted to; more would say little more.
MOST_DYADS = 5000
# Days apart from each other, as it were, that a calibration must have looked back from.
LEAST_SPANS = 2.0


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
    cut = begin_of_calibration(first, end)
    early = fit(_until(past(), first), first, cut, coarse)
    calibrations = calibrate_all(past(), early, targets, cut, end)
    return PairModel(fit(_until(past(), first), first, end, coarse), tuple(calibrations))


def begin_of_calibration(first: int, end: int) -> int:
    """The day from which a history is for calibration."""
    return first + (end - first) * 2 // 3


def _until(past: Past, day: int) -> Past:
    past.see_until(day)
    return past


def calibrate_all(
    past: Past, by: Excitation, targets: Sequence[Target], first: int, end: int
) -> list[Calibration | None]:
    """The calibration of each target on the days from `first` on, before `end`."""
    days_of = [list_days(target, first, end) for target in targets]
    tables = [_Table(past, by, target) for target in targets]
    rng = np.random.default_rng(0)
    for day in sorted({day for days in days_of for day in days}):
        seen = _look(past, day, rng)
        for days, table in zip(days_of, tables, strict=True):
            if day in days:
                table.add(seen)
    return [
        table.calibrate(independent_share(target, days), len(days))
        for target, table, days in zip(targets, tables, days_of, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Dyads with enough history on a day: their places, and their states with owners and types."""

    day: int
    places: Ints
    owners: Ints
    types: Ints
    states: Floats


def _look(past: Past, day: int, rng: np.random.Generator) -> _Seen:
    past.see_until(day)
    begin, end = np.searchsorted(past.events.days, (day - WITHIN_DAYS, day))
    places = np.searchsorted(past.ids, past.groups[begin:end])
    known = np.flatnonzero(np.bincount(places, minlength=len(past.ids)) >= LEAST_EVENTS)
    if len(known) > MOST_DYADS:
        known = np.sort(rng.choice(known, MOST_DYADS, replace=False))
    owners, rows = past.find(past.ids[known])
    return _Seen(day, known, owners, past.types[rows], past.at(rows, day))


@dataclass(slots=True)
class _Table:
    """The cases that one target is calibrated by."""

    past: Past
    by: Excitation
    target: Target
    _days: Ints = field(init=False)
    _places: Ints = field(init=False)
    _first_of_day: Flags = field(init=False)
    _cases: list[tuple[Floats, Floats, Flags]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Finds the events that are wanted, and which of them were the first of their day."""
        events = self.past.events
        own = np.isin(events.types, self.target.types)
        self._days = events.days[own]
        self._places = np.searchsorted(self.past.ids, self.past.groups[own])
        dyad_days = self._places * (int(events.days[-1]) + 1) + self._days
        self._first_of_day = np.zeros(len(dyad_days), bool)
        self._first_of_day[np.unique(dyad_days, return_index=True)[1]] = True

    def add(self, seen: _Seen) -> None:
        """Adds what was to expect on a day, and what came about."""
        day, n = seen.day, len(self.past.ids)
        own = is_counted(self.target, self.past.ids[seen.places], self.past.events.n_actors)
        base, parts = self.by.over(self.target.types, self.target.days)
        told: Floats = (seen.states * parts[seen.types]).sum(axis=1)
        expected = np.asarray(base + np.bincount(seen.owners, told, len(seen.places)), float)
        now, end = np.searchsorted(self._days, (day, day + self.target.days))
        had = np.bincount(self._places[:now][self._first_of_day[:now]], minlength=n)[seen.places]
        share = to_share(had, day - int(self.past.events.days[0]))
        true = np.bincount(self._places[now:end], minlength=n)[seen.places] > 0
        self._cases.append((expected[own], share[own], true[own]))

    def calibrate(self, independent: float, looks: int) -> Calibration | None:
        """The calibration by all cases; None where they are too few."""
        if looks * independent < LEAST_SPANS:
            return None
        expected, share, true = (np.concatenate(c) for c in zip(*self._cases, strict=True))
        return calibrate(expected, share, true, independent)
