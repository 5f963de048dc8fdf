"""Attribution: a move divided among its causes, so that the parts add up to the whole of it."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial


def shapley(causes: Sequence[str], value: Callable[[frozenset[str]], int]) -> dict[str, int]:
    """Each cause's share of value(all) - value(none), in whole units, adding up exactly.

    The Shapley value (Shapley, "A value for n-person games", 1953): the mean, over all orders in
    which the causes could have come, of what each one adds when it comes. Shares are rounded to
    whole units by the largest remainder. `value` is called once for each subset of the causes.
    """
    values = {
        frozenset(subset): value(frozenset(subset))
        for size in range(len(causes) + 1)
        for subset in combinations(causes, size)
    }
    exact = {cause: _mean_addition(cause, causes, values) for cause in causes}
    return _to_whole(exact, values[frozenset(causes)] - values[frozenset()])


def _mean_addition(
    cause: str, causes: Sequence[str], values: dict[frozenset[str], int]
) -> Fraction:
    total, count = Fraction(0), len(causes)
    for before, reached in values.items():
        if cause not in before:
            orders = factorial(len(before)) * factorial(count - len(before) - 1)
            total += orders * (values[before | {cause}] - reached)
    return total / factorial(count)


def _to_whole(exact: dict[str, Fraction], total: int) -> dict[str, int]:
    whole = {cause: share.__floor__() for cause, share in exact.items()}
    missing = total - sum(whole.values())
    by_remainder = sorted(exact, key=lambda cause: whole[cause] - exact[cause])
    return {c: n + (c in by_remainder[:missing]) for c, n in whole.items()}
