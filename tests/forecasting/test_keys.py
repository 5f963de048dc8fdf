"""Keys: two acts have the same one exactly if they have the same parts."""

from itertools import product

import numpy as np
import pytest

from app.forecasting.identities import read_identities
from app.forecasting.keys import Key, KeyMaker, Sides
from app.forecasting.memory import COUNTED, PROCESSES

WHO = read_identities(["Norway", "Citizen (Norway)", "Police (Sweden)", "Someone"])
COARSE = np.array([0, 0, 1, 2, 2, 3])


def acts() -> Sides:
    actors, types, recipients = (
        np.array(column) for column in zip(*product(range(4), range(6), range(4)), strict=True)
    )
    of = WHO.countries
    return Sides(actors, types, recipients, of[actors], of[recipients])


def parts(key: Key, one: Sides, n: int) -> tuple[object, ...]:
    """What a key is made of, spelt out."""
    left, middle, right = key
    a, t, r = int(one.actors[n]), int(one.types[n]), int(one.recipients[n])
    kin = bool(one.countries[n] == one.other_countries[n])
    role, country = WHO.roles, WHO.countries
    of_left = {"any": 0, "actor": a, "country": country[a], "role": role[a]}
    of_middle = {"any": 0, "type": t, "coarse": COARSE[t], "side": t >= 3, "other side": t < 3}
    of_right = {
        "any": 0,
        "actor": r,
        "country": country[r],
        "role": (role[r], kin),
        "kind": (role[r], country[r]),
    }
    return of_left[left], of_middle[middle], of_right[right]


@pytest.mark.parametrize("key", [*COUNTED, *PROCESSES, ("any", "type", "any")], ids=" ".join)
def test_keys_tell_apart_what_their_parts_do(key: Key) -> None:
    maker, one = KeyMaker(WHO, COARSE), acts()
    made = maker.make(key, one)
    spelt = [parts(key, one, n) for n in range(len(made))]
    pairs = set(zip(made.tolist(), spelt, strict=True))
    assert len(pairs) == len(set(made.tolist())) == len(set(spelt))


@pytest.mark.parametrize("key", list(COUNTED), ids=" ".join)
def test_spans_hold_all_keys_that_begin_alike(key: Key) -> None:
    maker, one = KeyMaker(WHO, COARSE), acts()
    made, (begins, ends) = maker.make(key, one), maker.spans(key, one)
    assert (begins <= made).all()
    assert (made < ends).all()


def test_the_other_side_is_the_side_of_the_opposite_type() -> None:
    maker, one = KeyMaker(WHO, COARSE), acts()
    turned = Sides(one.actors, (one.types + 3) % 6, *(getattr(one, n) for n in _REST))
    np.testing.assert_array_equal(
        maker.make(("actor", "other side", "actor"), one),
        maker.make(("actor", "side", "actor"), turned),
    )


_REST = ("recipients", "countries", "other_countries")
