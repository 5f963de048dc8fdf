"""Sensitivity: the change of one weight at which two proposals swap places, in closed form.

When the weight of criterion c becomes t, the others keep their proportions and share 1 - t. The
difference of two scores is then linear in t, so the swap point is where that line crosses zero.
(Triantaphyllou and Sánchez, Decision Sciences 28, 1997, with proportions kept.)
"""

from dataclasses import dataclass

import numpy as np

from app.scoring.aggregate import Floats

# Scores nearer than this are taken for equal: floats have noise.
TIE = 1e-12


@dataclass(frozen=True, slots=True)
class SwapPoint:
    """The criterion (column) whose weight moves least, from `weight` to `swap_weight`, and whom
    (row) the proposal then meets.
    """

    column: int
    weight: float
    swap_weight: float
    row: int

    @property
    def change(self) -> float:
        """How much the weight moves, signed."""
        return self.swap_weight - self.weight


def swap_weights(parts: Floats, weights: Floats, row: int) -> Floats:
    """The weight of each criterion at which a row meets each other row, (n, m); NaN where never.

    `parts` (n, m) is what the score is a weighted sum of, `weights` (m,) sums to 1. A row that is
    equal now meets at no weight, nor does one that stays on its side for every weight in [0, 1].
    """
    scores = _sum(parts, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = parts[row] - parts
        rest = ((scores[row] - scores)[:, None] - weights * difference) / (1 - weights)
        found = rest / (rest - difference)
        never = ~np.isfinite(found) | (found < 0) | (found > 1)
        never |= (np.abs(scores[row] - scores) <= TIE)[:, None]
    never |= weights >= 1
    return np.where(never, np.nan, found)


def _sum(parts: Floats, weights: Floats) -> Floats:
    """The weighted sum; a criterion of no weight adds nothing, whatever its part."""
    counted = np.where(weights > 0, parts, 0.0)
    total: Floats = counted @ weights
    return total


def nearest_swap(
    parts: Floats, weights: Floats, row: int, other: int | None = None
) -> SwapPoint | None:
    """The smallest change of one weight that swaps a row with `other`, or with any other row.

    None if no change of one weight does.
    """
    found = swap_weights(parts, weights, row)
    distance = np.abs(found - weights)
    if other is not None:
        keep = np.full(len(parts), True)
        keep[other] = False
        distance[keep] = np.nan
    if not np.any(np.isfinite(distance)):
        return None
    met, column = np.unravel_index(np.nanargmin(distance), distance.shape)
    return SwapPoint(int(column), float(weights[column]), float(found[met, column]), int(met))


def move_weight(weights: Floats, column: int, weight: float) -> Floats:
    """The weights when one of them is `weight` and the others keep their proportions."""
    moved: Floats = weights * ((1 - weight) / (1 - weights[column]))
    moved[column] = weight
    return moved
