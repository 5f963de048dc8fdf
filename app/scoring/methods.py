"""Methods of aggregation beside the weighted sum, all over the same anchored values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from app.scoring.aggregate import (
    UNITS_PER_POINT,
    VALUE_STEPS,
    Floats,
    Integers,
    Matrices,
    Scores,
    to_millivalues,
    weighted_sum,
)
from app.scoring.profiles import WEIGHT_STEPS, Profile

Method = Literal["weighted_sum", "weighted_product", "topsis", "promethee_2"]
METHODS: tuple[Method, ...] = get_args(Method)
ContributionKind = Literal["additive", "multiplicative", "absent"]

# PROMETHEE II: the difference that makes a full preference, in thousandths: one step of the scale.
PREFERENCE_THRESHOLD = 250


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """What a method's score means, and what can be said of it."""

    method: Method
    meaning: str
    contributions: ContributionKind
    can_reverse_ranks: bool
    published_in: str


FACTS: dict[Method, MethodFacts] = {
    facts.method: facts
    for facts in (
        MethodFacts(
            "weighted_sum",
            "The sum of weight x value, of 100: a low value is made good by a high one.",
            "additive",
            can_reverse_ranks=False,
            published_in="Fishburn, Operations Research 15 (1967)",
        ),
        MethodFacts(
            "weighted_product",
            "The product of the values, each to the power of its weight, of 100: a value of zero "
            "is never made good.",
            "multiplicative",
            can_reverse_ranks=False,
            published_in="Bridgman, Dimensional Analysis (1922)",
        ),
        MethodFacts(
            "topsis",
            "How near the proposal is to the best point of the scale (all values 1) and how far "
            "from the worst (all 0), of 100. Both points are fixed, not taken from the list.",
            "absent",
            can_reverse_ranks=False,
            published_in="Hwang and Yoon, Multiple Attribute Decision Making (1981)",
        ),
        MethodFacts(
            "promethee_2",
            "50 x (1 + net flow): how much it is preferred to the others in the list, less how "
            "much they are preferred to it. It is about this list alone, and a proposal that "
            "comes or goes can reverse the order of two others.",
            "absent",
            can_reverse_ranks=True,
            published_in="Brans and Vincke, Management Science 31 (1985)",
        ),
    )
}


def score(method: Method, matrices: Matrices, profile: Profile) -> Scores:
    """Scores of n proposals by a method, in the same units as the weighted sum."""
    if method == "weighted_sum":
        return weighted_sum(matrices, profile)
    if method == "promethee_2":
        return _score_by_flows(matrices, profile)
    weights = np.array(profile.microweights) / WEIGHT_STEPS
    function = weighted_product if method == "weighted_product" else topsis
    return _scores(matrices, profile, lambda values: _to_units(function(values, weights)))


def _scores(matrices: Matrices, profile: Profile, units: Callable[[Floats], Integers]) -> Scores:
    known = (~np.isnan(matrices.values)).astype(np.int64)
    return Scores(
        units=units(counted(matrices.values)),
        low_units=units(counted(matrices.lows)),
        high_units=units(counted(matrices.highs)),
        known_microweights=known @ np.array(profile.microweights, np.int64),
    )


def _to_units(shares: Floats) -> Integers:
    return np.rint(shares * (100 * UNITS_PER_POINT)).astype(np.int64)


def counted(values: Floats) -> Floats:
    """Values as every method counts them: to 0.001, and 0.5 for an unknown one."""
    return to_millivalues(values) / VALUE_STEPS


def weighted_product(values: Floats, weights: Floats) -> Floats:
    """The weighted product of values (n, m) in [0, 1], by weights (m,) that sum to 1: (n,)."""
    product: Floats = np.prod(np.power(values, weights), axis=1)
    return product


def factors(values: Floats, weights: Floats) -> Floats:
    """What each value multiplies the weighted product by, in [0, 1]: (n, m)."""
    powers: Floats = np.power(values, weights)
    return powers


def topsis(
    values: Floats,
    weights: Floats,
    ideal: Floats | float = 1.0,
    anti_ideal: Floats | float = 0.0,
) -> Floats:
    """Relative closeness to the ideal, in [0, 1], of values (n, m) by weights (m,): (n,).

    `ideal` and `anti_ideal` are points of the same scale as the values. The ends of the anchored
    scale, which are the defaults, make a closeness independent of the other rows
    (García-Cascales and Lamata, Mathematical and Computer Modelling 56, 2012).
    """
    to_ideal = np.sqrt((((values - ideal) * weights) ** 2).sum(axis=1))
    to_anti_ideal = np.sqrt((((values - anti_ideal) * weights) ** 2).sum(axis=1))
    closeness: Floats = to_anti_ideal / (to_ideal + to_anti_ideal)
    return closeness


def net_flows(
    millivalues: Integers, at: Integers | None = None, threshold: int = PREFERENCE_THRESHOLD
) -> Integers:
    """Net preference flows of each row by criterion, (n, m), times threshold x (n - 1), exact.

    The preference function is Brans and Vincke's type III (V-shape): a difference d is preferred
    to the degree min(1, d / threshold). With `at`, each row's flow is what it would be were its own
    values those, and all others as they are. Sorting once makes it O(n log n), as in Calders and
    Van Assche, "PROMETHEE is not quadratic" (2018).
    """
    own = millivalues if at is None else at
    flows = np.empty_like(own)
    for c in range(own.shape[1]):
        column = np.sort(millivalues[:, c])
        sums = np.concatenate(([0], np.cumsum(column)))
        x = own[:, c]
        below = np.searchsorted(column, x - threshold, side="right")
        reached = np.searchsorted(column, x + threshold, side="left")
        near = (reached - below) * x - (sums[reached] - sums[below])
        flows[:, c] = threshold * (below + reached - len(column)) + near
        flows[:, c] -= np.clip(x - millivalues[:, c], -threshold, threshold)
    return flows


def _score_by_flows(matrices: Matrices, profile: Profile) -> Scores:
    millivalues = to_millivalues(matrices.values)
    weights = np.array(profile.microweights, np.int64)
    most = WEIGHT_STEPS * PREFERENCE_THRESHOLD * max(1, len(millivalues) - 1)

    def units(values: Floats) -> Integers:
        flow = net_flows(millivalues, to_millivalues(values)) @ weights
        return _to_units((1 + flow / most) / 2)

    known = (~np.isnan(matrices.values)).astype(np.int64)
    return Scores(
        units=units(matrices.values),
        low_units=units(matrices.lows),
        high_units=units(matrices.highs),
        known_microweights=known @ weights,
    )


def linear_parts(method: Method, values: Floats) -> Floats | None:
    """What a method's order is a weighted sum of, (n, m); None where it is no weighted sum.

    `values` are in [0, 1]. The weighted sum has the values, the product their logarithms (-inf at
    zero), PROMETHEE II the flows by criterion.
    """
    if method == "topsis":
        return None
    if method == "weighted_sum":
        return values
    if method == "weighted_product":
        with np.errstate(divide="ignore"):
            logarithms: Floats = np.log(values)
        return logarithms
    most = PREFERENCE_THRESHOLD * max(1, len(values) - 1)
    return net_flows(to_millivalues(values)) / most
