"""What questions are about: how busy the asked-about are, and how often the past repeats itself.

The weights of features depend on it: where the past hardly ever repeats, it says less.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from app.forecasting.counts import NEVER_DAYS, Singles
from app.forecasting.events import Flags, Floats, Ints, Questions, find_places, was_seen
from app.forecasting.identities import OTHER, STATE
from app.forecasting.keys import Key, Sides
from app.forecasting.memory import ACTIVE_OTHER, OF_TYPE, PAIR, TRIPLE, Memory

HALF_LIFE_DAYS = 40.0
# What is general counts as so many events; how often pairs and triples repeat in general.
PRIOR_EVENTS, PRIORS = 3.0, (0.7, 0.45)
WEEK_DAYS = 7
_KEYS: tuple[Key, ...] = (
    ("actor", "side", "any"),
    ("any", "type", "any"),
    ("actor", "type", "any"),
    ("country", "type", "any"),
)


@dataclass(slots=True)
class Repeats:
    """How often events of some kind were of a pair, or of pair and type, that had been seen before.

    `pairs` and `triples` say so of each event.
    """

    memory: Memory
    pairs: Flags = field(init=False)
    triples: Flags = field(init=False)
    _keys: list[Ints] = field(init=False)
    _rows: list[Ints] = field(init=False)
    _sums: list[Floats] = field(init=False)

    def __post_init__(self) -> None:
        """Finds for each event what came before it."""
        memory, events = self.memory, self.memory.events
        self.pairs = was_seen(events.dyads, events.days)
        self.triples = was_seen(memory.keys.make(TRIPLE, memory.acts), events.days)
        found = [
            np.unique(memory.keys.make(key, memory.acts), return_inverse=True) for key in _KEYS
        ]
        self._keys = [keys for keys, _ in found]
        self._rows = [rows for _, rows in found]
        self._sums = [np.zeros((len(keys) + 1, 3)) for keys in self._keys]

    def see(self, day: int) -> None:
        """Sees a day that is over."""
        begin, end = np.searchsorted(self.memory.events.days, (day, day + 1))
        own = slice(begin, end)
        told = np.stack([np.ones(end - begin), self.pairs[own], self.triples[own]], axis=1)
        for rows, sums in zip(self._rows, self._sums, strict=True):
            sums *= np.exp2(-1 / HALF_LIFE_DAYS)
            np.add.at(sums, rows[own], told)

    def list_logits(self, acts: Sides) -> list[Floats]:
        """The logits of both chances, by each of the kinds."""
        found = []
        for key, keys, sums in zip(_KEYS, self._keys, self._sums, strict=True):
            whole, *seen = sums[find_places(keys, self.memory.keys.make(key, acts))].T
            for count, prior in zip(seen, PRIORS, strict=True):
                more = count + PRIOR_EVENTS * prior
                less = whole - count + PRIOR_EVENTS * (1 - prior)
                found.append(np.log(more / less))
        return found


def describe(memory: Memory, repeats: Repeats, asked: Questions, day: int) -> Singles:
    """A row of figures for each question."""
    acts = memory.to_acts(asked.actors, asked.types)
    roles = memory.who.roles[asked.actors]
    found = [roles == STATE, roles == OTHER, *repeats.list_logits(acts)]
    found.append(np.log1p(memory.with_anyone(OF_TYPE, acts, 5).sum(axis=1)))
    counts, rows = memory.count(ACTIVE_OTHER, replace(acts, recipients=acts.actors))
    found.append(np.log1p(np.minimum(day - counts.last[rows], NEVER_DAYS)))
    found += [np.log1p(counts.states[rows, column]) for column in (0, 2, 4)]
    found += [np.full(len(asked), day % WEEK_DAYS == weekday) for weekday in range(WEEK_DAYS)]
    for key in (PAIR, TRIPLE):
        whole, lately = (memory.with_anyone(key, acts, column) for column in (5, 2))
        total, recent = (np.asarray(m.sum(axis=1)).ravel() for m in (whole, lately))
        partners = np.asarray((whole > 0).sum(axis=1)).ravel()
        found += [np.log1p(total), np.log1p(partners), (partners + 1) / (total + 2)]
        found += [np.log(recent + 0.05), lately.max(axis=1).toarray().ravel() / (recent + 0.05)]
    return np.stack([np.asarray(figure, np.float32) for figure in found], axis=1)
