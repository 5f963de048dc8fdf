"""What is known of dyads on a day, and what came about after it."""

import numpy as np
import pytest

from app.forecasting.events import LEAST_EVENTS, UNSEEN_DAYS
from app.forecasting.pairs import (
    Dyads,
    Target,
    came_about,
    climatology,
    is_counted,
    look,
)
from tests.forecasting.logs import to_log
from tests.forecasting.test_hawkes import dyads, excitation

TARGET = Target(np.array([0]), 7)


def test_a_look_is_what_was_before_its_day() -> None:
    events = to_log([(0, 0, 1, 0), (0, 0, 1, 0), (0, 1, 1, 3), (1, 0, 2, 9)], 3, 2)
    by = excitation(2)
    seen = look(dyads(events), by, TARGET, 5)
    assert seen.groups.tolist() == [1]
    assert seen.events.tolist() == [3]
    # Two events on one day are one day.
    assert seen.past_share == pytest.approx([(1 + UNSEEN_DAYS) / 5])
    base, parts = by.over(TARGET.types, 7)
    left = lambda age: 2.0 ** (-age / np.array([1, 3, 10, 30, 100, np.inf]))  # noqa: E731
    expected = base + 2 * (parts[0] * left(4)).sum() + (parts[1] * left(1)).sum()
    assert seen.expected == pytest.approx([expected])
    assert not seen.known.any()


def test_what_came_about_lies_within_the_days() -> None:
    events = to_log([(0, 0, 1, 4), (1, 0, 0, 5), (0, 1, 1, 6), (1, 0, 2, 12)], 3, 2)
    groups = events.actors * 3 + events.recipients
    found = came_about(events, groups, TARGET, 5, np.array([1, 3, 5]))
    assert found.tolist() == [False, True, False]


def test_enough_history_is_said_of_each_dyad() -> None:
    rows = [(0, 0, 1, day) for day in range(LEAST_EVENTS)] + [(1, 0, 2, 3)]
    rows.sort(key=lambda row: row[3])
    seen = look(dyads(to_log(rows, 3, 2)), excitation(2), TARGET, 10)
    assert dict(zip(seen.groups, seen.known, strict=True)) == {1: True, 5: False}


def test_climatology_is_drawn_to_what_is_general() -> None:
    known = Dyads(np.arange(2), np.ones(2), np.array([0.0, 0.5]) + UNSEEN_DAYS / 100, np.ones(2))
    free = climatology(known, Target(np.array([0]), 1), 0, 0.1, 100)
    assert free == pytest.approx([0, 0.5])
    drawn = climatology(known, Target(np.array([0]), 2), 100, 0.1, 100)
    assert drawn == pytest.approx([1 - 0.95**2, 1 - 0.7**2])


def test_of_what_is_the_same_for_both_dyads_one_is_counted() -> None:
    groups = np.array([0 * 5 + 1, 1 * 5 + 0, 3 * 5 + 4, 4 * 5 + 3])
    both = Target(np.array([0, 1]), 7, is_mutual=True)
    assert is_counted(both, groups, 5).tolist() == [True, False, True, False]
    assert is_counted(TARGET, groups, 5).all()
