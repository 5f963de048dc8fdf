"""Filtered ranks, ties, and the figures made of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.forecasting.events import Floats, ask
from app.forecasting.ranking import filtered_ranks, rank_answers, summarise
from tests.forecasting.logs import to_log


def test_other_true_answers_do_not_stand_above_one() -> None:
    events = to_log([(0, 0, 1, 5), (0, 0, 2, 5)], actors=4, types=1)
    ranks = filtered_ranks(np.array([[0.1, 0.9, 0.8, 0.2]]), ask(events))
    assert ranks.tolist() == [1, 1]


def test_ties_share_their_average_rank() -> None:
    assert rank_answers(np.array([0.5, 0.5, 0.5, 0.1]), np.array([1])).tolist() == [2]
    assert rank_answers(np.zeros(7), np.array([3])).tolist() == [4]


def test_scores_of_no_number_are_refused() -> None:
    events = to_log([(0, 0, 1, 5)], actors=2, types=1)
    with pytest.raises(ValueError, match="scores"):
        filtered_ranks(np.array([[0.1, np.nan]]), ask(events))


@given(
    arrays.arrays(float, st.integers(1, 12), elements=st.sampled_from([0.0, 0.2, 0.5, 1.0])),
    st.data(),
)
def test_ranks_are_those_of_counting_one_by_one(scores: Floats, data: st.DataObject) -> None:
    answers = data.draw(st.lists(st.integers(0, len(scores) - 1), min_size=1, unique=True))
    ranks = rank_answers(scores, np.array(answers))
    for answer, rank in zip(answers, ranks, strict=True):
        others = [c for c in range(len(scores)) if c == answer or c not in answers]
        above = sum(scores[c] > scores[answer] for c in others)
        level = sum(scores[c] == scores[answer] for c in others)
        assert rank == above + (level + 1) / 2


def test_several_scores_at_once_are_ranked_like_each_alone() -> None:
    scores = np.random.default_rng(2).integers(0, 4, (5, 9)).astype(float)
    answers = np.array([2, 7])
    alone = [rank_answers(row, answers) for row in scores]
    np.testing.assert_array_equal(rank_answers(scores, answers), alone)


def test_figures_are_means_over_the_questions_chosen() -> None:
    ranks = np.array([1.0, 2.0, 4.0, 20.0])
    whole = summarise(ranks)
    assert whole.questions == 4
    assert whole.reciprocal_rank == pytest.approx((1 + 0.5 + 0.25 + 0.05) / 4)
    assert whole.hits == {1: 0.25, 3: 0.5, 10: 0.75}
    assert summarise(ranks, ranks > 3).hits == {1: 0, 3: 0, 10: 0.5}
    assert np.isnan(summarise(ranks, ranks > 30).reciprocal_rank)
