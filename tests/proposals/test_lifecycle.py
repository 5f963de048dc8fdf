"""The life cycle of a proposal."""

from datetime import date
from typing import get_args

from app.proposals.lifecycle import NEXT, find_illegal, say_legal
from app.scoring.facts import Status

DAYS = [date(2020, 1, n) for n in range(1, 6)]


def test_every_status_has_its_next_ones_and_none_follows_itself() -> None:
    assert set(NEXT) == set(get_args(Status))
    for status, following in NEXT.items():
        assert status not in following
        assert set(following) <= set(NEXT)


def test_every_status_can_be_reached_from_a_draft_and_every_one_can_end() -> None:
    reached: set[Status] = {"draft"}
    for _ in NEXT:
        reached |= {after for before in reached for after in NEXT[before]}
    assert reached == set(NEXT)
    assert all("superseded" in NEXT[s] for s in NEXT if s != "superseded")


def test_steps_are_judged_in_the_order_of_their_days() -> None:
    legal = [(DAYS[2], "agreed"), (DAYS[0], "open"), (DAYS[1], "negotiating")]
    assert find_illegal(legal) is None  # type: ignore[arg-type]
    assert find_illegal([*legal, (DAYS[3], "draft")]) == ("agreed", "draft")  # type: ignore[list-item]
    assert find_illegal([]) is None
    assert find_illegal([(DAYS[0], "implemented")]) is None


def test_what_is_legal_is_said() -> None:
    assert say_legal("implemented") == "after implemented may come lapsed, superseded"
    assert say_legal("superseded") == "superseded is final"
