"""The recurrency baselines: what happened before happens again.

Gastinger et al., "History Repeats Itself: A Baseline for Temporal Knowledge Graph Forecasting"
(IJCAI 2024). Strict recurrency scores a candidate by when (actor, type, candidate) was seen,
relaxed recurrency by how often the candidate is the recipient of the type, whoever acts; the
combined baseline is a weighted mean of both. How fast the past is forgotten, and the weight, are
chosen for each type by reciprocal rank on days that the judged ones follow.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.forecasting.events import EventLog, Floats, Ints, Questions, ask
from app.forecasting.ranking import rank_answers

# The values tried in the paper: binary decay for each day, and the weight of strict recurrency.
DECAYS = (0, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.5, 0.9, 1.0001)
WEIGHTS = (0, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 1)
# Types that were not seen on the days that choose have these.
DEFAULT_DECAY, DEFAULT_WEIGHT = DECAYS[-1], WEIGHTS[-2]


@dataclass(frozen=True, slots=True)
class Recurrency:
    """The decay and the weight of strict recurrency, by type."""

    decays: Floats
    weights: Floats


class History:
    """What was seen before a day, for any decay. `events` are seen from both sides."""

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._first = int(events.days[0])
        key = (events.types * events.n_actors + events.actors) * events.n_actors
        key += events.recipients
        self._order = np.argsort(key, kind="stable")
        self._asked = (key // events.n_actors)[self._order]
        self._relaxed: tuple[int, Floats] | None = None

    def list_past(self, actor: int, event_type: int, day: int) -> tuple[Ints, Ints]:
        """Recipients and days of what the actor did before a day."""
        events = self._events
        wanted = event_type * events.n_actors + actor
        begin, end = np.searchsorted(self._asked, (wanted, wanted + 1))
        found = self._order[begin:end]
        found = found[events.days[found] < day]
        return events.recipients[found], events.days[found]

    def score_strictly(self, actor: int, event_type: int, day: int, decays: Floats) -> Floats:
        """Strict recurrency of all candidates, a row for each decay.

        It is the share of past days, each decayed, on which the actor did that to the candidate.
        """
        recipients, days = self.list_past(actor, event_type, day)
        known = np.arange(self._first, max(day - 1, self._first + 1))
        whole = np.exp2(np.outer(decays, known - day)).sum(axis=1)
        past = np.exp2(np.outer(decays, days - day)) / np.maximum(whole, 1e-15)[:, np.newaxis]
        scores = np.zeros((self._events.n_actors, len(decays)))
        np.add.at(scores, recipients, past.T)
        return np.ascontiguousarray(scores.T)

    def score_relaxed(self, day: int) -> Floats:
        """Relaxed recurrency of all candidates, a row for each type: their share of its events."""
        if self._relaxed is not None and self._relaxed[0] == day:
            return self._relaxed[1]
        past = self._events.between(0, day)
        shape = (past.n_types, past.n_actors)
        places = past.types * past.n_actors + past.recipients
        counts = np.bincount(places, minlength=shape[0] * shape[1]).reshape(shape)
        shares: Floats = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        self._relaxed = (day, shares)
        return shares


def choose(history: History, judged: EventLog) -> Recurrency:
    """The decays and weights by which the judged days, each known the day after, rank best.

    `judged` are events seen from both sides, which `history` has, too.
    """
    decays = np.full(judged.n_types, DEFAULT_DECAY)
    weights = np.full(judged.n_types, DEFAULT_WEIGHT)
    tried = np.asarray(DECAYS)
    gains = np.zeros((judged.n_types, len(DECAYS)))
    for day, actor, event_type, answers in _each(judged):
        ranks = rank_answers(history.score_strictly(actor, event_type, day, tried), answers)
        gains[event_type] += (1 / ranks).sum(axis=-1)
    seen = gains.max(axis=1) > 0
    decays[seen] = tried[gains.argmax(axis=1)][seen]
    gains = np.zeros((judged.n_types, len(WEIGHTS)))
    shares = np.asarray(WEIGHTS)[:, np.newaxis]
    for day, actor, event_type, answers in _each(judged):
        (strict,) = history.score_strictly(actor, event_type, day, decays[[event_type]])
        relaxed = history.score_relaxed(day)[event_type]
        ranks = rank_answers(shares * strict + (1 - shares) * relaxed, answers)
        gains[event_type] += (1 / ranks).sum(axis=-1)
    weights[seen] = np.asarray(WEIGHTS)[gains.argmax(axis=1)][seen]
    return Recurrency(decays, weights)


@dataclass(frozen=True, slots=True)
class RecurrencyRanker:
    """Scores candidates by recurrency: strict alone, or combined with relaxed."""

    history: History
    chosen: Recurrency
    combined: bool

    def score(self, day: int, asked: Questions) -> Floats:
        """A row for each question, a column for each candidate."""
        relaxed = self.history.score_relaxed(day)
        rows = np.empty((len(asked), relaxed.shape[1]))
        for row, (actor, event_type) in enumerate(zip(asked.actors, asked.types, strict=True)):
            decay = self.chosen.decays[[event_type]]
            (rows[row],) = self.history.score_strictly(actor, event_type, day, decay)
            if self.combined:
                share = self.chosen.weights[event_type]
                rows[row] = share * rows[row] + (1 - share) * relaxed[event_type]
        return rows


def _each(judged: EventLog) -> Iterator[tuple[int, int, int, Ints]]:
    """Day, actor, type and answers of each question that the events answer."""
    for day, events in judged.by_day(0, int(judged.days[-1]) + 1):
        asked = ask(events)
        for question, own in asked.each():
            actor, event_type = int(asked.actors[question]), int(asked.types[question])
            yield day, actor, event_type, asked.answers[own]
