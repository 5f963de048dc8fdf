"""Measures of past rankings."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.scoring.scorecard import Outcome, concordance, precision_at, reciprocal_rank

OUTCOMES = st.lists(st.builds(Outcome, st.integers(1, 6), st.booleans()), max_size=12)


def outcomes(text: str) -> list[Outcome]:
    """'+--' is three ranks, the first of which came about."""
    return [Outcome(rank, mark == "+") for rank, mark in enumerate(text, 1)]


def test_concordance_counts_the_pairs_in_the_right_order() -> None:
    assert concordance(outcomes("+--")) == (2, 2)
    assert concordance(outcomes("--+")) == (0, 2)
    assert concordance(outcomes("-+-+")) == (1, 4)
    assert concordance([Outcome(1, True), Outcome(1, False)]) == (Fraction(1, 2), 1)
    assert concordance(outcomes("++")) == (0, 0)


def test_precision_takes_all_that_share_the_last_rank() -> None:
    assert precision_at(2, outcomes("+-+")) == (1, 2)
    assert precision_at(1, [Outcome(1, True), Outcome(1, False), Outcome(3, True)]) == (1, 2)
    assert precision_at(5, outcomes("+-")) == (1, 2)
    assert precision_at(5, []) == (0, 0)


def test_the_reciprocal_rank_is_that_of_the_first_that_came_about() -> None:
    assert reciprocal_rank(outcomes("--+")) == Fraction(1, 3)
    assert reciprocal_rank([Outcome(1, True), Outcome(1, False)]) == Fraction(2, 3)
    assert reciprocal_rank(outcomes("--")) is None


@given(OUTCOMES)
def test_turning_the_order_round_turns_the_concordance_round(found: list[Outcome]) -> None:
    turned = [Outcome(-o.rank, o.succeeded) for o in found]
    (one, pairs), (other, same) = concordance(found), concordance(turned)
    assert pairs == same
    assert one + other == pairs


@given(OUTCOMES, st.integers(1, 12))
def test_precision_is_in_bounds(found: list[Outcome], k: int) -> None:
    good, of = precision_at(k, found)
    assert 0 <= good <= of <= len(found)
    assert of >= min(k, len(found))
