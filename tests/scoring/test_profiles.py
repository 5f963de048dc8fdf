"""Profiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.assessment import CRITERIA
from app.scoring.profiles import BUILT_IN, Profile, own_weights, to_milliweights


def test_built_in_weights_add_up_and_none_is_forgotten() -> None:
    for profile in BUILT_IN:
        assert sum(profile.microweights) == 1_000_000
        assert min(profile.microweights) > 0
    assert len({p.profile_id for p in BUILT_IN}) == len(BUILT_IN)


@pytest.mark.parametrize(
    "weights", [(1000,), (0,) * 8, (2000, -1000, 0, 0, 0, 0, 0, 0), (125,) * 7 + (126,)]
)
def test_a_profile_off_the_grid_cannot_be_made(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="microweights"):
        Profile("x", 1, "X", "x", weights)


def test_weights_on_the_grid_become_whole_thousandths() -> None:
    assert to_milliweights({"backing": 0.1, "momentum": 0.9}) == (0, 0, 0, 900, 0, 0, 0, 100)


@pytest.mark.parametrize(
    "weights",
    [{"backing": 0.5}, {"backing": 1.1}, {"backing": 1.5, "momentum": -0.5}, {"backing": 0.9999}],
)
def test_other_weights_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="weights must"):
        to_milliweights(weights)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="weights must"):
        to_milliweights({"backing": value})


def test_own_weights_are_shares_of_their_sum() -> None:
    profile = own_weights({"backing": 3, "momentum": 1})
    assert profile.weights["backing"] == 0.75
    assert profile.weights["momentum"] == 0.25


def test_shares_that_are_no_millionths_go_to_the_largest_remainders() -> None:
    profile = own_weights({"backing": 1, "momentum": 1, "timeliness": 1})
    assert sorted(profile.microweights)[-3:] == [333_333, 333_333, 333_334]


@given(st.lists(st.floats(0, 1e9), min_size=8, max_size=8).filter(any))
def test_own_weights_add_up_and_are_near_the_exact_shares(weights: list[float]) -> None:
    profile = own_weights(dict(zip(CRITERIA, weights, strict=True)))
    assert sum(profile.microweights) == 1_000_000
    for own, given_weight in zip(profile.microweights, weights, strict=True):
        assert own == pytest.approx(1e6 * given_weight / sum(weights), abs=1.001)


@pytest.mark.parametrize("weight", [-1.0, float("inf"), float("nan"), 0.0])
def test_own_weights_that_mean_nothing_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weights must"):
        own_weights({"backing": weight})
