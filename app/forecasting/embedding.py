"""Who resembles whom: vectors of actors and types, learned day by day.

An actor's vector is the sum of its own, its country's and its role's, so that one that was hardly
seen is like those of its kind. To it is added what it lately did: a mean over its recent events of
the other side's vector, each changed by the type of the event (one layer of the relational message
passing of Schlichtkrull et al., ESWC 2018). The score of a candidate is trilinear in the vectors of
actor, type and candidate (DistMult: Yang et al., ICLR 2015), plus weighted logarithms of what the
two had to do with each other. The slope of the softmax over all candidates is followed by Adagrad
(Duchi et al. 2011), once for each new day and a few times for past ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from app.forecasting.counts import Singles
from app.forecasting.events import EventLog, Ints
from app.forecasting.identities import Identities

SIZE, RATE, PENALTY = 128, 0.15, 7e-2
# Of the parameters that all vectors share.
SLOWER = 0.1
# Past days that are learned from again for each new one, later ones more often.
REPLAYED, RECENCY = 2, 0.3
# What an actor did lately: within so many days, halving in so many.
RECENT_DAYS, HALVING_DAYS = 15, 3.0
_START = 1e-2
_SHARED = ("to_actor", "to_candidate", "history")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on a day for some questions: recent events, and shared pasts.

    `history` are sparse rows of the questions over all candidates.
    """

    actors: Ints
    types: Ints
    recent: EventLog
    ages: Singles
    history: tuple[sparse.csr_array, ...]


class Embedding:
    """The vectors. `n_history` is how many kinds of shared past there are."""

    def __init__(self, identities: Identities, n_types: int, n_history: int, seed: int = 0) -> None:
        self._who, self._n_types = identities, n_types
        self._rng = np.random.default_rng(seed)
        self._n_parts = len(identities.roles) + identities.n_countries + identities.n_roles
        parts = {name: self._draw(self._n_parts) for name in ("actors", "candidates", "others")}
        self._values: dict[str, Singles] = {
            **parts,
            "types": 1 + self._draw(n_types),
            "recent_types": 1 + self._draw(n_types),
            "bias": np.zeros(self._n_parts, np.float32),
            "to_actor": 0.3 * np.eye(SIZE, dtype=np.float32),
            "to_candidate": 0.3 * np.eye(SIZE, dtype=np.float32),
            "history": np.full(n_history, 0.3, np.float32),
        }
        self._squares = {name: np.full_like(v, _START) for name, v in self._values.items()}
        self._past: list[tuple[Known, Ints]] = []
        self._parts = self._list_parts()

    def see(self, known: Known, answers: Ints) -> None:
        """Learns from the events of a day, by what was known before it."""
        self._parts = self._list_parts()
        self._learn(known, answers)
        self._past.append((known, answers))
        for _ in range(REPLAYED):
            ago = min(int(self._rng.exponential(RECENCY) * len(self._past)), len(self._past) - 1)
            self._learn(*self._past[len(self._past) - 1 - ago])

    def score(self, known: Known) -> tuple[Singles, Singles]:
        """The logarithm of each candidate's chance, by question; and that without history."""
        self._parts = self._list_parts()
        plain, _ = self._forward(known)
        return _to_logs(self._with_history(plain.copy(), known)), _to_logs(plain)

    def _draw(self, n: int) -> Singles:
        return 0.1 * self._rng.standard_normal((n, SIZE)).astype(np.float32)

    def _list_parts(self) -> sparse.csr_array:
        """Actors by the parts that their vectors are sums of."""
        n = len(self._who.roles)
        own = np.arange(n)
        countries = n + self._who.countries
        roles = n + self._who.n_countries + self._who.roles
        columns = np.concatenate([own, countries, roles])
        ones = np.ones(3 * n, np.float32)
        return sparse.csr_array((ones, (np.tile(own, 3), columns)), (n, self._n_parts))

    def _forward(self, known: Known) -> tuple[Singles, Mapping[str, Singles]]:
        """Scores without history, and what slopes need."""
        value, parts, recent = self._values, self._parts, known.recent
        others = parts @ value["others"]
        messages = others[recent.recipients] * value["recent_types"][recent.types]
        lately = self._gather(known) @ messages
        candidates = parts @ value["candidates"] + lately @ value["to_candidate"]
        actors = (parts @ value["actors"])[known.actors]
        actors = actors + lately[known.actors] @ value["to_actor"]
        asked = actors * value["types"][known.types]
        scores = asked @ candidates.T + parts @ value["bias"]
        kept = {"others": others, "lately": lately, "candidates": candidates}
        return scores, kept | {"actors": actors, "asked": asked}

    def _with_history(self, scores: Singles, known: Known) -> Singles:
        """Adds to scores what the two had to do with each other."""
        for weight, past in zip(self._values["history"], known.history, strict=True):
            scores[_rows_of(past), past.indices] += weight * past.data
        return scores

    def _gather(self, known: Known) -> sparse.csr_array:
        """A mean over each actor's recent events, drawn to nothing where they are few."""
        n, weights = len(self._who.roles), np.exp2(-known.ages / HALVING_DAYS)
        own = known.recent.actors
        whole = 1 + np.bincount(own, weights, n)
        shares = (weights / whole[own]).astype(np.float32)
        return sparse.csr_array((shares, (own, np.arange(len(own)))), (n, len(own)))

    def _learn(self, known: Known, answers: Ints) -> None:
        plain, kept = self._forward(known)
        scores = self._with_history(plain, known)
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        chances[np.arange(len(answers)), answers] -= 1
        self._move(self._list_slopes(known, kept, chances))

    def _list_slopes(
        self, known: Known, kept: Mapping[str, Singles], wrong: Singles
    ) -> dict[str, Singles]:
        """The slopes of all parameters; `wrong` is the slope of the scores."""
        value, back, n = self._values, self._parts.T, len(self._who.roles)
        asked = wrong @ kept["candidates"]
        candidates = wrong.T @ kept["asked"]
        actors = _sum_by(known.actors, asked * value["types"][known.types], n)
        lately = actors @ value["to_actor"].T + candidates @ value["to_candidate"].T
        messages = self._gather(known).T @ lately
        others = kept["others"][known.recent.recipients]
        by_other = messages * value["recent_types"][known.recent.types]
        return {
            "bias": back @ wrong.sum(axis=0),
            "types": _sum_by(known.types, asked * kept["actors"], self._n_types),
            "actors": back @ actors,
            "candidates": back @ candidates,
            "to_actor": kept["lately"].T @ actors,
            "to_candidate": kept["lately"].T @ candidates,
            "recent_types": _sum_by(known.recent.types, messages * others, self._n_types),
            "others": back @ _sum_by(known.recent.recipients, by_other, n),
            "history": np.array([_weigh(wrong, past) for past in known.history], np.float32),
        }

    def _move(self, slopes: Mapping[str, Singles]) -> None:
        for name, plain in slopes.items():
            value = self._values[name]
            slope = plain
            if name not in (*_SHARED, "bias"):
                slope = plain + PENALTY * (value - (1 if name.endswith("types") else 0))
            self._squares[name] += slope * slope
            rate = RATE * (SLOWER if name in _SHARED else 1)
            value -= np.float32(rate) * slope / np.sqrt(self._squares[name])


def _sum_by(places: Ints, rows: Singles, n: int) -> Singles:
    """The sum of the rows at each place."""
    ones = np.ones(len(places), np.float32)
    own = sparse.csr_array((ones, (places, np.arange(len(places)))), (n, len(places)))
    return np.asarray(own @ rows, np.float32)


def _weigh(wrong: Singles, past: sparse.csr_array) -> float:
    return float((wrong[_rows_of(past), past.indices] * past.data).sum())


def _rows_of(past: sparse.csr_array) -> Ints:
    """The row of each value."""
    return np.repeat(np.arange(past.shape[0]), np.diff(past.indptr))


def _to_logs(scores: Singles) -> Singles:
    """Scores as logarithms of chances, in their place."""
    scores -= scores.max(axis=1, keepdims=True)
    scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return scores
