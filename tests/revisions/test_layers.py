"""Mappings in layers are the mappings that they stand for, and leave those before as they are."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.revisions import layers
from app.revisions.layers import Layers, grow

KEYS = st.sampled_from([f"key-{n}" for n in range(12)])
STEPS = st.lists(st.dictionaries(KEYS, st.integers(), max_size=4), max_size=8)


@pytest.fixture(scope="module", autouse=True)
def few_apart() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "MOST_APART", 3)
        yield


@given(st.dictionaries(KEYS, st.integers(), max_size=12), STEPS)
def test_each_state_is_that_of_a_plain_mapping(
    first: dict[str, int], steps: list[dict[str, int]]
) -> None:
    states: list[Mapping[str, int]] = [first]
    plain = [dict(first)]
    for step in steps:
        states.append(grow(states[-1], step))
        plain.append(plain[-1] | step)
    for state, expected in zip(states, plain, strict=True):
        assert dict(state) == expected
        assert (len(state), list(state)) == (len(expected), list(expected))
        assert all((key in state) == (key in expected) for key in ("key-1", "absent"))
        assert state.get("absent") is None


def test_a_large_one_is_shared_until_much_is_new() -> None:
    large = {f"old-{n}": n for n in range(10)}
    once = grow(large, {"old-1": -1})
    assert isinstance(once, Layers)
    assert once.old is large
    assert isinstance(grow(once, {f"new-{n}": n for n in range(9)}), dict)
