"""The best rows under any weights, beside a plain sort of exact sums."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.scoring.profiles import BALANCED, own_weights
from app.scoring.rank import competition_ranks
from app.scoring.top import count_above, rank_rows, rank_top, score_rows, to_blocks

Millivalues = NDArray[np.int64]
THIRDS = (333_334, 333_333, 333_333, 0, 0, 0, 0, 0)
ODD = (142_857, 142_857, 142_857, 142_857, 142_857, 142_857, 142_857, 1)
WEIGHTS = {
    "balanced": BALANCED.microweights,
    "one criterion": (0, 0, 0, 1_000_000, 0, 0, 0, 0),
    "thirds": THIRDS,
    "odd": ODD,
}


def plain_units(millivalues: Millivalues, weights: tuple[int, ...]) -> NDArray[np.int64]:
    return millivalues.astype(np.int64) @ np.array(weights, np.int64)


def plain_order(units: NDArray[np.int64]) -> list[int]:
    return np.lexsort((np.arange(len(units)), -units)).tolist()


def drawn(rows: int, seed: int = 1) -> Millivalues:
    return np.random.default_rng(seed).integers(0, 1001, (rows, 8))


def with_one_column_constant(rows: int) -> Millivalues:
    millivalues = drawn(rows)
    millivalues[:, 1] = 500
    return millivalues


def one_unit_apart(rows: int) -> Millivalues:
    """Sums that differ by single units of the odd weights, around one value."""
    millivalues = np.full((rows, 8), 700)
    millivalues[:, 7] = np.random.default_rng(2).integers(0, 1001, rows)
    return millivalues


SHAPES: dict[str, Callable[[int], Millivalues]] = {
    "any values": drawn,
    "coarse values": lambda rows: drawn(rows) // 250 * 250,
    "all unknown": lambda rows: np.full((rows, 8), 500),
    "all 0": lambda rows: np.zeros((rows, 8), np.int64),
    "all 1000": lambda rows: np.full((rows, 8), 1000),
    "ascending": lambda rows: np.sort(drawn(rows), axis=0),
    "descending": lambda rows: np.sort(drawn(rows), axis=0)[::-1],
    "one column constant": with_one_column_constant,
    "one unit apart": one_unit_apart,
}

PROFILES = st.one_of(
    st.sampled_from(list(WEIGHTS.values())),
    st.lists(st.integers(0, 1000), min_size=8, max_size=8)
    .filter(any)
    .map(lambda given: own_weights(dict(zip(BALANCED.weights, given, strict=True))).microweights),
)


@st.composite
def tables(draw: st.DrawFn) -> Millivalues:
    step = draw(st.sampled_from([1, 250, 500]))
    row = st.lists(st.integers(0, 1000 // step), min_size=8, max_size=8)
    rows = draw(st.lists(row, max_size=40))
    return np.array(rows, np.int64).reshape(-1, 8) * step


@pytest.mark.parametrize("k", [1, 20, 1000, 4000])
@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_best_are_those_of_a_plain_sort(
    shape: Callable[[int], Millivalues], weights: tuple[int, ...], k: int
) -> None:
    millivalues = shape(3001)
    ranked = rank_top(to_blocks(millivalues, 512), weights, k)
    assert ranked.tolist() == plain_order(plain_units(millivalues, weights))[:k]


@given(tables(), PROFILES, st.integers(0, 50), st.integers(1, 50))
def test_any_table_is_ranked_as_by_a_plain_sort_whatever_the_blocks(
    millivalues: Millivalues, weights: tuple[int, ...], k: int, block_rows: int
) -> None:
    ranked = rank_top(to_blocks(millivalues, block_rows), weights, k)
    assert ranked.tolist() == plain_order(plain_units(millivalues, weights))[:k]


@given(tables(), PROFILES, st.integers(0, 12), st.integers(1, 50), st.data())
def test_some_rows_are_ranked_as_if_the_others_were_not_there(
    millivalues: Millivalues, weights: tuple[int, ...], k: int, block_rows: int, data: st.DataObject
) -> None:
    blocks = to_blocks(millivalues, block_rows)
    n = len(millivalues)
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), np.bool_)
    rows = np.flatnonzero(chosen)
    own = plain_units(millivalues, weights)[rows]
    expected = [int(rows[n]) for n in plain_order(own)][:k]
    assert rank_rows(blocks, weights, rows, k).tolist() == expected
    others = np.flatnonzero(~chosen)
    assert rank_top(blocks, weights, k, excluded=others).tolist() == expected
    above = count_above(blocks, weights, own.tolist(), excluded=others)
    assert (above + 1).tolist() == competition_ranks(own).tolist()


@given(tables(), PROFILES, st.integers(1, 50), st.randoms(use_true_random=False))
def test_scores_and_counts_are_those_of_exact_sums(
    millivalues: Millivalues, weights: tuple[int, ...], block_rows: int, shuffle: Random
) -> None:
    blocks = to_blocks(millivalues, block_rows)
    rows = list(range(len(millivalues)))
    shuffle.shuffle(rows)
    units = plain_units(millivalues, weights)
    scored = score_rows(blocks, weights, np.array(rows, np.intp))
    assert scored.dtype == np.int64
    assert scored.tolist() == units[rows].tolist()
    assert (count_above(blocks, weights, units.tolist()) + 1).tolist() == competition_ranks(
        units
    ).tolist()


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_blocks_may_differ_in_length_and_be_views_of_one_table(weights: tuple[int, ...]) -> None:
    millivalues = drawn(3001) // 100 * 100
    whole = to_blocks(millivalues, 3001)[0]
    whole.flags.writeable = False
    cuts = [0, 0, 1, 700, 701, 2900, 3001]
    views = [whole[:, a:b] for a, b in pairwise(cuts)]
    expected = plain_order(plain_units(millivalues, weights))[:50]
    assert rank_top(views, weights, 50).tolist() == expected
    assert rank_top([whole], weights, 50).tolist() == expected
    rows = np.arange(0, 3001, 3)
    own = plain_order(plain_units(millivalues[rows], weights))[:50]
    assert rank_rows(views, weights, rows, 50).tolist() == rows[own].tolist()


def test_sums_that_differ_by_less_than_single_precision_holds_are_told_apart() -> None:
    millivalues = np.full((3, 8), 1000)
    millivalues[0, 7], millivalues[1, 7], millivalues[2, 7] = 998, 999, 998
    units = plain_units(millivalues, ODD)
    assert units.tolist() == [999_999_998, 999_999_999, 999_999_998]
    assert np.float32(units[0]) == np.float32(units[1])
    blocks = to_blocks(millivalues)
    assert rank_top(blocks, ODD, 3).tolist() == [1, 0, 2]
    assert count_above(blocks, ODD, units.tolist()).tolist() == [1, 0, 1]


def test_weights_on_a_grid_almost_coarse_enough_for_one_product_are_exact() -> None:
    weights = (999_880, 40, 40, 40, 0, 0, 0, 0)
    millivalues = np.full((200, 8), 1000)
    millivalues[:, 1] = np.random.default_rng(3).integers(0, 1001, 200)
    ranked = rank_top(to_blocks(millivalues), weights, 200)
    assert ranked.tolist() == plain_order(plain_units(millivalues, weights))


@pytest.mark.parametrize("k", [1, 3])
def test_one_unit_more_than_a_crowd_of_equals_is_seen(k: int) -> None:
    millivalues = np.full((1000, 8), 500)
    millivalues[900, 7] = 501
    assert rank_top(to_blocks(millivalues), ODD, k).tolist() == [900, 0, 1][:k]


def test_no_rows_have_no_best() -> None:
    none = np.empty(0, np.intp)
    for blocks in ([], [np.empty((8, 0), np.float32)]):
        assert rank_top(blocks, ODD, 5).tolist() == []
        assert rank_rows(blocks, ODD, none, 5).tolist() == []
        assert score_rows(blocks, ODD, none).tolist() == []
        assert count_above(blocks, ODD, [0, 5]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("weights", "k", "named"),
    [
        ((500_000, 500_000), 1, "microweights"),
        ((1_000_001, -1, 0, 0, 0, 0, 0, 0), 1, "microweights"),
        ((1, 0, 0, 0, 0, 0, 0, 0), 1, "microweights"),
        (ODD, -1, "k"),
    ],
)
def test_what_cannot_be_meant_is_refused(weights: tuple[int, ...], k: int, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        rank_top(to_blocks(drawn(3)), weights, k)
