"""Back-tests: each day is ranked by what was before it."""

import numpy as np

from app.forecasting.backtest import find_met, rank_days, report
from app.forecasting.events import Floats, Questions, ask
from app.forecasting.ranking import filtered_ranks
from tests.forecasting.logs import make_log, to_log


class Fixed:
    """Scores candidates by their number, and notes the days that it was asked on."""

    def __init__(self, actors: int) -> None:
        self.days: list[int] = []
        self._actors = actors

    def score(self, day: int, asked: Questions) -> Floats:
        self.days.append(day)
        return np.tile(np.arange(self._actors, dtype=float), (len(asked), 1))


def test_days_are_asked_once_in_order_and_ranks_are_those_of_their_events() -> None:
    judged = make_log().both_ways().between(10, 15)
    ranker, told = Fixed(6), list[int]()
    ranks = rank_days(ranker, judged, told.append)
    assert ranker.days == told == sorted(set(judged.days.tolist()))
    begin = 0
    for day, events in judged.by_day(10, 15):
        asked = ask(events)
        own = filtered_ranks(ranker.score(day, asked), asked)
        np.testing.assert_array_equal(ranks[begin : begin + len(events)], own)
        begin += len(events)


def test_who_met_before_is_so_from_the_day_after() -> None:
    events = to_log([(0, 0, 1, 2), (1, 0, 0, 2), (1, 0, 0, 5), (2, 0, 0, 6)], 3, 1).both_ways()
    met = find_met(events, events)
    by_day = {int(day): met[events.days == day].tolist() for day in (2, 5, 6)}
    assert by_day == {2: [False] * 4, 5: [True] * 2, 6: [False] * 2}


def test_figures_are_split_by_what_was_asked() -> None:
    judged = to_log([(0, 0, 1, 2), (0, 1, 2, 2)], 3, 2).both_ways()
    ranks = np.array([1.0, 2.0, 4.0, 8.0])
    met = np.array([True, False, True, False])
    found = report({"one": ranks}, judged, met, [0])["one"]
    own = judged.types % 2 == 0
    assert found.cooperative.reciprocal_rank == np.mean(1 / ranks[own])
    assert found.met_before.reciprocal_rank == (1 + 1 / 4) / 2
    forward = judged.types < 2
    assert found.recipients.reciprocal_rank == np.mean(1 / ranks[forward])
    assert found.actors.questions == 2
