"""SMAA: exact small cases, published figures, seeds and sums."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.scoring.methods import METHODS, linear_parts, topsis, weighted_product
from app.scoring.robustness import Acceptability, Sampling, measure_acceptability, sample_weights

GRID = st.integers(0, 1000).map(lambda n: n / 1000)


def measure(
    values: object,
    sampling: Sampling,
    weights: object = None,
    half: float = 0.0,
    *,
    exact: bool = False,
) -> Acceptability:
    table = np.array(values, float)
    even = np.full(table.shape[1], 1 / table.shape[1])
    lows, highs = np.clip(table - half, 0, 1), np.clip(table + half, 0, 1)
    if exact:
        lows = highs = table
    return measure_acceptability(
        "weighted_sum",
        (table, lows, highs),
        even if weights is None else np.array(weights, float),
        sampling,
        np.arange(len(table)),
    )


def exact_shares(table: list[tuple[float, float]]) -> list[dict[int, float]]:
    """Rank shares under even weights (w, 1 - w), by walking through all the crossings."""
    crossings = {0.0, 1.0}
    for a1, a2 in table:
        for b1, b2 in table:
            slope = (a1 - a2) - (b1 - b2)
            if slope and 0 < (w := (b2 - a2) / slope) < 1:
                crossings.add(w)
    shares: list[dict[int, float]] = [{} for _ in table]
    for start, stop in pairwise(sorted(crossings)):
        middle = (start + stop) / 2
        scores = [x * middle + y * (1 - middle) for x, y in table]
        for i, own in enumerate(scores):
            rank = 1 + sum(other > own for other in scores)
            shares[i][rank] = shares[i].get(rank, 0) + stop - start
    return shares


@pytest.mark.parametrize(
    "table",
    [
        [(1.0, 0.0), (0.0, 1.0)],
        [(0.9, 0.1), (0.5, 0.6), (0.1, 0.8)],
        [(0.2, 0.9), (0.8, 0.35), (0.55, 0.5), (0.6, 0.6)],
    ],
)
def test_two_criteria_agree_with_exact_enumeration(table: list[tuple[float, float]]) -> None:
    found = measure(table, Sampling(40_000, 1, varies_values=False))
    for i, exact in enumerate(exact_shares(table)):
        shares = found.shares(i)
        for rank in range(1, len(table) + 1):
            assert shares.get(rank, 0) == pytest.approx(exact.get(rank, 0), abs=0.011)
        assert found.top(1)[i] == pytest.approx(exact.get(1, 0), abs=0.011)


def test_the_chance_between_two_even_intervals_is_the_exact_one() -> None:
    """Values even in [.2, .6] and [.4, .8]: the first is above in 1/8 of the cases."""
    found = measure([[0.4], [0.6]], Sampling(40_000, 3), half=0.2)
    assert found.wins()[0, 1] == pytest.approx(1 / 8, abs=0.008)
    assert found.wins()[0, 1] + found.wins()[1, 0] == pytest.approx(1)


def test_central_weights_are_the_centroid_of_the_favourable_weights() -> None:
    """Of (1, 0) against (0, 1) the first leads for w > 1/2: its centroid is (3/4, 1/4)."""
    found = measure([[1, 0], [0, 1]], Sampling(40_000, 5, varies_values=False))
    assert found.central_weights()[0] == pytest.approx([0.75, 0.25], abs=0.005)


# Events among patients on heparin and on enoxaparin: proximal and distal deep vein thrombosis,
# major bleeding; and the ends of each linear scale, where fewer are better.
EVENTS = np.array([[20, 40, 1], [8, 32, 5]])
PATIENTS = np.array([[136], [129]])
BEST, WORST = np.array([0, 0.15, 0]), np.array([0.25, 0.40, 0.10])


@pytest.mark.parametrize(
    ("sampling", "weights", "first", "central"),
    [
        ({}, None, 0.3381, ([0.198, 0.278, 0.524], [0.412, 0.358, 0.230])),
        ({"order": (0, 2, 1)}, None, 0.1369, ([0.524, 0.121, 0.355], [0.623, 0.110, 0.267])),
        ({"concentration": 1e6}, [4 / 7, 1 / 7, 2 / 7], 0.1049, None),
    ],
    ids=["no preferences", "criteria in an order", "exact weights"],
)
def test_a_published_example_of_smaa_2(
    sampling: dict[str, object], weights: object, first: float, central: object
) -> None:
    """Benefit and risk of two drugs (Lynd and O'Brien, J. Clin. Epidemiol. 57, 2004).

    SMAA-2 by Tervonen, van Valkenhoef and others, with values drawn from Beta distributions of the
    events; the figures are those that the authors' own software is tested by (drugis.org, mcda).
    """
    rng = np.random.default_rng(1)
    drawn = rng.beta(EVENTS, PATIENTS - EVENTS, (2500, 2, 3))
    tables = np.clip((WORST - drawn) / (WORST - BEST), -9, 9)
    found = [
        measure(table, Sampling(20, seed, varies_values=False, **sampling), weights, exact=True)  # type: ignore[arg-type]
        for seed, table in enumerate(tables)
    ]
    shares = np.mean([f.top(1) for f in found], axis=0)
    assert shares == pytest.approx([first, 1 - first], abs=0.02)
    if central is not None:
        leads = np.concatenate([f.ranks for f in found]) == 1
        used = np.concatenate([f.weights for f in found])
        for row, expected in enumerate(central):  # type: ignore[arg-type]
            assert used[leads[:, row]].mean(axis=0) == pytest.approx(expected, abs=0.02)


def test_weights_in_an_order_have_the_published_centroid() -> None:
    """Rank-order centroids of three criteria: 11/18, 5/18, 2/18.

    Barron and Barrett, "Decision quality using ranked attribute weights", Management Science 42
    (1996). They are the mean of all weights that come in that order.
    """
    drawn = sample_weights(np.full(3, 1 / 3), Sampling(60_000, 7, order=(2, 0, 1)))
    assert drawn.mean(axis=0) == pytest.approx([5 / 18, 2 / 18, 11 / 18], abs=0.004)
    assert (drawn[:, 2] >= drawn[:, 0]).all()
    assert (drawn[:, 0] >= drawn[:, 1]).all()


def test_an_order_of_some_criteria_leaves_the_others_free() -> None:
    """Three of four in an order: the fourth keeps its mean of 1/4, their sum is 3/4."""
    drawn = sample_weights(np.full(4, 1 / 4), Sampling(60_000, 8, order=(0, 1, 2)))
    assert drawn[:, 3].mean() == pytest.approx(1 / 4, abs=0.004)
    centroid = np.array([11 / 18, 5 / 18, 2 / 18]) * 3 / 4
    assert drawn[:, :3].mean(axis=0) == pytest.approx(centroid, abs=0.004)


def test_weights_around_a_profile_have_its_mean_and_the_stated_spread() -> None:
    profile = np.array([0.5, 0.3, 0.2, 0.0])
    drawn = sample_weights(profile, Sampling(60_000, 9, concentration=24))
    assert drawn.mean(axis=0) == pytest.approx(profile, abs=0.003)
    assert drawn.std(axis=0) == pytest.approx(np.sqrt(profile * (1 - profile) / 25), abs=0.003)
    assert (drawn[:, 3] == 0).all()


def test_a_sharp_concentration_gives_the_plain_ranking() -> None:
    sampling = Sampling(200, 1, concentration=1e6, varies_values=False)
    found = measure([[0.9, 0.1], [0.6, 0.6], [0.1, 0.2]], sampling, weights=[0.4, 0.6])
    assert found.top(1).tolist() == [0, 1, 0]
    assert found.bands().tolist() == [[2, 2], [1, 1], [3, 3]]
    assert found.expected_ranks().tolist() == [2, 1, 3]


@settings(max_examples=40)
@given(
    st.integers(1, 6).flatmap(lambda n: arrays(np.float64, (n, 3), elements=GRID)),
    st.integers(0, 2**32 - 1),
)
def test_shares_add_up_to_one_and_everything_is_in_bounds(values: np.ndarray, seed: int) -> None:
    found = measure(values, Sampling(50, seed), half=0.1)
    n = len(values)
    assert all(sum(found.shares(i).values()) == pytest.approx(1) for i in range(n))
    assert found.ranks.min() >= 1
    assert found.ranks.max() <= n
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(50))
    bands, means = found.bands(), found.expected_ranks()
    assert (bands[:, 0] <= bands[:, 1]).all()
    assert (means >= 1).all()
    assert (found.wins() + found.wins().T <= 1 + 1e-12).all()
    ever = found.top(1) > 0
    central = found.central_weights()
    assert central[ever].sum(axis=1) == pytest.approx(np.ones(ever.sum()))
    assert np.isnan(central[~ever]).all()


def test_where_no_two_are_equal_each_rank_is_given_once_a_sample() -> None:
    rng = np.random.default_rng(1)
    found = measure(rng.random((9, 4)), Sampling(500, 2), half=0.2)
    assert (np.sort(found.ranks, axis=1) == np.arange(1, 10)).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_a_seed_gives_the_same_again_and_another_seed_another(seed: int) -> None:
    table = [[0.5, 0.4], [0.4, 0.5], [0.45, 0.45]]
    one, two = (measure(table, Sampling(300, seed), half=0.2) for _ in range(2))
    assert (one.ranks == two.ranks).all()
    other = measure(table, Sampling(300, seed + 1), half=0.2)
    assert (one.ranks != other.ranks).any()


def test_rows_can_be_asked_for_alone_and_come_out_the_same() -> None:
    values = np.random.default_rng(4).random((30, 5))
    parts = (values, np.clip(values - 0.1, 0, 1), np.clip(values + 0.1, 0, 1))
    weights, sampling = np.full(5, 0.2), Sampling(400, 11, concentration=20)
    whole = measure_acceptability("weighted_sum", parts, weights, sampling, np.arange(30))
    some = measure_acceptability("weighted_sum", parts, weights, sampling, np.array([7, 3]))
    assert (some.ranks == whole.ranks[:, [7, 3]]).all()


def test_the_order_of_the_rows_does_not_matter_when_values_stay() -> None:
    values = np.random.default_rng(6).random((12, 5))
    order = np.random.default_rng(7).permutation(12)
    sampling = Sampling(200, 1, varies_values=False)
    assert (
        measure(values, sampling).ranks[:, order] == measure(values[order], sampling).ranks
    ).all()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_sampled(method: object) -> None:
    values = np.random.default_rng(8).random((6, 4))
    weights = np.full(4, 0.25)
    parts = values
    if method == "promethee_2":
        parts = linear_parts("promethee_2", values)
        assert parts is not None
    sampling = Sampling(300, 1, concentration=1e6, varies_values=False)
    found = measure_acceptability(method, (parts,) * 3, weights, sampling, np.arange(6))  # type: ignore[arg-type]
    plain = {
        "weighted_sum": values @ weights,
        "weighted_product": weighted_product(values, weights),
        "topsis": topsis(values, weights),
        "promethee_2": parts @ weights,
    }[method]  # type: ignore[index]
    gaps = np.subtract.outer(plain, plain)
    assert (found.wins()[gaps > 0.02] == 1).all()
    assert (gaps > 0.02).sum() > 5


def test_the_flows_of_promethee_cannot_vary_with_the_values() -> None:
    values = np.zeros((2, 3))
    with pytest.raises(ValueError, match="varies_values"):
        measure_acceptability(
            "promethee_2", (values,) * 3, np.full(3, 1 / 3), Sampling(10, 1), np.arange(2)
        )


@pytest.mark.parametrize(
    ("sampling", "name"),
    [
        ({"samples": 0}, "samples"),
        ({"concentration": 0.5}, "concentration"),
        ({"concentration": 10.0, "order": (0, 1)}, "order"),
        ({"order": (0, 0)}, "order"),
    ],
)
def test_what_cannot_be_drawn_is_refused(sampling: dict[str, object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Sampling(**({"samples": 10, "seed": 1} | sampling))  # type: ignore[arg-type]
