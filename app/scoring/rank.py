"""From scores to an order and to ranks."""

from collections.abc import Sequence

import numpy as np

from app.scoring.aggregate import Integers


def order_by_score(units: Integers, ids: Sequence[str]) -> list[int]:
    """Positions from the highest score down; equal scores in the order of their ids."""
    return sorted(range(len(ids)), key=lambda i: (-int(units[i]), ids[i]))


def competition_ranks(units: Integers) -> Integers:
    """Rank of each row: 1 + the number of rows with a higher score; equal scores share a rank."""
    ascending = np.sort(units)
    return len(units) - np.searchsorted(ascending, units, side="right") + 1
