"""The best rows of many under any weights: exact, in about one read of the values from memory.

Values are whole thousandths in single precision, in blocks of columns. Weights are split so that
every sum of a product is a whole number below 2**24, which single precision holds exactly in any
order of addition: one matrix-vector product a block gives the score, or bounds it closely from
below, and only rows that reach the k-th best so far are looked at again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import gcd

import numpy as np
from numpy.typing import NDArray

from app.scoring.aggregate import VALUE_STEPS, Integers
from app.scoring.assessment import CRITERIA
from app.scoring.profiles import WEIGHT_STEPS

Block = NDArray[np.float32]
Rows = NDArray[np.intp]
Places = NDArray[np.bool_]

# A block's values (512 kB) and sums stay in a core's own cache between two products.
BLOCK_ROWS = 1 << 14
# Whole numbers up to here are exact in single precision.
EXACT_SINGLES = 1 << 24
# The finest step for which the largest high part, WEIGHT_STEPS x VALUE_STEPS / step, is exact.
LOW_STEPS = 64
# From this share of a block on, one product over all of it is cheaper than taking its rows.
CROWD = 1 / 64
# Rows that are gathered at a time: 128 kB.
GATHERED_ROWS = 1 << 12
# From this share of all rows on, reading all blocks is faster than gathering.
FEW = 1 / 32
# Maxima a row wanted, from which a bound on the k-th best is read: with 4, few of them coincide.
MAXIMA_PER_ROW = 4
# Rows are numbered below 2**32, units lie below 2**30: both fit one sortable number.
ROW_BITS = 32
ROW_MASK = (1 << ROW_BITS) - 1


def to_blocks(millivalues: NDArray[np.integer], block_rows: int = BLOCK_ROWS) -> list[Block]:
    """Blocks (8, m) of the whole thousandths (n, 8) of n rows, m at most `block_rows`."""
    starts = range(0, len(millivalues), block_rows)
    return [
        np.ascontiguousarray(millivalues[at : at + block_rows].T, dtype=np.float32) for at in starts
    ]


def rank_top(
    counted: Sequence[Block],
    microweights: Sequence[int],
    k: int,
    *,
    excluded: Rows | None = None,
) -> Rows:
    """The k best rows, best first; equal scores in the order of rows.

    `counted` are blocks (8, m) of whole thousandths, rows numbered through them; an unknown value
    counts as they say. `excluded` are ascending rows that take no part. There are fewer than k
    if there are fewer rows. Raises ValueError for weights that are no profile's, or k below 0.
    """
    starts = _starts(counted)
    left_out = np.empty(0, np.intp) if excluded is None else excluded
    ends = np.searchsorted(left_out, starts).tolist()
    pieces = (
        _Piece(starts[n], counted[n], left_out[ends[n] : ends[n + 1]] - starts[n])
        for n in _scattered(len(counted))
    )
    return _rank(pieces, _Scorer(_split(microweights), _widest(counted)), k)


def rank_rows(counted: Sequence[Block], microweights: Sequence[int], rows: Rows, k: int) -> Rows:
    """The k best of the given ascending rows, as `rank_top` orders them."""
    starts = _starts(counted)
    split = _split(microweights)
    if rows.size >= FEW * starts[-1]:
        return _rank(_with_only(counted, rows), _Scorer(split, _widest(counted)), k)
    pieces = (
        _Piece(at, _gather(counted, starts, rows[at : at + GATHERED_ROWS]))
        for at in (n * GATHERED_ROWS for n in _scattered(-(-rows.size // GATHERED_ROWS)))
    )
    return rows[_rank(pieces, _Scorer(split, GATHERED_ROWS), k)]


def score_rows(counted: Sequence[Block], microweights: Sequence[int], rows: Rows) -> Integers:
    """The units (score x 10,000,000) of the given rows, in any order."""
    weights = np.array(microweights, np.float64)  # Holds products and sums exactly, below 2**53.
    order = np.argsort(rows)
    units = np.empty(rows.size, np.int64)
    units[order] = weights @ _gather(counted, _starts(counted), rows[order])
    return units


def count_above(
    counted: Sequence[Block],
    microweights: Sequence[int],
    units: Sequence[int],
    *,
    excluded: Rows | None = None,
) -> Integers:
    """How many rows score strictly more than each of the given units, in one pass.

    One more than that is the competition rank; `excluded` rows are not counted.
    """
    scorer = _Scorer(_split(microweights), _widest(counted))
    above = np.zeros(len(units), np.int64)
    for block in counted:
        scorer.read(_Piece(0, block))
        for n, own in enumerate(units):
            above[n] += np.count_nonzero(scorer.reaches(own + 1))
    if excluded is not None and excluded.size:
        ascending = np.sort(score_rows(counted, microweights, excluded))
        above -= excluded.size - np.searchsorted(ascending, np.array(units), side="right")
    return above


@dataclass(frozen=True, slots=True)
class _Split:
    """Weights as `step` x `high` + `low`, in single precision; no `low` if all of it is 0."""

    step: int
    high: Block
    low: Block | None
    most_low: int  # The most that the low part adds to a score.


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, the number of its first row, and the places that take no part or alone do."""

    start: int
    columns: Block
    excluded: Rows | None = None
    only: Rows | None = None


def _split(microweights: Sequence[int]) -> _Split:
    """The coarsest split of the weights of which both sums are exact in single precision."""
    if len(microweights) != len(CRITERIA) or min(microweights) < 0:
        raise ValueError("microweights must be one non-negative number a criterion")
    if sum(microweights) != WEIGHT_STEPS:
        raise ValueError("microweights must add up to 1,000,000")
    step = gcd(*microweights)
    if WEIGHT_STEPS * VALUE_STEPS // step >= EXACT_SINGLES:
        step = LOW_STEPS
    high, low = np.divmod(np.array(microweights, np.int64), step)
    most_low = int(low.sum()) * VALUE_STEPS
    singles = low.astype(np.float32) if most_low else None
    return _Split(step, high.astype(np.float32), singles, most_low)


class _Scorer:
    """Scores one block after the other, in buffers of its own; masks last until the next."""

    def __init__(self, split: _Split, block_rows: int) -> None:
        self._split = split
        self._buffers = np.empty((3, block_rows), np.float32)
        self._mask = np.empty(block_rows, np.bool_)

    def read(self, piece: _Piece) -> None:
        """Takes up a block; places that take no part reach no score from here on."""
        size = piece.columns.shape[1]
        self._columns = piece.columns
        self._high, self._low, self._beyond = self._buffers[:, :size]
        self._reached = self._mask[:size]
        self._has_low = False
        np.dot(self._split.high, piece.columns, out=self._high)
        if piece.excluded is not None and piece.excluded.size:
            self._high[piece.excluded] = -np.inf
        if piece.only is not None:
            # Adding is many times faster than setting by a mask, which is a branch a row.
            self._beyond.fill(-np.inf)
            self._beyond[piece.only] = 0
            np.add(self._high, self._beyond, out=self._high)

    def may_reach(self, units: int) -> Places:
        """Which places reach the units if their low part is as high as can be."""
        least = -((self._split.most_low - units) // self._split.step)
        np.greater_equal(self._high, least, out=self._reached)
        return self._reached

    def reaches(self, units: int) -> Places:
        """Which places reach the units.

        What lies between a score and the units is a whole number too: where it is below 2**24 it
        is exact, and rounding does not change the sign of a larger one.
        """
        if self._split.low is None:
            return self.may_reach(units)
        if not self._has_low:
            np.dot(self._split.low, self._columns, out=self._low)
            self._has_low = True
        steps, rest = divmod(units, self._split.step)
        np.subtract(self._high, steps, out=self._beyond)
        np.multiply(self._beyond, self._split.step, out=self._beyond)
        np.add(self._beyond, self._low, out=self._beyond)
        np.greater_equal(self._beyond, rest, out=self._reached)
        return self._reached

    def reaching(self, units: int, k: int) -> Rows:
        """The places that reach the units, and few that do not; of a crowd, the k best for sure."""
        crowd = k + CROWD * self._high.size
        crowded = np.count_nonzero(self.may_reach(units)) > crowd
        if crowded and np.count_nonzero(self.reaches(units)) > crowd:
            units = max(units, self.bound(k))
            if np.count_nonzero(self.reaches(units)) > crowd:
                # Many are tied; behind k that reach the units, only more than these counts.
                first = self._reached.nonzero()[0][:k]
                return np.union1d(first, self.reaches(units + 1).nonzero()[0])
        return self._reached.nonzero()[0]

    def bound(self, k: int) -> int:
        """Units that k places of the block reach."""
        units = _kth_most(self._high, k) * self._split.step
        if self._split.low is not None:
            self.reaches(units)
            units += _kth_most(self._beyond, k)  # No more than a low part, so it is exact.
        return units

    def units(self, places: Rows) -> Integers:
        """The units of these places."""
        units: Integers = self._high.take(places).astype(np.int64) * self._split.step
        if self._split.low is not None:
            low = self._split.low @ self._columns.take(places, axis=1)
            units += low.astype(np.int64)
        return units


def _kth_most(sums: Block, k: int) -> int:
    """A number that k of the sums reach, near the k-th highest; at least 0."""
    while sums.size >= 2 * MAXIMA_PER_ROW * k:
        half = sums.size // 2
        sums = np.maximum(sums[:half], sums[half : 2 * half])
    if sums.size < k:
        return 0
    return int(max(np.sort(sums)[-k], 0))


class _Best:
    """The best rows so far, as numbers that sort by units, then by row from the last."""

    def __init__(self, k: int) -> None:
        self._k = k
        self._keys = [np.empty(0, np.int64)]
        self._waiting = 0
        self._worst: tuple[int, int] | None = None

    def least(self, start: int) -> int:
        """Units that a row from `start` on needs to be among the best."""
        if self._worst is None:
            return 0
        units, row = self._worst
        return units + (start > row)

    def add(self, rows: Rows, units: Integers) -> None:
        """Adds candidates; merging waits until it is worth its while."""
        self._keys.append((units << ROW_BITS) - rows)
        self._waiting += rows.size
        if self._worst is None or self._waiting > self._k:
            self._merge()

    def _merge(self) -> None:
        keys = np.concatenate(self._keys)
        if keys.size >= self._k:
            keys.partition(keys.size - self._k)
            keys = keys[keys.size - self._k :].copy()
            row = -int(keys[0]) & ROW_MASK
            self._worst = (int(keys[0]) + row) >> ROW_BITS, row
        self._keys, self._waiting = [keys], 0

    def rows(self) -> Rows:
        """The best rows, best first."""
        self._merge()
        return (-np.sort(self._keys[0])[::-1] & ROW_MASK).astype(np.intp)


def _rank(pieces: Iterable[_Piece], scorer: _Scorer, k: int) -> Rows:
    if k < 0:
        raise ValueError("k must be 0 or more")
    if k == 0:
        return np.empty(0, np.intp)
    best = _Best(k)
    for piece in pieces:
        scorer.read(piece)
        places = scorer.reaching(best.least(piece.start), k)
        if places.size:
            best.add(places + piece.start, scorer.units(places))
    return best.rows()


def _starts(counted: Sequence[Block]) -> list[int]:
    """The number of each block's first row, and of the row after the last."""
    return list(accumulate((block.shape[1] for block in counted), initial=0))


def _widest(counted: Sequence[Block]) -> int:
    return max((block.shape[1] for block in counted), default=0)


def _gather(counted: Sequence[Block], starts: Sequence[int], rows: Rows) -> Block:
    """The values (8, m) of m ascending rows."""
    ends = np.searchsorted(rows, starts).tolist()
    gathered = np.empty((len(CRITERIA), rows.size), np.float32)
    for n, (begin, end) in enumerate(pairwise(ends)):
        if begin < end:
            gathered[:, begin:end] = counted[n].take(rows[begin:end] - starts[n], axis=1)
    return gathered


def _with_only(counted: Sequence[Block], rows: Rows) -> Iterator[_Piece]:
    """The blocks in which any of the ascending rows are, with these alone."""
    starts = _starts(counted)
    ends = np.searchsorted(rows, starts).tolist()
    for n in _scattered(len(counted)):
        if ends[n] < ends[n + 1]:
            yield _Piece(starts[n], counted[n], only=rows[ends[n] : ends[n + 1]] - starts[n])


def _scattered(count: int) -> Iterator[int]:
    """0 to `count` - 1, from 0 on by the golden section around the circle.

    Whatever order the rows are in, few blocks are then better than all before them; and of equal
    rows the first come first.
    """
    stride = max(1, round(count * 0.618))
    while count and gcd(stride, count) > 1:
        stride += 1
    return (turn * stride % count for turn in range(count))
