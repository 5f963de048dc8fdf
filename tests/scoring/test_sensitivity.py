"""Swap points, verified by ranking again on both sides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.scoring.sensitivity import move_weight, nearest_swap, swap_weights

M = 4
GRID = st.integers(0, 100).map(lambda n: n / 100)
TABLES = st.integers(2, 5).flatmap(lambda n: arrays(np.float64, (n, M), elements=GRID))
WEIGHTS = st.lists(st.integers(0, 20), min_size=M, max_size=M).filter(any)


def test_a_swap_point_worked_by_hand() -> None:
    """Values (1, 0) and (0, 1) at weights .7 and .3 meet where both weigh the same."""
    found = nearest_swap(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.7, 0.3]), 0)
    assert found is not None
    assert (found.column, found.row) == (0, 1)
    assert (found.swap_weight, found.change) == (pytest.approx(0.5), pytest.approx(-0.2))


def test_no_change_of_one_weight_swaps_a_proposal_that_is_better_in_everything() -> None:
    parts = np.array([[0.9, 0.8, 0.7], [0.1, 0.2, 0.3]])
    assert nearest_swap(parts, np.array([0.2, 0.3, 0.5]), 0) is None


def test_the_whole_weight_on_one_criterion_has_no_proportions_to_keep() -> None:
    parts = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = swap_weights(parts, np.array([1.0, 0.0]), 0)
    assert np.isnan(found[:, 0]).all()


@given(TABLES, WEIGHTS)
def test_the_order_turns_at_the_swap_point_and_not_before(
    parts: np.ndarray, given_weights: list[int]
) -> None:
    weights = np.array(given_weights) / sum(given_weights)
    found = nearest_swap(parts, weights, 0)
    if found is None:
        return
    now = parts @ weights
    at = parts @ move_weight(weights, found.column, found.swap_weight)
    assert at[0] == pytest.approx(at[found.row], abs=1e-9)
    beyond = found.swap_weight + np.sign(found.change) * 1e-4
    before = found.swap_weight - np.sign(found.change) * min(1e-4, abs(found.change) / 2)
    was, still = (
        now[0] - now[found.row],
        (parts @ move_weight(weights, found.column, before))[[0, found.row]],
    )
    if abs(still[0] - still[1]) > 1e-9:
        assert np.sign(still[0] - still[1]) == np.sign(was)
    if 0 <= beyond <= 1:
        after = (parts @ move_weight(weights, found.column, beyond))[[0, found.row]]
        if abs(after[0] - after[1]) > 1e-9:
            assert np.sign(after[0] - after[1]) == -np.sign(was)


@given(TABLES, WEIGHTS, st.integers(0, M - 1), GRID)
def test_no_smaller_change_of_any_weight_moves_the_rank(
    parts: np.ndarray, given_weights: list[int], column: int, weight: float
) -> None:
    weights = np.array(given_weights) / sum(given_weights)
    if weights[column] == 1:
        return
    found = nearest_swap(parts, weights, 0)
    if found is not None and abs(weight - weights[column]) >= abs(found.change) - 1e-9:
        return
    before, after = parts @ weights, parts @ move_weight(weights, column, weight)
    clear = np.abs(before - before[0]) > 1e-9
    clear &= np.abs(after - after[0]) > 1e-9
    assert (np.sign(before - before[0])[clear] == np.sign(after - after[0])[clear]).all()


@given(TABLES, WEIGHTS, st.integers(0, M - 1), GRID)
def test_moved_weights_keep_their_sum_and_proportions(
    parts: np.ndarray, given_weights: list[int], column: int, weight: float
) -> None:
    del parts
    weights = np.array(given_weights) / sum(given_weights)
    if weights[column] == 1:
        return
    moved = move_weight(weights, column, weight)
    assert moved.sum() == pytest.approx(1)
    assert moved[column] == weight
    others = [i for i in range(M) if i != column]
    assert moved[others] * weights[others].sum() == pytest.approx(
        weights[others] * moved[others].sum()
    )
