"""Profiles."""

import pytest

from app.scoring.profiles import BUILT_IN, Profile, to_milliweights


def test_built_in_weights_add_up_and_none_is_forgotten() -> None:
    for profile in BUILT_IN:
        assert sum(profile.milliweights) == 1000
        assert min(profile.milliweights) > 0
    assert len({p.profile_id for p in BUILT_IN}) == len(BUILT_IN)


@pytest.mark.parametrize(
    "weights", [(1000,), (0,) * 8, (2000, -1000, 0, 0, 0, 0, 0, 0), (125,) * 7 + (126,)]
)
def test_a_profile_off_the_grid_cannot_be_made(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="milliweights"):
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
