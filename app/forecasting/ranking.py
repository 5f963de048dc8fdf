"""How well an order of candidates is: filtered ranks, their reciprocals, and hits."""

from dataclasses import dataclass

import numpy as np

from app.forecasting.events import Flags, Floats, Ints, Questions

HITS = (1, 3, 10)


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """What ranks come to: the mean of their reciprocals, and the share of those up to k."""

    questions: int
    reciprocal_rank: float
    hits: dict[int, float]


def filtered_ranks(scores: Floats, asked: Questions) -> Floats:
    """The rank of each event's answer among all candidates but the other true answers of its day.

    `scores` has a row for each question and a column for each candidate; higher is likelier. Ties
    share their average rank, so scores that are all alike gain nothing (Berrendorf et al., "On the
    Ambiguity of Rank-Based Evaluation of Entity Alignment or Link Prediction Methods", 2020).
    The filter is the time-aware one (Han et al., ICLR 2021). Raises ValueError for a NaN.
    """
    if np.isnan(scores).any():
        raise ValueError("scores are not numbers")
    ranks = np.empty(len(asked.answers))
    for question, own in asked.each():
        ranks[own] = rank_answers(scores[question], asked.answers[own])
    return ranks


def rank_answers(scores: Floats, answers: Ints) -> Floats:
    """Filtered ranks of one question's answers by scores of all candidates, or by several such.

    `scores` has a value for each candidate along its last axis; ranks have one for each answer.
    """
    told, found = np.unique(answers), scores[..., answers, np.newaxis]
    rows, true = scores[..., np.newaxis, :], scores[..., np.newaxis, told]
    # An answer ties with itself, among all and among the true ones that are taken out.
    above = (rows > found).sum(axis=-1) - (true > found).sum(axis=-1)
    level = (rows == found).sum(axis=-1) - (true == found).sum(axis=-1)
    return np.asarray(1 + above + level / 2)


def summarise(ranks: Floats, chosen: Flags | None = None) -> RankingFigures:
    """The figures of all ranks, or of those chosen; NaN where there are none."""
    used = ranks if chosen is None else ranks[chosen]
    if not len(used):
        return RankingFigures(0, float("nan"), dict.fromkeys(HITS, float("nan")))
    hits = {k: float((used <= k).mean()) for k in HITS}
    return RankingFigures(len(used), float((1 / used).mean()), hits)
