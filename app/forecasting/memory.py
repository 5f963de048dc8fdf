"""What a ranker remembers of the days before: counts by key, Hawkes processes, and vectors."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from app.forecasting.counts import Counts, Singles
from app.forecasting.embedding import RECENT_DAYS, Embedding, Known
from app.forecasting.events import EventLog, Ints, Questions
from app.forecasting.excitation import Excitation
from app.forecasting.hawkes import Past, fit
from app.forecasting.identities import Identities, read_identities
from app.forecasting.keys import Key, KeyMaker, Sides

ALL, SOME = (0, 1, 2, 3, 4, 5), (1, 3, 5)
PAIR: Key = ("actor", "side", "actor")
PAIR_OTHER: Key = ("actor", "other side", "actor")
TRIPLE: Key = ("actor", "type", "actor")
ALIKE: Key = ("actor", "coarse", "actor")
OF_TYPE: Key = ("any", "type", "actor")
ACTIVE: Key = ("any", "side", "actor")
ACTIVE_OTHER: Key = ("any", "other side", "actor")
# Counts by key that are features, with their half-lives.
COUNTED: dict[Key, tuple[int, ...]] = {
    TRIPLE: ALL,
    ALIKE: ALL,
    PAIR: ALL,
    PAIR_OTHER: ALL,
    OF_TYPE: ALL,
    ("any", "coarse", "actor"): (0, 1, 3, 5),
    ACTIVE: ALL,
    ACTIVE_OTHER: SOME,
    ("country", "type", "actor"): SOME,
    ("country", "coarse", "actor"): SOME,
    ("country", "any", "actor"): SOME,
    ("actor", "type", "country"): SOME,
    ("actor", "coarse", "country"): SOME,
    ("actor", "any", "country"): SOME,
    ("country", "type", "country"): SOME,
    ("country", "any", "country"): SOME,
    ("actor", "type", "role"): SOME,
    ("actor", "coarse", "role"): SOME,
    ("role", "type", "role"): SOME,
    ("role", "coarse", "role"): SOME,
    ("country", "type", "role"): SOME,
    ("role", "type", "actor"): SOME,
    ("any", "type", "kind"): SOME,
    ("any", "any", "kind"): SOME,
    ("any", "type", "role"): SOME,
}
# Groups that have a Hawkes process of their own: every how many days its events are fitted to.
PROCESSES: dict[Key, tuple[int, int]] = {
    ("actor", "any", "actor"): (1, 20),
    ("any", "any", "actor"): (4, 8),
    ("country", "any", "actor"): (2, 10),
    ("actor", "any", "country"): (2, 10),
    ("country", "any", "country"): (5, 8),
    ("actor", "any", "role"): (2, 10),
    ("role", "any", "role"): (6, 8),
}
# Of what two had to do with each other, for vectors: key, and half-life.
_SHARED: tuple[tuple[Key, int], ...] = ((TRIPLE, 4), (ALIKE, 4))
_STEEP = 20.0


class Memory:
    """Sees one day after the other of events, seen from both sides.

    All that it keeps follows from the days that it has seen.
    """

    def __init__(self, events: EventLog, names: Sequence[str], coarse: Ints) -> None:
        self.events = events
        self.who: Identities = read_identities(names)
        self.keys = KeyMaker(self.who, coarse)
        acts = _to_sides(events, read_identities(names))
        self.counts = {
            key: Counts(self.keys.make(key, acts)) for key in COUNTED if "other side" not in key
        }
        self.pasts = {key: Past(events, self.keys.make(key, acts)) for key in PROCESSES}
        self.excitations: dict[Key, Excitation] = {}
        self.embedding = Embedding(self.who, events.n_types, len(_SHARED) + 2)
        self.acts = acts

    def see(self, day: int) -> None:
        """Sees a day that is over. Days never go back."""
        begin, end = np.searchsorted(self.events.days, (day, day + 1))
        told = self.events.choose(slice(begin, end))
        if len(told):
            self.embedding.see(self.know(told.actors, told.types, day), told.recipients)
        for counts in self.counts.values():
            counts.see(int(begin), int(end), day)
        self.who.see(told)

    def fit_processes(self, first: int, end: int) -> None:
        """Fits the Hawkes processes to the days from `first` to `end` - 1."""
        for key, (every, rounds) in PROCESSES.items():
            own = Past(self.events, self.pasts[key].groups)
            own.see_until(first)
            self.excitations[key] = fit(own, first, end, self.keys.coarse, rounds, every)

    def know(self, actors: Ints, types: Ints, day: int) -> Known:
        """What vectors need to know on a day for questions."""
        recent = self.events.between(day - RECENT_DAYS, day)
        acts = self.to_acts(actors, types)
        pair = self.pair_with_anyone(acts, 4), self.pair_with_anyone(acts, 1)
        shared = [self.with_anyone(key, acts, column) for key, column in _SHARED]
        history = tuple(_log(found) for found in (pair[0], *shared, pair[1]))
        ages = (day - 1 - recent.days).astype(np.float32)
        return Known(actors, types, recent, ages, history)

    def to_acts(self, actors: Ints, types: Ints, recipients: Ints | None = None) -> Sides:
        """Acts as they would be now."""
        towards = np.zeros_like(actors) if recipients is None else recipients
        countries = self.who.countries
        return Sides(actors, types, towards, countries[actors], countries[towards])

    def with_anyone(self, key: Key, acts: Sides, column: int) -> sparse.csr_array:
        """The counts of a key that ends with an actor, by act and actor, of one half-life."""
        counts = self.counts[key]
        rows, edges = counts.between(*self.keys.spans(key, acts))
        n = len(self.who.roles)
        shape = (len(acts.actors), n)
        counted = (counts.states[rows, column], counts.keys[rows] % n, edges)
        found = sparse.csr_array(counted, shape)
        # What has not happened yet must leave no trace, not even in the order of sums.
        found.eliminate_zeros()
        return found

    def pair_with_anyone(self, acts: Sides, column: int) -> sparse.csr_array:
        """What actors had to do with each other, whoever acted."""
        half = self.keys.n_types // 2
        other = replace(acts, types=(acts.types + half) % (2 * half))
        own = self.with_anyone(PAIR, acts, column)
        return (own + self.with_anyone(PAIR, other, column)).tocsr()

    def count(self, key: Key, acts: Sides) -> tuple[Counts, Ints]:
        """The counts of a key, and the row of each act in them."""
        left, middle, right = key
        kept = self.counts[(left, "side" if middle == "other side" else middle, right)]
        return kept, kept.find(self.keys.make(key, acts))

    def rates(self, key: Key, acts: Sides, day: int) -> Singles:
        """The rate of each act by the process of its group."""
        past = self.pasts[key]
        past.see_until(day)
        found = past.intensities(self.excitations[key], self.keys.make(key, acts), acts.types, day)
        return found.astype(np.float32)


def to_acts_of(asked: Questions, candidates: Ints, memory: Memory) -> Sides:
    """The acts that would answer questions: `candidates` are those of each (questions x any)."""
    several = candidates.shape[1]
    actors, types = np.repeat(asked.actors, several), np.repeat(asked.types, several)
    return memory.to_acts(actors, types, candidates.ravel())


def _log(found: sparse.csr_array) -> sparse.csr_array:
    logs = found.copy()
    logs.data = np.log1p(_STEEP * logs.data).astype(np.float32)
    return logs


def _to_sides(events: EventLog, who: Identities) -> Sides:
    """The sides of events, with the countries as they were known before each day."""
    countries, others = np.empty_like(events.actors), np.empty_like(events.actors)
    for day in np.unique(events.days):
        begin, end = np.searchsorted(events.days, (day, day + 1))
        countries[begin:end] = who.countries[events.actors[begin:end]]
        others[begin:end] = who.countries[events.recipients[begin:end]]
        who.see(events.choose(slice(begin, end)))
    return Sides(events.actors, events.types, events.recipients, countries, others)
