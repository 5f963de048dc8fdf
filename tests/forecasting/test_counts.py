"""Decayed counts."""

import numpy as np

from app.forecasting.counts import NEVER_DAYS, Counts
from app.forecasting.excitation import HALF_LIVES_DAYS

KEYS = np.array([5, 5, 9, 5, 2])
DAYS = (0, 0, 1, 3, 3)


def see(until: int) -> Counts:
    counts = Counts(KEYS)
    for day in range(until):
        own = [n for n, on in enumerate(DAYS) if on == day]
        counts.see(own[0] if own else 0, own[-1] + 1 if own else 0, day)
    return counts


def test_counts_are_sums_of_what_is_left_of_each_event() -> None:
    counts = see(5)
    rows = counts.find(np.array([2, 5, 9, 7]))
    left = [2.0 ** (-(4 - day) / HALF_LIVES_DAYS) for day in DAYS]
    expected = [left[4], left[0] + left[1] + left[3], left[2], np.zeros(6)]
    np.testing.assert_allclose(counts.states[rows], expected, rtol=1e-5)
    assert counts.last[rows].tolist() == [3, 3, 1, -NEVER_DAYS]


def test_nothing_is_known_of_days_that_were_not_seen() -> None:
    counts = see(1)
    rows = counts.find(np.array([2, 9]))
    assert not counts.states[rows].any()
    assert counts.last[rows].tolist() == [-NEVER_DAYS, -NEVER_DAYS]


def test_spans_of_keys_have_their_rows() -> None:
    counts = see(5)
    rows, edges = counts.between(np.array([0, 6, 4]), np.array([6, 9, 10]))
    assert counts.keys[rows].tolist() == [2, 5, 5, 9]
    assert edges.tolist() == [0, 2, 2, 4]
