"""The ranking of all actors: what it learns, and that nothing later moves it."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from app.forecasting.backtest import rank_days
from app.forecasting.events import EventLog, Floats, Questions, ask
from app.forecasting.links import LinkRanker, Spans
from app.forecasting.memory import Memory
from app.forecasting.ranking import summarise
from tests.forecasting.logs import make_log

NAMES = (
    "Norway",
    "Citizen (Norway)",
    "Police (Norway)",
    "Sweden",
    "Citizen (Sweden)",
    "Someone",
    "Denmark",
    "Police (Denmark)",
)
COARSE = np.array([0, 0, 1, 2, 2, 3])
BLEND, FORECASTS, END = 40, 70, 80


def make_events(seed: int = 1) -> EventLog:
    """Events of which most were of pairs and types that had been seen."""
    rng = np.random.default_rng(seed)
    habits = [tuple(rng.integers(0, n) for n in (8, 3, 8)) for _ in range(15)]
    rows = list[tuple[int, int, int, int]]()
    for day in range(END):
        for _ in range(12):
            own = habits[int(rng.zipf(1.4)) % 15] if rng.random() < 0.8 else rng.integers(0, 3, 3)
            rows.append((int(own[0]), int(own[1]), int(own[2]), day))
    columns = np.array(sorted(set(rows), key=lambda row: row[3])).T
    return EventLog(*(column.copy() for column in columns), 8, 3).both_ways()


def make_memory(day: int = 12) -> Memory:
    """What is remembered of the days before one, with fitted processes."""
    memory = Memory(make_events(), NAMES, COARSE)
    for past in range(day):
        memory.see(past)
    memory.fit_processes(2, day)
    return memory


MEMORY = make_memory()
EVENTS_OF_DAY = make_events().between(12, 13)


@cache
def make_ranker(events: "Hidden", end: int = FORECASTS) -> LinkRanker:
    return LinkRanker(events.log, NAMES, COARSE, Spans(5, BLEND, end), lambda _: None)


class Hidden:
    """A log that can be a key of a cache."""

    def __init__(self, log: EventLog) -> None:
        self.log = log


def score_days(ranker: LinkRanker, events: EventLog, first: int, end: int) -> Iterator[Floats]:
    for day, told in events.by_day(first, end):
        yield ranker.score(day, ask(told))


def test_it_ranks_better_than_chance_and_than_popularity() -> None:
    events = make_events()
    judged = events.between(FORECASTS, END)
    ranks = rank_days(make_ranker(Hidden(events)), judged, lambda _: None)
    popular = np.bincount(events.between(0, FORECASTS).recipients, minlength=8).astype(float)

    class Popular:
        def score(self, day: int, asked: Questions) -> Floats:  # noqa: ARG002 it is the same
            return np.tile(popular, (len(asked), 1))

    usual = summarise(rank_days(Popular(), judged, lambda _: None)).reciprocal_rank
    assert summarise(ranks).reciprocal_rank > 1.3 * usual


def test_nothing_of_the_day_or_later_moves_a_forecast() -> None:
    events, noise = make_events(), make_log(400, 8, 3, END, seed=5).both_ways()
    day = FORECASTS + 4
    columns = ("actors", "types", "recipients", "days")
    kept, other = events.between(0, day), noise.between(day, END)
    mixed = EventLog(
        *(np.concatenate([getattr(kept, n), getattr(other, n)]) for n in columns), 8, 6
    )
    told = events.between(day, day + 1)
    for log in (events, mixed):
        ranker = LinkRanker(log, NAMES, COARSE, Spans(5, BLEND, FORECASTS), lambda _: None)
        list(score_days(ranker, kept, FORECASTS, day))
        found = ranker.score(day, ask(told))
        if log is events:
            before = found
    np.testing.assert_array_equal(before, found)


def test_the_same_events_give_the_same_forecasts() -> None:
    events = make_events(3)
    one, other = (
        np.concatenate(
            list(
                score_days(
                    LinkRanker(events, NAMES, COARSE, Spans(5, BLEND, 50), lambda _: None),
                    events,
                    50,
                    53,
                )
            )
        )
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, other)


def test_everybody_has_a_score_and_progress_is_told() -> None:
    events, days = make_events(2), list[int]()
    ranker = LinkRanker(events, NAMES, COARSE, Spans(5, BLEND, 60), days.append)
    assert days == list(range(60))[: len(days)]
    assert days[-1] >= 58
    (scores,) = score_days(ranker, events, 60, 61)
    assert scores.shape[1] == 8
    assert np.isfinite(scores).all()
