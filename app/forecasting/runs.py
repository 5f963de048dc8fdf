"""What was learned of an event history, and what it says of one dyad, act by act."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, Protocol, get_args

import numpy as np

from app.forecasting.calibration import Calibration
from app.forecasting.events import LEAST_EVENTS, WITHIN_DAYS, Flags, Floats, Ints, to_share
from app.forecasting.excitation import HALF_LIVES_DAYS, Excitation

# Who is to act: the first of the dyad, or either of them.
Side = Literal["actor", "either"]
SIDES: tuple[Side, ...] = get_args(Side)
# PLOVER event type, None for a bare statement, and quad class.
Kind = tuple[str | None, int]
COOPERATIVE_QUADS = (1, 2)
# Any cooperative event, rather than one of a type.
ANY = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is forecast: an event of a type, or any cooperative one, within so many days."""

    event_type: str
    side: Side
    days: int


@dataclass(frozen=True, slots=True)
class Act:
    """That one of a dyad did something of a kind on a day: once a day, however often reported.

    `is_own`: the first of the dyad did it. `day` is a proleptic ordinal.
    """

    is_own: bool
    kind: Kind
    day: int


@dataclass(frozen=True, slots=True)
class Share:
    """One act's part of the expected number, and the probability without that act."""

    act: int
    expected: float
    without: float


@dataclass(frozen=True, slots=True)
class DyadForecast:
    """A probability with its interval and what it is made of.

    `expected` is the number of events to expect: `base` and the sum of the shares of all acts.
    """

    probability: float
    low: float
    high: float
    expected: float
    base: float
    past_share: float
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A forecast by one calibration; `by_act` and `without` have a value for each act."""

    calibration: Calibration
    probability: float
    expected: float
    base: float
    past_share: float
    by_act: Floats
    without: Floats


@dataclass(frozen=True)
class Run:
    """The outcome of one training. Types of the process are kinds, then kinds as suffered.

    `first_day` and `last_day` of the history that it was learned from are ordinals.
    """

    kinds: tuple[Kind, ...]
    first_day: int
    last_day: int
    excitation: Excitation
    calibrations: dict[Wanted, Calibration]

    @cached_property
    def places(self) -> dict[Kind, int]:
        """The number of each kind."""
        return {kind: number for number, kind in enumerate(self.kinds)}

    def forecast(
        self, acts: Sequence[Act], wanted: Wanted, day: int, told_since: int
    ) -> DyadForecast:
        """The chance from a day on, by the acts before it and since feeds told of anything.

        The past counts for as long as that which was learned from. Whether the acts are enough to
        go by is for `is_known` to say. What includes something else (either of two, more days)
        is at least as likely as that, though they were calibrated apart. Raises KeyError for
        what is not calibrated.
        """
        begin = max(day - (self.last_day - self.first_day + 1), told_since)
        known = [
            n for n, act in enumerate(acts) if begin <= act.day < day and act.kind in self.places
        ]
        told = np.array([self._type_of(acts[n]) for n in known], np.int64)
        days = np.array([acts[n].day for n in known], np.int64)
        left = np.exp2(-(day - 1 - days)[:, np.newaxis] / HALF_LIVES_DAYS)
        span = max(day - begin, 1)
        own, *others = (
            self._forecast(told, days, left, span, types, each)
            for each, types in self._list_parts(wanted)
        )
        best = max((own, *others), key=lambda found: found.probability)
        low, high = best.calibration.interval(best.probability)
        without = np.max([found.without for found in (own, *others)], axis=0)
        figures = zip(known, own.by_act.tolist(), without.tolist(), strict=True)
        return DyadForecast(
            probability=best.probability,
            low=low,
            high=high,
            expected=own.expected,
            base=own.base,
            past_share=own.past_share,
            shares=tuple(Share(*each) for each in figures),
        )

    def _list_parts(self, wanted: Wanted) -> Iterator[tuple[Wanted, Ints]]:
        """What is wanted, then all that it includes: of each side alone, and within fewer days."""
        yield wanted, list_types(self.kinds, wanted)
        for part in self.calibrations:
            if part.event_type != wanted.event_type or part.days > wanted.days or part == wanted:
                continue
            types = list_types(self.kinds, part)
            if part.side in (wanted.side, "actor"):
                yield part, types
            if (part.side, wanted.side) == ("actor", "either"):
                yield part, types + len(self.kinds)

    def _forecast(
        self, told: Ints, days: Ints, left: Floats, span: int, types: Ints, wanted: Wanted
    ) -> _Found:
        """What acts of these types and days let expect; `left` is what is left of them."""
        calibration = self.calibrations[wanted]
        base, parts = self.excitation.over(types, wanted.days)
        by_act = (parts[told] * left).sum(axis=1)
        expected = base + float(by_act.sum())
        had = np.isin(told, types)
        past_share = float(to_share(np.array(len(np.unique(days[had]))), span))
        probability = float(calibration.probability(np.array(expected), np.array(past_share)))
        rests = past_share - _is_only(days, had) / span
        without = calibration.probability(expected - by_act, rests)
        return _Found(calibration, probability, expected, base, past_share, by_act, without)

    def _type_of(self, act: Act) -> int:
        return self.places[act.kind] + (0 if act.is_own else len(self.kinds))


class Runs(Protocol):
    """Runs to go by, each with its id."""

    def on(self, day: date) -> tuple[str, Run] | None:
        """The run to go by on a day, if there is any."""


@dataclass(frozen=True, slots=True)
class OneRun:
    """One run, whatever the day: before the last that it was learned from it is hindsight."""

    id: str
    run: Run

    def on(self, day: date) -> tuple[str, Run] | None:
        """It."""
        del day
        return self.id, self.run


def _is_only(days: Ints, had: Flags) -> Flags:
    """Whether each act is the only one of its day that was wanted."""
    own, counts = np.unique(days[had], return_counts=True)
    return np.asarray(had & np.isin(days, own[counts == 1]))


def is_known(acts: Iterable[Act], day: int) -> bool:
    """Whether the acts before a day are enough to go by."""
    recent = sum(day - WITHIN_DAYS <= act.day < day for act in acts)
    return recent >= LEAST_EVENTS


def list_types(kinds: Sequence[Kind], wanted: Wanted) -> Ints:
    """The types of a process of these kinds that are wanted."""
    own = find_types(kinds, wanted.event_type)
    return np.concatenate([own, own + len(kinds)]) if wanted.side == "either" else own


def find_types(kinds: Sequence[Kind], event_type: str) -> Ints:
    """The numbers of the kinds of a type, or of all cooperative ones."""
    return np.array(
        [
            number
            for number, (own, quad) in enumerate(kinds)
            if (own == event_type if event_type != ANY else quad in COOPERATIVE_QUADS)
        ],
        np.int64,
    )
