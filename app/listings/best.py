"""The best proposals under any weights, found in the values of the index."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.listings.index import RankingIndex
from app.listings.page import select, to_least_units
from app.listings.table import Rows
from app.recommendations.candidates import Filters
from app.scoring.aggregate import Integers
from app.scoring.profiles import Profile
from app.scoring.top import Rows as Places
from app.scoring.top import count_above, rank_rows, rank_top, score_rows


@dataclass(frozen=True, slots=True)
class Best:
    """Some rows, best first, with their ranks among all that pass, and how many were wanted."""

    rows: Sequence[int]
    ranks: Sequence[int]
    total: int


def find_best(
    index: RankingIndex, profile: Profile, filters: Filters, k: int, min_score: float | None
) -> Best:
    """The k best of those that pass the filters and reach the least score."""
    passing = select(index, filters)
    rows = _rank(index, profile, passing, k)
    units = score_rows(index.table.blocks, profile.microweights, rows)
    total = len(index.table) if passing is None else len(passing)
    if min_score is not None:
        least = to_least_units(min_score)
        rows, units = rows[units >= least], units[units >= least]
        total = _count_reaching(index, profile, passing, least)
    # Nothing is above the first, so the place of a score in this order is its rank.
    ranks = np.searchsorted(-units, -units) + 1
    return Best(rows.tolist(), ranks.tolist(), total)


def _rank(index: RankingIndex, profile: Profile, passing: Rows | None, k: int) -> Places:
    """The best rows of those in the order of ids, and of those added since, put together."""
    table, weights = index.table, profile.microweights
    if passing is None:
        added: Places = np.arange(table.sorted_rows, len(table.ids))
        left_out = np.union1d(table.gone, added).astype(np.intp)
        best = rank_top(table.blocks, weights, k, excluded=left_out)
        added = np.setdiff1d(added, table.gone, assume_unique=True)
    else:
        rows = passing.astype(np.intp)
        first = int(np.searchsorted(rows, table.sorted_rows))
        best, added = rank_rows(table.blocks, weights, rows[:first], k), rows[first:]
    if not len(added):
        return best
    both: Places = np.concatenate([best, added])
    units = score_rows(table.blocks, weights, both).tolist()
    names = [table.ids[row] for row in both.tolist()]
    order = sorted(range(len(names)), key=lambda i: (-units[i], names[i]))
    return both[order[:k]]


def _count_reaching(index: RankingIndex, profile: Profile, passing: Rows | None, least: int) -> int:
    table, weights = index.table, profile.microweights
    if passing is None:
        above: Integers = count_above(
            table.blocks, weights, [least - 1], excluded=table.gone.astype(np.intp)
        )
        return int(above[0])
    return int(
        np.count_nonzero(score_rows(table.blocks, weights, passing.astype(np.intp)) >= least)
    )
