"""Robustness: the ranks under other people's weights and within the values' intervals (SMAA).

Stochastic multicriteria acceptability analysis, SMAA-2 (Lahdelma and Salminen, "SMAA-2: Stochastic
multicriteria acceptability analysis for group decision making", Operations Research 49, 2001).
Weights and values are drawn independently, from a seed, in single precision.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from app.scoring.aggregate import Floats, Integers
from app.scoring.methods import Method

Singles = NDArray[np.float32]

# Cells (samples x proposals) worked on at a time: they fit in a processor's cache.
BLOCK_CELLS = 1 << 17
# Ends of the band of ranks that is told.
BAND = (0.05, 0.95)
# Share of the samples in which the upper of two neighbours must win for their order to be clear.
CLEAR_ORDER = 0.75


@dataclass(frozen=True, slots=True)
class Sampling:
    """What is drawn.

    Weights come from a Dirichlet distribution around the profile, with `concentration` as the sum
    of its parameters (a weight w then has the standard deviation sqrt(w (1 - w) / (concentration
    + 1))), or evenly from all weights if `concentration` is None. `order` lists columns that must
    come in this order, the weightiest first. `varies_values` draws each value evenly from its
    interval; otherwise it stays where it is.
    """

    samples: int
    seed: int
    concentration: float | None = None
    order: tuple[int, ...] = ()
    varies_values: bool = True

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError("samples must be at least 1")
        if self.concentration is not None and not 1 <= self.concentration <= 1e6:
            raise ValueError("concentration must be in [1, 1000000]")
        if self.order and self.concentration is not None:
            raise ValueError("order goes with even weights only")
        if len(set(self.order)) != len(self.order):
            raise ValueError("order must not repeat a criterion")


@dataclass(frozen=True, slots=True)
class Acceptability:
    """What was found for k rows among n, over all samples.

    `ranks` (samples, k): rank of each row among all n, 1 is best. `weights` (samples, m): the
    weights drawn.
    """

    ranks: NDArray[np.int32]
    weights: Floats

    @property
    def samples(self) -> int:
        """How many samples were drawn."""
        return len(self.ranks)

    @property
    def standard_error(self) -> float:
        """The largest standard error that any of the shares has, from sampling alone."""
        return sqrt(0.25 / self.samples)

    def top(self, k: int) -> Floats:
        """Share of samples in which each row is among the first k, (k,)."""
        return np.asarray((self.ranks <= k).mean(axis=0), np.float64)

    def wins(self) -> Floats:
        """Share of samples in which the row scores above the column, (k, k)."""
        columns = np.ascontiguousarray(self.ranks.T)
        counts = [(own < columns).sum(axis=1) for own in columns]
        return np.array(counts, np.float64).reshape(len(columns), len(columns)) / self.samples

    def shares(self, row: int) -> dict[int, float]:
        """Share of samples at each rank that a row takes, in the order of ranks; together 1."""
        counts = np.bincount(self.ranks[:, row])
        return {int(r): int(counts[r]) / self.samples for r in np.flatnonzero(counts)}

    def expected_ranks(self) -> Floats:
        """Mean rank of each row, (k,)."""
        return np.asarray(self.ranks.mean(axis=0, dtype=np.float64))

    def bands(self) -> Integers:
        """The lowest and highest rank of the middle 90 % of the samples of each row, (k, 2)."""
        ends = np.quantile(self.ranks, BAND, axis=0, method="inverted_cdf")
        return np.asarray(ends.T, np.int64)

    def central_weights(self) -> Floats:
        """The mean weights under which each row is first, (k, m); NaN where it never is."""
        first = (self.ranks == 1).astype(np.float64)
        with np.errstate(invalid="ignore"):
            means: Floats = (first.T @ self.weights) / first.sum(axis=0)[:, None]
        return means


def sample_weights(weights: Floats, sampling: Sampling) -> Floats:
    """Weights, (samples, m), each row summing to 1, around `weights` (m,) or even."""
    rng = np.random.Generator(np.random.PCG64([sampling.seed, 0]))
    if sampling.concentration is None:
        shapes = np.ones_like(weights)
    else:
        shapes = weights * sampling.concentration
    drawn = rng.standard_gamma(shapes, (sampling.samples, len(weights)))
    drawn /= drawn.sum(axis=1, keepdims=True)
    if sampling.order:
        # Even weights can be swapped freely, so sorting them is drawing them in that order.
        columns = list(sampling.order)
        drawn[:, columns] = np.sort(drawn[:, columns], axis=1)[:, ::-1]
    return np.asarray(drawn)


def measure_acceptability(
    method: Method,
    parts: tuple[Floats, Floats, Floats],
    weights: Floats,
    sampling: Sampling,
    rows: Integers,
) -> Acceptability:
    """Ranks of `rows` (k,) among all n proposals, over the samples.

    `parts` are the values, low and high ends (n, m) in [0, 1]; with PROMETHEE II, whose flows are
    about the whole list, the flows by criterion, which do not vary. Raises ValueError if they
    should.
    """
    if method == "promethee_2" and sampling.varies_values:
        raise ValueError("varies_values must be off for PROMETHEE II")
    drawn = sample_weights(weights, sampling)
    ranks = np.empty((sampling.samples, len(rows)), np.int32)
    start = 0
    for scores in _score_blocks(method, parts, drawn, sampling):
        stop = start + len(scores)
        ranks[start:stop] = _rank(scores, scores[:, rows])
        start = stop
    return Acceptability(ranks, drawn)


def _rank(scores: Singles, wanted: Singles) -> NDArray[np.int32]:
    ascending = np.sort(scores, axis=1)
    above = [np.searchsorted(a, w, side="right") for a, w in zip(ascending, wanted, strict=True)]
    return np.asarray(scores.shape[1] + 1 - np.array(above), np.int32)


def _score_blocks(
    method: Method, parts: tuple[Floats, Floats, Floats], drawn: Floats, sampling: Sampling
) -> Iterator[Singles]:
    """Scores, (block, n), that order as the method does, block after block of the samples."""
    values, lows, highs = (np.ascontiguousarray(p.T, np.float32) for p in parts)
    spans = highs - lows
    rng = np.random.Generator(np.random.SFC64([sampling.seed, 1]))
    n = values.shape[1]
    size = max(1, BLOCK_CELLS // max(1, n))
    add = _ADDERS[method]
    for start in range(0, len(drawn), size):
        weights = drawn[start : start + size].astype(np.float32)
        sums: list[Singles] = []
        for c in range(len(values)):
            column: Singles = values[c]
            if sampling.varies_values and spans[c].any():
                column = rng.random((len(weights), n), dtype=np.float32)
                column *= spans[c]
                column += lows[c]
            add(sums, column, weights[:, c : c + 1])
        yield _ratio(sums) if method == "topsis" else sums[0]


def _add_value(sums: list[Singles], values: Singles, weights: Singles) -> None:
    _add(sums, 0, values * weights)


def _add_logarithm(sums: list[Singles], values: Singles, weights: Singles) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        _add(sums, 0, np.where(weights > 0, np.log(values) * weights, np.float32(0)))


def _add_squares(sums: list[Singles], values: Singles, weights: Singles) -> None:
    _add(sums, 0, (values * weights) ** 2)
    _add(sums, 1, ((1 - values) * weights) ** 2)


def _add(sums: list[Singles], place: int, more: Singles) -> None:
    if place == len(sums):
        sums.append(more)
    else:
        sums[place] += more


def _ratio(sums: list[Singles]) -> Singles:
    to_anti_ideal, to_ideal = np.sqrt(sums[0]), np.sqrt(sums[1])
    return np.asarray(to_anti_ideal / (to_ideal + to_anti_ideal), np.float32)


_ADDERS: dict[Method, Callable[[list[Singles], Singles, Singles], None]] = {
    "weighted_sum": _add_value,
    "promethee_2": _add_value,
    "weighted_product": _add_logarithm,
    "topsis": _add_squares,
}
