"""Who is near whom: partners of partners, and what actors with like partners do."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from app.forecasting.counts import Singles
from app.forecasting.events import Ints, Questions
from app.forecasting.keys import Key
from app.forecasting.memory import ALIKE, Memory

# Positions of half-lives: 3, 30, 100 days.
FAST, SLOW, SLOWER = 1, 3, 4
_STEEP, _DAMPING, _LEAST = 3.0, 0.1, 0.05


@dataclass(frozen=True)
class Neighbours:
    """What the pasts of all actors say of some questions; every figure is questions x actors."""

    memory: Memory
    asked: Questions

    @cached_property
    def _own(self) -> tuple[Ints, Ints]:
        """The actors that are asked for, each once, and which one each question is of."""
        own, of = np.unique(self.asked.actors, return_inverse=True)
        return own, of

    @cached_property
    def _partners(self) -> dict[int, sparse.csr_array]:
        """What all actors had to do with each other, by half-life."""
        everyone = np.arange(len(self.memory.who.roles))
        acts = self.memory.to_acts(everyone, np.zeros_like(everyone))
        columns = (FAST, SLOW, SLOWER)
        return {column: self.memory.pair_with_anyone(acts, column) for column in columns}

    @cached_property
    def likeness(self) -> Singles:
        """The cosine of the partners of the actor and of each other one; rare partners weigh more.

        One row for each actor asked for.
        """
        partners = self._partners[SLOWER]
        common = np.asarray(partners.sum(axis=0)).ravel()
        logs = partners.copy()
        logs.data = np.log1p(_STEEP * logs.data)
        logs = logs @ sparse.diags_array(1 / np.sqrt(1 + common))
        lengths = np.sqrt(np.asarray(logs.multiply(logs).sum(axis=1)).ravel()) + _DAMPING
        unit = (sparse.diags_array(1 / lengths) @ logs).tocsr()
        own, _ = self._own
        alike = np.asarray((unit[own] @ unit.T).toarray(), np.float32)
        alike[np.arange(len(own)), own] = 0
        return alike

    @cached_property
    def _weights(self) -> Singles:
        """Squared likeness as shares that add up to 1."""
        squares = self.likeness**2
        return np.asarray(squares / np.maximum(squares.sum(axis=1, keepdims=True), 1e-9))

    def alike(self) -> Singles:
        """Likeness of the actor and each candidate."""
        return self.likeness[self._own[1]]

    def of_partners(self) -> list[Singles]:
        """The chance to end at a candidate in two steps from partner to partner.

        By how recent both steps are: recent and long ago, the other way, long ago, recent.
        """
        own, of = self._own
        fast, slow, slower = (_share(self._partners[c]) for c in (FAST, SLOW, SLOWER))
        ways = ((fast, slow), (slower, fast), (slower, slower), (fast, fast))
        return [np.asarray((one[own] @ two).toarray(), np.float32)[of] for one, two in ways]

    def of_partners_alike(self) -> Singles:
        """The same where the second step is of the coarse type asked for."""
        own, of = self._own
        first = _share(self._partners[FAST])[own]
        return self._by_type(ALIKE, SLOW, lambda step, rows: (first[of[rows]] @ step).toarray())

    def of_those_alike(self) -> Singles:
        """How often actors like this one, each by its share, dealt with each candidate."""
        shares = _share(self._partners[SLOW])
        return np.asarray((shares.T @ self._weights.T).T, np.float32)[self._own[1]]

    def of_those_alike_by(self, key: Key) -> Singles:
        """The same of acts of the type asked for: exact or coarse, as the key says."""
        weights, of = self._weights, self._own[1]
        return self._by_type(
            key, SLOWER, lambda step, rows: (step.T @ weights[of[rows]].T).T, logarithmic=True
        )

    def _by_type(
        self,
        key: Key,
        column: int,
        go: Callable[[sparse.csr_array, Ints], Singles],
        *,
        logarithmic: bool = False,
    ) -> Singles:
        """What `go` makes of the steps of each type, and of the questions of that type."""
        n, coarse = len(self.memory.who.roles), self.memory.keys.coarse
        asked = coarse[self.asked.types] if key == ALIKE else self.asked.types
        n_types = int(coarse.max()) + 1 if key == ALIKE else len(coarse)
        counts = self.memory.counts[key]
        who, candidates = counts.keys // n // n_types, counts.keys % n
        types = counts.keys // n % n_types
        order = np.argsort(types, kind="stable")
        edges = np.searchsorted(types[order], np.arange(n_types + 1))
        found = np.zeros((len(asked), n), np.float32)
        for event_type in np.unique(asked):
            rows = order[edges[event_type] : edges[event_type + 1]]
            rows = rows[counts.states[rows, column] > _LEAST]
            weights = counts.states[rows, column]
            weights = np.log1p(weights) if logarithmic else weights
            step = sparse.csr_array((weights, (who[rows], candidates[rows])), (n, n))
            own = np.flatnonzero(asked == event_type)
            found[own] = go(_share(step), own)
        return found


def _share(found: sparse.csr_array) -> sparse.csr_array:
    """Each row as shares that add up to 1."""
    sums = np.asarray(found.sum(axis=1)).ravel()
    return (sparse.diags_array((1 / np.maximum(sums, 1e-9)).astype(np.float32)) @ found).tocsr()


def to_shares(found: sparse.csr_array) -> Singles:
    """The same, with all the zeros."""
    return np.asarray(_share(found).toarray(), np.float32)
