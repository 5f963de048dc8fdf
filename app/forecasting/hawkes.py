"""A multivariate Hawkes process in days: past events raise the rate of further ones, by type.

Groups (dyads, say) share their parameters. On day t the expected number of events of type k in a
group is

    base[k] + sum over past events e of the group, and half-lives h, of
              weights[h, type of e, k] * 2 ** -((t - 1 - day of e) / h)

so it is a sum in which each past event has a share of its own: without that event, the rate is
lower by exactly its share (Hawkes, Biometrika 58, 1971; with exponential kernels the past of a
group is a few numbers, which one event changes in constant time: Ozaki 1979). Days are steps
because events are coded by day. `fit` maximises the posterior by expectation maximisation (Veen and
Schoenberg, JASA 103, 2008), which keeps all weights above 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from app.forecasting.events import EventLog, Floats, Ints, Questions, find_places, spread
from app.forecasting.excitation import HALF_LIVES_DAYS, Excitation

LEAST = 1e-12


@dataclass(slots=True)
class Past:
    """What each group has seen of each type, decayed by each half-life.

    Made for the events of a log, of which none has been seen at first; `groups` are their groups.
    Each row is of a group, of `ids`, and of a type, of `types`.
    """

    events: EventLog
    groups: Ints
    keys: Ints = field(init=False)
    rows: Ints = field(init=False)
    starts: Ints = field(init=False)
    ids: Ints = field(init=False)
    types: Ints = field(init=False)
    states: Floats = field(init=False)
    as_of: Ints = field(init=False)
    _seen: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Gives each pair of group and type a row; rows of a group follow each other."""
        own = self.groups * self.events.n_types + self.events.types
        self.keys, self.rows = np.unique(own, return_inverse=True)
        self.ids, starts = np.unique(self.keys // self.events.n_types, return_index=True)
        self.starts = np.append(starts, len(self.keys))
        self.types = self.keys % self.events.n_types
        self.states = np.zeros((len(self.keys), len(HALF_LIVES_DAYS)))
        self.as_of = np.zeros(len(self.keys), np.int64)

    def see_until(self, day: int) -> None:
        """Sees the events before a day that were not seen yet. Days never go back."""
        while self._seen < len(self.events) and self.events.days[self._seen] < day:
            own = int(self.events.days[self._seen])
            end = int(np.searchsorted(self.events.days, own + 1))
            rows, counts = np.unique(self.rows[self._seen : end], return_counts=True)
            self.states[rows] = self.at(rows, own + 1) + counts[:, np.newaxis]
            self.as_of[rows] = own + 1
            self._seen = end

    def at(self, rows: Ints, day: int) -> Floats:
        """The states of rows on a day; an event counts whole on the day after it."""
        age = (day - self.as_of[rows])[:, np.newaxis]
        return np.asarray(self.states[rows] * np.exp2(-age / HALF_LIVES_DAYS))

    def find(self, groups: Ints) -> tuple[Ints, Ints]:
        """The rows of groups that have something in them, each with its position in `groups`."""
        places = find_places(self.ids, groups)
        ends = np.minimum(places + 1, len(self.ids))
        owners, rows = spread(self.starts[places], self.starts[ends])
        used = self.states[rows, -1] > 0
        return owners[used], rows[used]

    def intensities(self, by: Excitation, groups: Ints, types: Ints, day: int) -> Floats:
        """The rate of each (group, type) on a day, without the base."""
        some, at = np.unique(groups, return_inverse=True)
        owners, rows = self.find(some)
        spans = len(HALF_LIVES_DAYS)
        columns = self.types[rows][:, np.newaxis] * spans + np.arange(spans)
        ends = np.append(0, np.cumsum(np.bincount(owners, minlength=len(some)) * spans))
        shape = (len(some), self.events.n_types * spans)
        past = sparse.csr_array((self.at(rows, day).ravel(), columns.ravel(), ends), shape)
        wanted, which = np.unique(types, return_inverse=True)
        parts = by.weights[:, :, wanted].transpose(1, 0, 2).reshape(-1, len(wanted))
        return np.asarray((past @ parts)[at, which])


@dataclass(frozen=True, slots=True)
class _Rows:
    """What was seen before each event that the fit explains: one row for each past type of it."""

    events: Ints
    past_types: Ints
    states: Floats
    types: Ints


def fit(
    past: Past, first: int, end: int, coarse: Ints, rounds: int = 20, every: int = 1
) -> Excitation:
    """The excitation under which the events of the days `first` to `end` - 1 are likeliest.

    `past` must have seen nothing of these days, and has seen all of them afterwards. `coarse` is a
    coarser type for each type: rates between coarse types are fitted first, and those between types
    are drawn to them (a Gamma prior), as most pairs of types are rare. With `every`, only the
    events of each so many days are explained, as if the others were alike.
    """
    rows = _collect(past, first, end, every)
    exposure, cells = _expose(past, first, end)
    exposure, cells = exposure / every, cells / every
    n_types, n_coarse = past.events.n_types, int(coarse.max()) + 1
    counts = np.bincount(rows.types, minlength=n_types).astype(float)
    share = counts / np.maximum(np.bincount(coarse, counts, n_coarse)[coarse], 1)
    base = 0.05 * counts / max(cells, 1)
    own = rows.types[rows.events]
    merged = np.stack([np.bincount(coarse, by_type, n_coarse) for by_type in exposure])
    wide = np.full((len(HALF_LIVES_DAYS), n_coarse, n_coarse), 0.1 / len(HALF_LIVES_DAYS))
    wide *= (
        np.bincount(coarse, counts, n_coarse) / np.maximum(merged.sum(axis=0), LEAST)[:, np.newaxis]
    )
    pairs = coarse[rows.past_types] * n_coarse + coarse[own]
    for _ in range(min(rounds, 12)):
        parts = wide.reshape(len(wide), -1)[:, pairs].T * rows.states * share[own][:, np.newaxis]
        told, base, _ = _attribute(rows, parts, pairs, base, cells, n_coarse**2)
        wide = told.reshape(wide.shape) / np.maximum(merged, LEAST)[:, :, np.newaxis]
    prior = wide[:, coarse][:, :, coarse] * share
    weights, likelihood = prior, float("nan")
    # As much as the mean type was exposed, so that rare past types keep what is true of their kind.
    mass = exposure.mean(axis=1)[:, np.newaxis, np.newaxis]
    pairs = rows.past_types * n_types + own
    for _ in range(rounds):
        parts = weights.reshape(len(weights), -1)[:, pairs].T * rows.states
        told, base, likelihood = _attribute(rows, parts, pairs, base, cells, n_types**2)
        told = told.reshape(weights.shape) + mass * prior
        weights = told / np.maximum(exposure[:, :, np.newaxis] + mass, LEAST)
    return Excitation(base, weights, likelihood)


def _attribute(
    rows: _Rows, parts: Floats, pairs: Ints, base: Floats, cells: float, n_pairs: int
) -> tuple[Floats, Floats, float]:
    """The expected number of events that each weight, and the base, brought about.

    Also the mean logarithm of the rates at the events.
    """
    whole = base[rows.types] + np.bincount(rows.events, parts.sum(axis=1), len(rows.types))
    whole = np.maximum(whole, LEAST)
    parts = parts / whole[rows.events][:, np.newaxis]
    told: Floats = np.stack([np.bincount(pairs, part, n_pairs) for part in parts.T])
    own = np.bincount(rows.types, base[rows.types] / whole, len(base)) / max(cells, 1) + LEAST
    return told, np.asarray(own, np.float64), float(np.log(whole).mean())


def _collect(past: Past, first: int, end: int, every: int) -> _Rows:
    """The states before each event of these days."""
    found = list(_each_day(past, first, end, every))
    counts = np.cumsum([0, *(len(types) for *_, types in found)])
    return _Rows(
        np.concatenate([owners + n for n, (owners, *_) in zip(counts, found, strict=False)]),
        np.concatenate([past_types for _, past_types, _, _ in found]),
        np.concatenate([states for _, _, states, _ in found]),
        np.concatenate([types for *_, types in found]),
    )


def _each_day(
    past: Past, first: int, end: int, every: int
) -> Iterator[tuple[Ints, Ints, Floats, Ints]]:
    for day in np.unique(past.events.between(first, end).days)[::every]:
        past.see_until(int(day))
        begin, stop = np.searchsorted(past.events.days, (day, day + 1))
        owners, rows = past.find(past.groups[begin:stop])
        yield owners, past.types[rows], past.at(rows, int(day)), past.events.types[begin:stop]
    past.see_until(end)


def _expose(past: Past, first: int, end: int) -> tuple[Floats, float]:
    """The sum of all states over these days, by half-life and past type; and of groups with a past.

    In closed form: an event of day d is seen on the days after it.
    """
    seen = past.events.between(0, end)
    begin = np.maximum(seen.days + 1, first) - seen.days - 1
    stop = end - seen.days - 1
    sums = np.zeros((len(HALF_LIVES_DAYS), past.events.n_types))
    for n, half_life in enumerate(HALF_LIVES_DAYS):
        ratio = np.exp2(-1 / half_life)
        span = stop - begin if ratio == 1 else (ratio**begin - ratio**stop) / (1 - ratio)
        sums[n] = np.bincount(seen.types, span, past.events.n_types)
    firsts = np.full(len(past.ids), end)
    np.minimum.at(firsts, np.searchsorted(past.ids, past.groups[: len(seen)]), seen.days + 1)
    return sums, float((end - np.maximum(firsts, first)).clip(min=0).sum())


@dataclass(frozen=True, slots=True)
class HawkesRanker:
    """Scores candidates by the rate of (actor, type, candidate). Groups are dyads."""

    past: Past
    excitation: Excitation

    def score(self, day: int, asked: Questions) -> Floats:
        """A row for each question, a column for each candidate; 0 for those never met."""
        self.past.see_until(day)
        n_actors = self.past.events.n_actors
        begins = np.searchsorted(self.past.ids, asked.actors * n_actors)
        ends = np.searchsorted(self.past.ids, (asked.actors + 1) * n_actors)
        owners, places = spread(begins, ends)
        groups = self.past.ids[places]
        scores = np.zeros((len(asked), n_actors))
        rates = self.past.intensities(self.excitation, groups, asked.types[owners], day)
        scores[owners, groups % n_actors] = rates
        return scores
