"""Methods of aggregation: pymcdm as oracle, published tables, and properties."""

from math import nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymcdm.methods import PROMETHEE_II, TOPSIS, WPM, WSM

from app.scoring.aggregate import Matrices, to_millivalues, to_points
from app.scoring.assessment import CRITERIA
from app.scoring.methods import (
    FACTS,
    METHODS,
    PREFERENCE_THRESHOLD,
    counted,
    factors,
    linear_parts,
    net_flows,
    score,
    topsis,
    weighted_product,
)
from app.scoring.profiles import BALANCED, BUILT_IN, own_weights

M = len(CRITERIA)
GRID = st.integers(0, 1000).map(lambda n: n / 1000)
VALUES = st.one_of(st.just(nan), GRID)
TABLES = st.integers(2, 7).flatmap(lambda n: arrays(np.float64, (n, M), elements=GRID))
# (backing, momentum) of two proposals, and of a third that turns their order.
REVERSED = ((0.25, 0.55), (0.45, 0.25), (0.5, 0.9))
WEIGHTS = st.lists(st.integers(1, 100), min_size=M, max_size=M).map(lambda w: np.array(w) / sum(w))


def certain(values: np.ndarray) -> Matrices:
    unknown = np.isnan(values)
    return Matrices(values, np.where(unknown, 0, values), np.where(unknown, 1, values))


def as_is(column: np.ndarray, cost: bool = False) -> np.ndarray:
    """No normalisation: values are anchored."""
    assert not cost
    return column


@given(TABLES, WEIGHTS)
def test_the_weighted_product_agrees_with_pymcdm(values: np.ndarray, weights: np.ndarray) -> None:
    values = np.maximum(values, 0.001)
    oracle = WPM(as_is)(values, weights, np.ones(M), validation=False)
    assert weighted_product(values, weights) == pytest.approx(oracle, abs=1e-9)


@given(TABLES, WEIGHTS)
def test_topsis_agrees_with_pymcdm_once_the_ends_of_the_scale_are_in_its_table(
    values: np.ndarray, weights: np.ndarray
) -> None:
    ends = np.vstack([values, np.ones(M), np.zeros(M)])
    oracle = TOPSIS(as_is)(ends, weights, np.ones(M), validation=False)
    assert topsis(values, weights) == pytest.approx(oracle[:-2], abs=1e-9)


@given(TABLES, WEIGHTS)
def test_the_net_flows_agree_with_pymcdm(values: np.ndarray, weights: np.ndarray) -> None:
    thresholds = np.full(M, PREFERENCE_THRESHOLD / 1000)
    method = PROMETHEE_II("vshape", p=thresholds, q=np.zeros(M))
    oracle = method(values, weights, np.ones(M), validation=False)
    flows = net_flows(to_millivalues(values)) @ weights
    assert flows / (PREFERENCE_THRESHOLD * (len(values) - 1)) == pytest.approx(oracle, abs=1e-9)


@given(TABLES)
def test_the_weighted_sum_agrees_with_pymcdm(values: np.ndarray) -> None:
    weights = np.array(BALANCED.microweights) / 1e6
    oracle = WSM(as_is)(values, weights, np.ones(M), validation=False)
    units = score("weighted_sum", certain(values), BALANCED).units
    assert [to_points(int(u)) for u in units] == pytest.approx(list(100 * oracle), abs=1e-9)


def test_a_published_example_of_the_weighted_product_model() -> None:
    """E. Triantaphyllou, Multi-Criteria Decision Making Methods (Springer 2000), example 2-2.

    The table of the weighted-sum example; ratios R(A1/A2) = 1.007 > 1, R(A1/A3) = 1.067 > 1 and
    R(A2/A3) = 1.059 > 1.
    """
    table = np.array([[25, 20, 15, 30], [10, 30, 20, 30], [30, 10, 30, 10]])
    weights = np.array([0.20, 0.15, 0.40, 0.25])
    one, two, three = weighted_product(table, weights)
    assert one / two == pytest.approx(1.007, abs=5e-4)
    assert one / three == pytest.approx(1.067, abs=5e-4)
    assert two / three == pytest.approx(1.059, abs=1e-3)


def test_a_published_example_of_topsis() -> None:
    """The choice of a fighter aircraft: Hwang and Yoon, Multiple Attribute Decision Making (1981).

    Vector normalisation; the fourth criterion is a cost; relative closeness .643, .268, .613, .312.
    """
    table = np.array(
        [
            [2.0, 1500, 20000, 5.5, 5, 9],
            [2.5, 2700, 18000, 6.5, 3, 5],
            [1.8, 2000, 21000, 4.5, 7, 7],
            [2.2, 1800, 20000, 5.0, 5, 5],
        ]
    )
    weights = np.array([0.2, 0.1, 0.1, 0.1, 0.2, 0.3])
    normal = table / np.sqrt((table**2).sum(axis=0))
    best, worst = normal.max(axis=0), normal.min(axis=0)
    best[3], worst[3] = worst[3], best[3]
    closeness = topsis(normal, weights, best, worst)
    assert closeness == pytest.approx([0.643, 0.268, 0.613, 0.312], abs=1e-3)


def test_a_value_of_zero_is_never_made_good_in_a_product() -> None:
    values = np.ones((1, M))
    values[0, 2] = 0
    assert weighted_product(values, np.full(M, 1 / M))[0] == 0


def test_a_criterion_of_no_weight_has_no_bearing_on_any_method() -> None:
    profile = own_weights({"backing": 1, "momentum": 2})
    values = np.full((3, M), 0.5)
    values[:, 0] = 0, 0.5, 1
    for method in METHODS:
        units = score(method, certain(values), profile).units
        assert len(set(units.tolist())) == 1, method


@given(TABLES, st.sampled_from(METHODS), st.sampled_from(BUILT_IN))
def test_scores_are_within_bounds_and_their_interval(
    values: np.ndarray, method: object, profile: object
) -> None:
    lows, highs = np.maximum(values - 0.2, 0), np.minimum(values + 0.2, 1)
    scores = score(method, Matrices(values, lows, highs), profile)  # type: ignore[arg-type]
    assert (scores.low_units >= 0).all()
    assert (scores.low_units <= scores.units).all()
    assert (scores.units <= scores.high_units).all()
    assert (scores.high_units <= 1_000_000_000).all()


@given(TABLES, st.sampled_from(METHODS), st.integers(0, M - 1), GRID)
def test_a_higher_value_never_lowers_the_score(
    values: np.ndarray, method: object, column: int, value: float
) -> None:
    better = values.copy()
    better[0, column] = max(value, better[0, column])
    before = score(method, certain(values), BALANCED).units[0]  # type: ignore[arg-type]
    after = score(method, certain(better), BALANCED).units[0]  # type: ignore[arg-type]
    assert after >= before - 1


@given(TABLES, st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    values: np.ndarray, method: object, random: object
) -> None:
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    units = score(method, certain(values), BALANCED).units  # type: ignore[arg-type]
    shuffled = score(method, certain(values[order]), BALANCED).units  # type: ignore[arg-type]
    assert shuffled.tolist() == units[order].tolist()


@given(TABLES, st.sampled_from([m for m in METHODS if not FACTS[m].can_reverse_ranks]))
def test_methods_that_say_so_never_reverse_ranks(values: np.ndarray, method: object) -> None:
    whole = score(method, certain(values), BALANCED).units  # type: ignore[arg-type]
    fewer = score(method, certain(values[:-1]), BALANCED).units  # type: ignore[arg-type]
    assert whole[:-1].tolist() == fewer.tolist()


def test_a_published_example_of_promethee_2() -> None:
    """Net flows .1, -.3, .2 with the usual criterion, as pymcdm documents them.

    After Mareschal, De Smet and Nemery, "Rank reversal in the PROMETHEE II method" (2008). On whole
    numbers a V-shape with the threshold 1 is the usual criterion.
    """
    table = np.array([[4, 3, 2], [3, 2, 4], [5, 1, 3]])
    flows = net_flows(table, threshold=1) @ np.array([0.5, 0.3, 0.2])
    assert flows / (len(table) - 1) == pytest.approx([0.1, -0.3, 0.2])


def test_promethee_can_reverse_ranks_as_it_says() -> None:
    """Two proposals of two criteria, and a third that comes: the order of the two turns."""
    profile = own_weights({"backing": 1, "momentum": 1})
    values = np.full((3, M), 0.5)
    values[:, [CRITERIA.index("backing"), CRITERIA.index("momentum")]] = REVERSED
    before = score("promethee_2", certain(values[:2]), profile).units
    after = score("promethee_2", certain(values), profile).units
    assert before[0] > before[1]
    assert after[0] < after[1]
    assert FACTS["promethee_2"].can_reverse_ranks


def test_flows_of_one_row_are_zero_and_its_score_is_the_middle() -> None:
    values = np.full((1, M), 0.9)
    assert score("promethee_2", certain(values), BALANCED).units.tolist() == [500_000_000]


@given(TABLES)
def test_flows_add_up_to_zero_over_all_rows(values: np.ndarray) -> None:
    assert net_flows(to_millivalues(values)).sum(axis=0).tolist() == [0] * M


@given(TABLES, GRID)
def test_a_flow_at_other_values_is_that_of_the_row_with_those_values(
    values: np.ndarray, value: float
) -> None:
    at = to_millivalues(values).copy()
    at[0] = round(value * 1000)
    moved = to_millivalues(values).copy()
    moved[0] = at[0]
    assert net_flows(to_millivalues(values), at)[0].tolist() == net_flows(moved)[0].tolist()


@given(TABLES, WEIGHTS)
def test_factors_multiply_to_the_product(values: np.ndarray, weights: np.ndarray) -> None:
    product = np.prod(factors(values, weights), axis=1)
    assert product == pytest.approx(weighted_product(values, weights))


@given(TABLES, st.sampled_from(METHODS))
def test_linear_parts_order_as_the_method_does(values: np.ndarray, method: object) -> None:
    values = np.maximum(values, 0.001)
    parts = linear_parts(method, values)  # type: ignore[arg-type]
    if parts is None:
        assert method == "topsis"
        return
    sums = parts @ (np.array(BALANCED.microweights) / 1e6)
    units = score(method, certain(values), BALANCED).units.astype(float)  # type: ignore[arg-type]
    gaps, unit_gaps = np.subtract.outer(sums, sums), np.subtract.outer(units, units)
    clear = np.abs(gaps) > 1e-6
    assume(clear.any())
    assert (np.sign(gaps[clear]) == np.sign(unit_gaps[clear])).all()


def test_an_unknown_value_counts_at_the_middle() -> None:
    assert counted(np.array([[nan, 0.25]])).tolist() == [[0.5, 0.25]]


def test_every_method_says_what_its_score_means() -> None:
    assert set(FACTS) == set(METHODS)
    assert {f.contributions for f in FACTS.values()} == {"additive", "multiplicative", "absent"}
