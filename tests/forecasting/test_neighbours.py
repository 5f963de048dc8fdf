"""Who is near whom, by hand."""

import numpy as np
import pytest

from app.forecasting.events import ask
from app.forecasting.neighbours import Neighbours, to_shares
from tests.forecasting.test_links import EVENTS_OF_DAY, MEMORY

ASKED = ask(EVENTS_OF_DAY)
NEAR = Neighbours(MEMORY, ASKED)


def shares(column: int) -> np.ndarray:
    everybody = np.arange(8)
    acts = MEMORY.to_acts(everybody, np.zeros(8, np.int64))
    found = MEMORY.pair_with_anyone(acts, column).toarray()
    return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9))


def test_steps_from_partner_to_partner_are_a_product_of_shares() -> None:
    long_ago = NEAR.of_partners()[2]
    expected = (shares(4) @ shares(4))[ASKED.actors]
    np.testing.assert_allclose(long_ago, expected, rtol=1e-4, atol=1e-6)
    assert long_ago.sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_likeness_is_a_cosine_and_nobody_is_like_itself() -> None:
    alike = NEAR.alike()
    assert alike.min() >= 0
    assert alike.max() <= 1
    assert not alike[np.arange(len(ASKED)), ASKED.actors].any()


def test_what_those_alike_do_is_a_mean_of_shares() -> None:
    found = NEAR.of_those_alike()
    squares = NEAR.likeness**2
    weights = squares / np.maximum(squares.sum(axis=1, keepdims=True), 1e-9)
    _, of = np.unique(ASKED.actors, return_inverse=True)
    np.testing.assert_allclose(found, (weights @ shares(3))[of], rtol=1e-3, atol=1e-6)


def test_shares_of_nothing_are_nothing() -> None:
    acts = MEMORY.to_acts(np.array([0]), np.array([0]))
    nothing = 0 * MEMORY.pair_with_anyone(acts, 0)
    assert not to_shares(nothing.tocsr()).any()
