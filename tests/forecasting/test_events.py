"""Logs of events, and the questions that they answer."""

import numpy as np
import pytest

from app.forecasting.events import EventLog, ask
from tests.forecasting.logs import make_log, to_log


def test_from_both_sides_each_event_is_there_twice() -> None:
    both = to_log([(0, 1, 2, 0), (2, 0, 1, 3)], actors=3, types=2).both_ways()
    rows = zip(both.actors, both.types, both.recipients, both.days, strict=True)
    assert sorted(rows) == sorted([(0, 1, 2, 0), (2, 3, 0, 0), (2, 0, 1, 3), (1, 2, 2, 3)])
    assert (both.n_actors, both.n_types) == (3, 4)


def test_days_are_cut_before_their_end() -> None:
    log = make_log()
    parts = [events for _, events in log.by_day(0, 40)]
    assert sum(map(len, parts)) == len(log)
    assert all(len(set(events.days)) == 1 for events in parts)
    assert set(log.between(3, 7).days) <= {3, 4, 5, 6}
    assert len(log.between(7, 7)) == 0


def test_each_question_is_asked_once_and_all_events_answer_theirs() -> None:
    events = make_log().between(0, 5).both_ways()
    asked = ask(events)
    assert len({*zip(asked.actors, asked.types, strict=True)}) == len(asked)
    np.testing.assert_array_equal(asked.actors[asked.of_event], events.actors)
    np.testing.assert_array_equal(asked.types[asked.of_event], events.types)
    told = np.concatenate([own for _, own in asked.each()])
    np.testing.assert_array_equal(np.sort(told), np.arange(len(events)))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(0, 0, 1, 2), (0, 0, 1, 1)], "days"),
        ([(0, 0, 1, -1)], "days"),
        ([(0, 0, 3, 1)], "recipients"),
        ([(-1, 0, 1, 1)], "actors"),
        ([(0, 2, 1, 1)], "types"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    rows: list[tuple[int, int, int, int]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        to_log(rows, actors=3, types=2)


def test_columns_of_different_length_are_refused() -> None:
    one, two = np.zeros(1, np.int64), np.zeros(2, np.int64)
    with pytest.raises(ValueError, match="length"):
        EventLog(one, one, one, two, 1, 1)
