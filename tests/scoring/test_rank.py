"""Orders and ranks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.rank import competition_ranks, order_by_score

SCORES = st.lists(st.integers(0, 5), max_size=12)


def test_equal_scores_share_a_rank_and_the_next_is_skipped() -> None:
    assert competition_ranks(np.array([7, 9, 7, 1])).tolist() == [2, 1, 2, 4]
    assert competition_ranks(np.array([], np.int64)).tolist() == []


def test_equal_scores_are_in_the_order_of_their_ids() -> None:
    assert order_by_score(np.array([7, 9, 7]), ["b", "c", "a"]) == [1, 2, 0]


@given(SCORES)
def test_a_rank_is_one_more_than_how_many_are_better(scores: list[int]) -> None:
    ranks = competition_ranks(np.array(scores, np.int64)).tolist()
    assert ranks == [1 + sum(other > own for other in scores) for own in scores]


@given(SCORES, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_given(scores: list[int], shuffle: object) -> None:
    pairs = [(score, f"{n:02}") for n, score in enumerate(scores)]
    mixed = list(pairs)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]

    def ids(rows: list[tuple[int, str]]) -> list[str]:
        names = [name for _, name in rows]
        return [names[i] for i in order_by_score(np.array([s for s, _ in rows], np.int64), names)]

    assert ids(pairs) == ids(mixed)
