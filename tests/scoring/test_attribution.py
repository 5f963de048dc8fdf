"""Attribution: parts that add up to the move."""

from hypothesis import given
from hypothesis import strategies as st

from app.scoring.attribution import shapley

CAUSES = ("a", "b", "c")


def test_a_published_example_of_the_shapley_value() -> None:
    """The glove game (Shapley 1959; Osborne and Rubinstein, A Course in Game Theory, 14.4).

    Two left gloves and one right one, a pair is worth 1: the right glove gets 2/3, each left 1/6.
    """
    value = {True: 6, False: 0}
    shares = shapley(("l1", "l2", "r"), lambda s: value["r" in s and bool(s & {"l1", "l2"})])
    assert shares == {"l1": 1, "l2": 1, "r": 4}


@given(st.lists(st.integers(-1000, 1000), min_size=8, max_size=8))
def test_parts_add_up_to_the_move(values: list[int]) -> None:
    def value(subset: frozenset[str]) -> int:
        return values[sum(1 << i for i, c in enumerate(CAUSES) if c in subset)]

    assert sum(shapley(CAUSES, value).values()) == values[7] - values[0]


@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=3))
def test_causes_that_do_not_meet_get_what_each_of_them_adds(adds: list[int]) -> None:
    added = dict(zip(CAUSES, adds, strict=True))
    assert shapley(CAUSES, lambda s: sum(added[c] for c in s)) == added


@given(st.integers(-1000, 1000))
def test_a_cause_that_changes_nothing_has_no_part(move: int) -> None:
    assert shapley(CAUSES, lambda s: move * ("b" in s)) == {"a": 0, "b": move, "c": 0}


@given(st.integers(-100, 100))
def test_causes_that_do_the_same_have_the_same_part_to_a_unit(move: int) -> None:
    shares = shapley(CAUSES, lambda s: move * (len(s) >= 2)).values()
    assert max(shares) - min(shares) <= 1


def test_without_a_cause_there_is_nothing_to_divide() -> None:
    assert shapley((), lambda _: 7) == {}
