"""Decayed counts of what happened, for keys of any meaning."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.forecasting.events import Ints, find_places, spread
from app.forecasting.excitation import HALF_LIVES_DAYS

Singles = npt.NDArray[np.float32]
# As if what never happened had happened so many days ago.
NEVER_DAYS = 400
_DAILY = np.exp2(-1 / HALF_LIVES_DAYS).astype(np.float32)


@dataclass(slots=True)
class Counts:
    """One count a half-life for each key that events have; `of_events` are their keys.

    Counts begin at 0. The last row stands for keys that no event has, and stays 0.
    """

    of_events: Ints
    keys: Ints = field(init=False)
    rows: Ints = field(init=False)
    states: Singles = field(init=False)
    last: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Gives each key a row, in the order of keys."""
        self.keys, self.rows = np.unique(self.of_events, return_inverse=True)
        self.states = np.zeros((len(self.keys) + 1, len(HALF_LIVES_DAYS)), np.float32)
        self.last = np.full(len(self.keys) + 1, -NEVER_DAYS)

    def see(self, begin: int, end: int, day: int) -> None:
        """Counts the events from the position `begin` to `end`: all of a day that is over."""
        self.states *= _DAILY
        rows, counts = np.unique(self.rows[begin:end], return_counts=True)
        self.states[rows] += counts[:, np.newaxis].astype(np.float32)
        self.last[rows] = day

    def find(self, keys: Ints) -> Ints:
        """The rows of keys."""
        return find_places(self.keys, keys)

    def between(self, begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """The rows of the keys in each span, and where the rows of each span begin and end."""
        first, last = np.searchsorted(self.keys, begins), np.searchsorted(self.keys, ends)
        return spread(first, last)[1], np.append(0, np.cumsum(last - first))
