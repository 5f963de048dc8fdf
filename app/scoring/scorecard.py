"""Measures of past rankings against what became of what they ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Outcome:
    """One ranked proposal whose outcome is known: its rank (1 is best) and whether it came about.

    Ranks are compared only within one ranking, and may be shared.
    """

    rank: float
    succeeded: bool


def concordance(outcomes: Sequence[Outcome]) -> tuple[Fraction, int]:
    """Of the pairs of one that succeeded and one that did not, those ranked rightly, and how many.

    A shared rank counts one half. Their ratio is the area under the ROC curve (Hanley and McNeil,
    Radiology 143, 1982).
    """
    good = [o.rank for o in outcomes if o.succeeded]
    bad = [o.rank for o in outcomes if not o.succeeded]
    wins = sum(g < b for g in good for b in bad)
    ties = sum(g == b for g in good for b in bad)
    return wins + Fraction(ties, 2), len(good) * len(bad)


def precision_at(k: int, outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """How many of the k best ranked succeeded, and of how many: all that share the kth rank."""
    ranks = sorted(o.rank for o in outcomes)
    last = ranks[min(k, len(ranks)) - 1] if ranks else 0
    first = [o for o in outcomes if o.rank <= last]
    return sum(o.succeeded for o in first), len(first)


def reciprocal_rank(outcomes: Sequence[Outcome]) -> Fraction | None:
    """1 over the place of the first that succeeded, a shared rank at its mean place; None if none.

    (Voorhees, TREC-8 question answering track report, 1999.)
    """
    good = [o.rank for o in outcomes if o.succeeded]
    if not good:
        return None
    best = min(good)
    before = sum(o.rank < best for o in outcomes)
    shared = sum(o.rank == best for o in outcomes)
    return 1 / (before + Fraction(shared + 1, 2))
