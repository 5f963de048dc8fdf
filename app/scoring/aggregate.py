"""The weighted sum, exact: values in thousandths times weights in millionths, added as integers.

The weighted-sum model (Fishburn 1967; Triantaphyllou, "Multi-Criteria Decision Making Methods",
2000, ch. 2) over anchored values. Values are rounded to 0.001 once; from there nothing is rounded,
so contributions add up to the score in exact decimal arithmetic, and the order has no noise in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.assessment import CRITERIA, Assessment
from app.scoring.profiles import WEIGHT_STEPS, Profile

VALUE_STEPS = 1000
UNKNOWN_VALUE = 0.5
# One score point (of 100) is this many units of microweight x millivalue.
UNITS_PER_POINT = WEIGHT_STEPS * VALUE_STEPS // 100

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matrices:
    """Values by proposal (rows) and criterion (columns): as they are (NaN unknown), low, high."""

    values: Floats
    lows: Floats
    highs: Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """One number a proposal: units (score x 10,000,000), low and high units, known weight."""

    units: Integers
    low_units: Integers
    high_units: Integers
    known_microweights: Integers


def to_matrices(rows: Sequence[Sequence[Assessment]]) -> Matrices:
    """The matrices, each (n, 8), of the assessments of n proposals in the order of `CRITERIA`."""
    shape = (len(rows), len(CRITERIA))

    def matrix(pick: str) -> Floats:
        return np.array([[getattr(a, pick) for a in row] for row in rows], np.float64).reshape(
            shape
        )

    return Matrices(matrix("value"), matrix("low"), matrix("high"))


def to_millivalues(values: Floats) -> Integers:
    """Whole thousandths of values in [0, 1]; an unknown (NaN) one counts at the middle."""
    return np.rint(np.nan_to_num(values, nan=UNKNOWN_VALUE) * VALUE_STEPS).astype(np.int64)


def to_millivalue(value: float) -> int:
    """Whole thousandths of one known value, rounded half to even as `to_millivalues` does."""
    return round(value * VALUE_STEPS)


def shown(value: float) -> float:
    """A value as every answer shows it, and as the sum counts it: to 0.001."""
    return to_millivalue(value) / VALUE_STEPS


def weighted_sum(matrices: Matrices, profile: Profile) -> Scores:
    """Scores of n proposals, each independent of the other rows. Raises ValueError off [0, 1]."""
    for name, block in (("lows", matrices.lows), ("highs", matrices.highs)):
        if block.size and not (np.all(block >= 0) and np.all(block <= 1)):
            raise ValueError(f"{name} must be in [0, 1]")
    weights = np.array(profile.microweights, np.int64)
    known = (~np.isnan(matrices.values)).astype(np.int64)
    return Scores(
        units=to_millivalues(matrices.values) @ weights,
        low_units=to_millivalues(matrices.lows) @ weights,
        high_units=to_millivalues(matrices.highs) @ weights,
        known_microweights=known @ weights,
    )


def to_points(units: int) -> float:
    """Units as score points, 0 to 100, the nearest float of an exact four-decimal number."""
    return units / UNITS_PER_POINT
