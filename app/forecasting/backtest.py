"""Back-tests: every day is forecast from the days before it, then seen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from app.forecasting.events import EventLog, Flags, Floats, Questions, ask, was_seen
from app.forecasting.ranking import RankingFigures, filtered_ranks, summarise

OnDay = Callable[[int], None]


class Ranker(Protocol):
    """Says who may answer questions (actor, type, who?) on a day, from what was before it."""

    def score(self, day: int, asked: Questions) -> Floats:
        """A row for each question, a column for each candidate; higher is likelier."""


@dataclass(frozen=True, slots=True)
class RankingReport:
    """The figures of one ranker: of all questions, and of some."""

    overall: RankingFigures
    cooperative: RankingFigures
    met_before: RankingFigures
    never_met: RankingFigures
    recipients: RankingFigures
    actors: RankingFigures


def rank_days(ranker: Ranker, judged: EventLog, on_day: OnDay) -> Floats:
    """Filtered ranks of the judged events, seen from both sides, in their order."""
    ranks = [np.empty(0)]
    for day, events in judged.by_day(0, int(judged.days[-1]) + 1):
        asked = ask(events)
        ranks.append(filtered_ranks(ranker.score(day, asked), asked))
        on_day(day)
    return np.concatenate(ranks)


def find_met(events: EventLog, judged: EventLog) -> Flags:
    """Whether the two sides of each judged event had an event, either way, before its day.

    Both are seen from both sides; the judged ones are some whole days of all.
    """
    begin = np.searchsorted(events.days, judged.days[0])
    return was_seen(events.dyads, events.days)[begin : begin + len(judged)]


def report(
    ranks: Mapping[str, Floats], judged: EventLog, met: Flags, cooperative: Iterable[int]
) -> dict[str, RankingReport]:
    """The figures of each ranker; `cooperative` are types as their actors see them."""
    half = judged.n_types // 2
    forward = judged.types < half
    is_cooperative = np.isin(judged.types % half, list(cooperative))
    return {
        name: RankingReport(
            overall=summarise(own),
            cooperative=summarise(own, is_cooperative),
            met_before=summarise(own, met),
            never_met=summarise(own, ~met),
            recipients=summarise(own, forward),
            actors=summarise(own, ~forward),
        )
        for name, own in ranks.items()
    }
