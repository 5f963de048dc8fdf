"""Coded events as columns, seen from both sides."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
# Events of a dyad, either way, within so many days; with fewer it is not known well enough.
LEAST_EVENTS, WITHIN_DAYS = 5, 365
# Days that must have been told of before anything is forecast or learned.
LEAST_DAYS = 120
# A dyad that never had one counts as if it had this share of a day.
UNSEEN_DAYS = 0.02


@dataclass(frozen=True, slots=True)
class EventLog:
    """Who did what to whom on which day: columns of equal length, in the order of days.

    Actors and recipients are numbers below `n_actors`, types below `n_types`, days count from 0.
    """

    actors: Ints
    types: Ints
    recipients: Ints
    days: Ints
    n_actors: int
    n_types: int

    def __post_init__(self) -> None:
        """Raises ValueError where the columns do not fit together."""
        columns = (self.actors, self.types, self.recipients, self.days)
        if len({len(column) for column in columns}) > 1:
            raise ValueError("columns differ in length")
        if len(self.days) == 0:
            return
        if (np.diff(self.days) < 0).any() or self.days[0] < 0:
            raise ValueError("days are below 0 or not in order")
        for name, column, end in (
            ("actors", self.actors, self.n_actors),
            ("recipients", self.recipients, self.n_actors),
            ("types", self.types, self.n_types),
        ):
            if column.min() < 0 or column.max() >= end:
                raise ValueError(f"{name} are not within 0 and {end - 1}")

    def __len__(self) -> int:
        """How many events there are."""
        return len(self.days)

    @property
    def dyads(self) -> Ints:
        """The ordered pair of actor and recipient of each event, as a number."""
        return self.actors * self.n_actors + self.recipients

    def between(self, first: int, end: int) -> "EventLog":
        """The events of the days from `first` up to, and without, `end`."""
        begin, stop = np.searchsorted(self.days, (first, end))
        return self.choose(slice(begin, stop))

    def choose(self, chosen: slice | Ints | Flags) -> "EventLog":
        """Some of the events, in their order."""
        return replace(
            self,
            actors=self.actors[chosen],
            types=self.types[chosen],
            recipients=self.recipients[chosen],
            days=self.days[chosen],
        )

    def both_ways(self) -> "EventLog":
        """Each event twice: as it is, and as its recipient saw it.

        What an actor suffers is of type `n_types` + type, with the sides exchanged; so one question
        (actor, type, who?) asks for recipients and for actors alike.
        """
        order = np.argsort(np.concatenate([self.days, self.days]), kind="stable")
        return EventLog(
            np.concatenate([self.actors, self.recipients])[order],
            np.concatenate([self.types, self.types + self.n_types])[order],
            np.concatenate([self.recipients, self.actors])[order],
            np.concatenate([self.days, self.days])[order],
            self.n_actors,
            2 * self.n_types,
        )

    def by_day(self, first: int, end: int) -> Iterator[tuple[int, "EventLog"]]:
        """Each day from `first` up to `end` with its events; days without any are left out."""
        for day in np.unique(self.between(first, end).days):
            yield int(day), self.between(int(day), int(day) + 1)


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions (actor, type, who?) that the events of one day answer, each asked once.

    `of_event` is the question that an event answers, `answers` who it names.
    """

    actors: Ints
    types: Ints
    of_event: Ints
    answers: Ints

    def __len__(self) -> int:
        """How many there are."""
        return len(self.actors)

    def each(self) -> Iterator[tuple[int, Ints]]:
        """Each question with the positions of the events that answer it."""
        order = np.argsort(self.of_event, kind="stable")
        ends = np.searchsorted(self.of_event[order], np.arange(len(self) + 1))
        for question in range(len(self)):
            yield question, order[ends[question] : ends[question + 1]]


def ask(events: EventLog) -> Questions:
    """The questions that events, seen from both sides, answer."""
    keys, of_event = np.unique(events.actors * events.n_types + events.types, return_inverse=True)
    return Questions(
        keys // events.n_types, keys % events.n_types, of_event, events.recipients.copy()
    )


def was_seen(keys: Ints, days: Ints) -> Flags:
    """Whether the key of each event was that of an event of an earlier day."""
    own, rows = np.unique(keys, return_inverse=True)
    firsts = np.full(len(own), np.iinfo(np.int64).max)
    np.minimum.at(firsts, rows, days)
    return np.asarray(firsts[rows] < days)


def to_share(days_with: Ints, days: int) -> Floats:
    """What share of so many past days had something; those that never had it are not without."""
    return np.asarray((days_with + UNSEEN_DAYS) / max(days, 1))


def find_places(keys: Ints, wanted: Ints) -> Ints:
    """The place of each wanted key in keys that are in order; their number for one not there."""
    if not len(keys):
        return np.zeros_like(wanted)
    places = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
    return np.where(keys[places] == wanted, places, len(keys))


def spread(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """The positions of several spans, one span after the other, each with its span's number."""
    sizes = ends - begins
    owners = np.repeat(np.arange(len(begins)), sizes)
    return owners, np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes - begins, sizes)
