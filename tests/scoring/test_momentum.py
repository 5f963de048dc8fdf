"""Momentum."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.assessment import Assessment
from app.scoring.facts import Participant
from app.scoring.momentum import (
    HALF_LIFE_DAYS,
    LEAST_EVENTS,
    NAMED_DAYS,
    PRIOR_MASS,
    RECENT_DAYS,
    REPORTED_HALF,
    momentum,
)
from tests.scoring.builders import DAY, dyad_day, event, obstacle, proposal, question, triple

HALF = PRIOR_MASS / 2


def shares(**expected: float) -> dict[str, float]:
    return expected | {"half_life_days": HALF_LIFE_DAYS, "prior_mass": PRIOR_MASS}


def found(*acts: object, **parts: object) -> Assessment:
    return momentum(proposal(**parts), question(events=acts))


def test_an_act_of_today_weighs_its_whole_intensity() -> None:
    assert found(event(10, DAY)).value == (10 + HALF) / (10 + PRIOR_MASS)
    assert found(event(-10, DAY)).value == HALF / (10 + PRIOR_MASS)


def test_an_act_halves_every_half_life_to_the_day() -> None:
    for lives in (1, 2, 3):
        act = event(8, DAY - timedelta(days=lives * HALF_LIFE_DAYS))
        assert found(act).figures["cooperative"] == 8 / 2**lives
    one_day = found(event(8, DAY - timedelta(days=1))).figures["cooperative"]
    assert one_day == round(8 * 0.5 ** (1 / HALF_LIFE_DAYS), 3)


def test_cooperation_and_conflict_stay_apart() -> None:
    both = found(event(6, DAY, "event:1"), event(-6, DAY, "event:2", by="b"))
    assert both.value == 0.5
    assert both.figures == shares(cooperative=6, conflictual=6)
    assert both.high - both.low > 0


def test_the_interval_is_that_of_the_sizes_not_of_the_signs() -> None:
    sure = 0.0625  # of an A1 report
    one = found(event(4, DAY))
    low, high = 4 * (1 - sure), 4 * (1 + sure)
    ends = [(x + HALF) / (x + PRIOR_MASS) for x in (low, 4, high)]
    assert triple(one) == pytest.approx(tuple(ends))


def test_acts_of_others_and_of_the_future_do_not_count() -> None:
    later = event(5, DAY + timedelta(days=1))
    assert not found(later).known
    one_sided = proposal(participants=(Participant("a", "initiator"),))
    assert not momentum(one_sided, question(events=[event(5, DAY)])).known


def test_momentum_is_unknown_when_nothing_happened_within_a_year() -> None:
    old = event(5, DAY - timedelta(days=RECENT_DAYS))
    assert not found(old).known
    recent = event(5, DAY - timedelta(days=RECENT_DAYS - 1), "event:2")
    assert found(old, recent).known
    assert len(found(old, recent).inputs) == 2


def test_the_start_of_an_obstacle_is_conflict_and_its_end_cooperation() -> None:
    start = found(factors=(obstacle("high", own_day=DAY),))
    assert start.figures == shares(cooperative=0, conflictual=7.5)
    ended = found(factors=(obstacle("high", own_day=DAY, resolved_on=DAY),))
    assert ended.figures == shares(cooperative=7.5, conflictual=7.5)
    in_two_steps = found(factors=(obstacle("high", own_day=DAY, easing_on=DAY, resolved_on=DAY),))
    assert in_two_steps.figures == ended.figures


def test_an_enabler_turns_the_other_way() -> None:
    helps = obstacle("moderate", kind="enabler", own_day=DAY)
    assert found(factors=(helps,)).figures == shares(cooperative=5, conflictual=0)
    fading = obstacle("moderate", kind="enabler", own_day=DAY, easing_on=DAY)
    assert found(factors=(fading,)).figures == shares(cooperative=5, conflictual=2.5)


def test_ministries_act_in_the_relation_of_their_states() -> None:
    view = proposal(
        participants=(Participant("a-office", "initiator"), Participant("b", "counterpart"))
    )
    assert momentum(view, question(events=[event(5, DAY)])).known


ACTS = st.lists(
    st.tuples(st.floats(-10, 10).filter(lambda x: abs(x) > 0.01), st.integers(0, 800)),
    min_size=1,
    max_size=6,
)


@given(ACTS, st.floats(0.1, 10))
def test_another_kind_act_never_lowers_and_a_hostile_one_never_raises(
    acts: list[tuple[float, int]], size: float
) -> None:
    events = [event(x, DAY - timedelta(days=age), f"event:{n}") for n, (x, age) in enumerate(acts)]
    events.append(event(1, DAY, "event:today"))
    before = found(*events)
    kinder = found(*events, event(size, DAY, "event:more"))
    harsher = found(*events, event(-size, DAY, "event:more"))
    assert harsher.value <= before.value <= kinder.value
    for each in (before, kinder, harsher):
        assert 0 < each.low <= each.value <= each.high < 1


@given(ACTS, st.randoms(use_true_random=False))
def test_the_order_in_which_acts_were_entered_does_not_matter(
    acts: list[tuple[float, int]], shuffle: object
) -> None:
    events = [event(x, DAY - timedelta(days=age), f"event:{n}") for n, (x, age) in enumerate(acts)]
    mixed = list(events)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    one, two = found(*events), found(*mixed)
    assert one.figures == two.figures


def reported(*days: object, **world: object) -> Assessment:
    return momentum(proposal(), question(series=days, **world))


def test_what_feeds_report_counts_by_its_sums_cooperation_and_conflict_apart() -> None:
    busy = reported(dyad_day(DAY, 1200, 200, events=3), dyad_day(DAY, 300, 400, events=2, by="b"))
    assert busy.value == (15 + HALF) / (15 + 6 + PRIOR_MASS)
    assert busy.figures == shares(cooperative=15, conflictual=6) | {"reported_events": 5}
    low = (15 * (1 - REPORTED_HALF) + HALF) / (
        15 * (1 - REPORTED_HALF) + 6 * (1 + REPORTED_HALF) + PRIOR_MASS
    )
    assert busy.low == pytest.approx(low)


def test_few_reports_are_little_coverage_not_little_momentum() -> None:
    thin = reported(dyad_day(DAY, 0, 900, events=LEAST_EVENTS - 1))
    assert not thin.known
    assert (thin.low, thin.high) == (0, 1)
    assert thin.figures == {"reported_events": LEAST_EVENTS - 1}
    assert reported(dyad_day(DAY, 0, 900, events=LEAST_EVENTS)).known


def test_reports_count_beside_edited_acts_however_few() -> None:
    both = reported(dyad_day(DAY, 200), events=[event(5, DAY)])
    assert both.figures["cooperative"] == 7


def test_old_and_later_reports_are_no_coverage() -> None:
    old = dyad_day(DAY - timedelta(days=RECENT_DAYS), 900, events=99)
    later = dyad_day(DAY + timedelta(days=1), 900, events=99)
    assert not reported(old, later).known


def test_reports_halve_every_half_life() -> None:
    day = DAY - timedelta(days=HALF_LIFE_DAYS)
    assert reported(dyad_day(day, 800, events=9)).figures["cooperative"] == 4


def test_the_weightiest_days_are_named_and_the_rest_summed() -> None:
    days = [dyad_day(DAY - timedelta(days=n), 100 + n, 50 + n, events=2) for n in range(30)]
    found = reported(*days)
    assert len(found.inputs) == NAMED_DAYS + 2
    named = sum(i.value for i in found.inputs if i.value > 0)
    assert named == pytest.approx(found.figures["cooperative"], abs=0.001)


@given(st.permutations([dyad_day(DAY - timedelta(days=n), n * 7, n * 3) for n in range(1, 40)]))
def test_the_order_of_reports_never_matters_to_the_last_bit(days: list[object]) -> None:
    ordered = [dyad_day(DAY - timedelta(days=n), n * 7, n * 3) for n in range(1, 40)]
    assert triple(reported(*days)) == triple(reported(*ordered))
