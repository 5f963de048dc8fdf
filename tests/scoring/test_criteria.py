"""The criteria."""

from datetime import date, timedelta
from math import isnan, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.assessment import Assessment, Question
from app.scoring.criteria import (
    assess,
    backing,
    mutual_gain,
    precedent,
    receptivity,
    shared_priority,
    timeliness,
    tractability,
)
from app.scoring.facts import Participant, view_as_of
from app.scoring.scales import LEVEL_VALUES
from tests.scoring.builders import (
    DAY,
    EARLY,
    attempt,
    evidence,
    judgement,
    obstacle,
    position,
    priority,
    proposal,
    question,
    triple,
    window,
)

LEVELS = st.sampled_from(list(LEVEL_VALUES))
STANCES = st.sampled_from(["opposes", "reluctant", "neutral", "favours", "champions"])


def approx(*values: float) -> Any:
    return pytest.approx(values)


def gains(**levels: tuple[Any, Any]) -> tuple[Any, ...]:
    return tuple(
        judgement(actor, measure, level)
        for actor, pair in levels.items()
        for measure, level in zip(("gain", "cost"), pair, strict=True)
    )


# shared_priority


def test_shared_priority_is_the_geometric_mean_over_the_principals() -> None:
    asked = question(priorities=[priority("a", "d.e", "very_high"), priority("b", "d.e", "low")])
    found = shared_priority(proposal(), asked)
    assert triple(found) == approx(sqrt(0.9375 * 0.1875), 0.5, sqrt(1 * 0.3125))


def test_the_nearest_actor_speaks_before_the_nearest_domain() -> None:
    stated = [
        priority("a", "d.e", "none"),
        priority("a-office", "d", "high"),
        priority("b", "d", "high"),
    ]
    view = proposal(
        participants=(Participant("a-office", "initiator"), Participant("b", "counterpart"))
    )
    assert shared_priority(view, question(priorities=stated)).value == 0.75


def test_the_nearest_domain_and_the_latest_statement_count() -> None:
    stated = [
        priority("a", "d", "none"),
        priority("a", "d.e", "low"),
        priority("a", "d.e", "high", own_day=EARLY + timedelta(days=9)),
        priority("a", "d.e", "none", own_day=DAY + timedelta(days=1)),
        priority("b", "d", "high"),
    ]
    found = shared_priority(proposal(), question(priorities=stated))
    assert found.value == pytest.approx(0.75)


def test_shared_priority_is_unknown_when_a_principal_has_none() -> None:
    found = shared_priority(proposal(), question(priorities=[priority("a", "d", "high")]))
    assert (found.known, found.missing, found.low, found.high) == (False, ("b",), 0, 1)


# mutual_gain


def test_mutual_gain_is_the_geometric_mean_of_the_terms() -> None:
    view = proposal(judgements=gains(a=("very_high", "none"), b=("moderate", "moderate")))
    found = mutual_gain(view, question())
    low = sqrt((1 + 0.9375 - 0.0625) / 2 * (1 + 0.4375 - 0.5625) / 2)
    high = sqrt(1.0 * (1 + 0.5625 - 0.4375) / 2)
    assert triple(found) == approx(low, sqrt(1 * 0.5), high)


def test_one_principal_at_the_worst_takes_the_whole_to_zero() -> None:
    view = proposal(judgements=gains(a=("very_high", "none"), b=("none", "very_high")))
    assert mutual_gain(view, question()).value == 0


@pytest.mark.parametrize("missing", range(4))
def test_mutual_gain_is_unknown_when_a_gain_or_a_cost_is_missing(missing: int) -> None:
    judgements = list(gains(a=("high", "low"), b=("high", "low")))
    del judgements[missing]
    found = mutual_gain(proposal(judgements=tuple(judgements)), question())
    assert (found.known, found.missing) == (False, ("a",) if missing < 2 else ("b",))


def test_an_editors_judgement_leaves_the_widest_interval() -> None:
    own = tuple(
        judgement(actor, measure, "moderate", basis="editorial")
        for actor in "ab"
        for measure in ("gain", "cost")
    )
    found = mutual_gain(proposal(judgements=own), question())
    assert triple(found) == approx((1 + 0.125 - 0.875) / 2, 0.5, (1 + 0.875 - 0.125) / 2)


def test_the_latest_judgement_of_the_nearest_actor_counts() -> None:
    view = proposal(
        participants=(Participant("a-office", "initiator"), Participant("b", "counterpart")),
        judgements=(
            *gains(a=("none", "none"), b=("moderate", "moderate")),
            judgement("a-office", "gain", "low"),
            judgement("a-office", "gain", "moderate", own_day=DAY),
            judgement("a-office", "cost", "moderate"),
        ),
    )
    assert mutual_gain(view_as_of(view, DAY), question()).value == 0.5


# perspective


def test_a_perspective_takes_the_own_term_and_the_own_priority() -> None:
    view = proposal(judgements=gains(a=("high", "low"), b=("low", "high")))
    stated = [priority("a", "d", "high"), priority("b", "d", "low")]
    for perspective, gain, own in (("a", 0.75, 0.75), ("b", 0.25, 0.25)):
        asked = question(perspective, priorities=stated)
        assert mutual_gain(view, asked).value == pytest.approx(gain)
        assert shared_priority(view, asked).value == pytest.approx(own)


def test_a_state_looks_through_its_ministry_and_a_stranger_for_itself() -> None:
    view = proposal(
        participants=(Participant("a-office", "initiator"), Participant("b", "counterpart")),
        judgements=gains(a=("high", "low"), b=("low", "high"), c=("very_high", "none")),
    )
    assert mutual_gain(view, question("a")).value == 0.75
    assert mutual_gain(view, question("c")).value == 1
    assert not mutual_gain(view, question("z")).known


def test_a_group_speaks_for_itself_alone() -> None:
    world = {
        "lineage": {"a-victims": ("a-victims", "a")},
        "voices": {"a-victims": ("a-victims",)},
    }
    view = proposal(
        participants=(Participant("b", "initiator"), Participant("a-victims", "counterpart")),
        judgements=gains(a=("high", "low"), b=("high", "low")),
        positions=(position("a", "favours"), position("b", "favours")),
    )
    assert mutual_gain(view, question(**world)).missing == ("a-victims",)
    assert backing(view, question(**world)).missing == ("a-victims",)
    state = proposal(positions=(position("a-victims", "opposes"), position("b", "favours")))
    assert backing(state, question(**world)).missing == ("a",)


# tractability


def test_tractability_is_the_product_over_the_obstacles() -> None:
    factors = (
        obstacle("moderate", ref="factor:1"),
        obstacle("moderate", ref="factor:2", easing_on=EARLY),
        obstacle("very_high", ref="factor:3", resolved_on=EARLY),
        obstacle("very_high", ref="factor:4", kind="enabler"),
    )
    found = tractability(proposal(factors=factors), question())
    assert triple(found) == approx(0.4375 * (1 - 0.28125), 0.5 * 0.75, 0.5625 * (1 - 0.21875))


def test_tractability_is_unknown_until_somebody_has_looked() -> None:
    assert not tractability(proposal(), question()).known
    assert not tractability(proposal(factors=(obstacle("high", kind="enabler"),)), question()).known
    assert triple(tractability(proposal(obstacles_reviewed_on=EARLY), question())) == (1, 1, 1)
    assert tractability(proposal(factors=(obstacle("high"),)), question()).value == 0.25


# timeliness


def test_timeliness_is_the_largest_strength_of_an_open_window() -> None:
    windows = (
        window("low", EARLY, DAY, ref="window:1"),
        window("high", EARLY, DAY, ref="window:2"),
        window("very_high", DAY + timedelta(days=1), None, ref="window:3"),
    )
    found = timeliness(proposal(windows=windows), question())
    assert triple(found) == approx(0.6875, 0.75, 0.8125)
    assert found.inputs[0].ref == "window:2"


def test_timeliness_is_zero_when_all_windows_are_shut_and_unknown_without_any() -> None:
    shut = window("high", EARLY, DAY - timedelta(days=1))
    assert triple(timeliness(proposal(windows=(shut,)), question())) == (0, 0, 0)
    assert not timeliness(proposal(), question()).known


# precedent, receptivity


@pytest.mark.parametrize(
    ("outcomes", "value"),
    [(["held"], 2 / 3), (["failed"], 1 / 3), (["held", "held", "failed"], 3 / 5)],
)
def test_precedent_is_laplaces_rule_of_succession(outcomes: list[str], value: float) -> None:
    tries = tuple(attempt(o, n) for n, o in enumerate(outcomes))
    found = precedent(proposal(attempts=tries), question())
    assert found.value == pytest.approx(value)
    deviation = sqrt(value * (1 - value) / (len(outcomes) + 3))
    assert (found.low, found.high) == approx(value - deviation, value + deviation)


def test_precedent_is_unknown_without_an_attempt_and_receptivity_always() -> None:
    assert not precedent(proposal(), question()).known
    assert not receptivity(proposal(), question()).known


# backing


def test_backing_is_the_weakest_principals_latest_position() -> None:
    taken = (
        position("a", "champions"),
        position("b", "favours"),
        position("b", "reluctant", DAY),
    )
    found = backing(view_as_of(proposal(positions=taken), DAY), question())
    assert triple(found) == approx(0.1875, 0.25, 0.3125)


def test_backing_is_unknown_when_a_principal_has_no_position() -> None:
    found = backing(proposal(positions=(position("a", "champions"),)), question())
    assert (found.known, found.missing) == (False, ("b",))


def test_those_who_speak_for_a_principal_count_before_its_parent() -> None:
    view = proposal(
        participants=(Participant("a-office", "initiator"), Participant("b", "counterpart")),
        positions=(
            position("a-office", "favours"),
            position("b", "champions"),
            position("a", "opposes", DAY),
        ),
    )
    assert backing(view, question()).value == 0.75
    minister = {"lineage": {"a-minister": ("a-minister", "a")}}
    by_minister = proposal(positions=(position("a-minister", "opposes"), position("b", "favours")))
    assert backing(by_minister, question(**minister)).value == 0


# properties


@st.composite
def cases(draw: st.DrawFn) -> tuple[Any, Question]:
    grades = st.tuples(st.sampled_from("ABCDEF"), st.integers(1, 6))

    def support() -> tuple[Any, ...]:
        reliability, credibility = draw(grades)
        return (evidence(reliability=reliability, credibility=credibility),)

    def some(build: Any, most: int = 3) -> tuple[Any, ...]:
        return tuple(build(n) for n in range(draw(st.integers(0, most))))

    days = st.dates(date(2019, 6, 1), DAY)
    parts = {
        "judgements": tuple(
            judgement(actor, measure, draw(LEVELS), evidence=support())
            for actor in "ab"
            for measure in ("gain", "cost")
            if draw(st.booleans())
        ),
        "factors": some(
            lambda n: obstacle(
                draw(LEVELS),
                ref=f"factor:{n}",
                own_day=draw(days),
                kind=draw(st.sampled_from(["obstacle", "enabler"])),
                easing_on=draw(st.none() | days),
                evidence=support(),
            )
        ),
        "windows": some(
            lambda n: window(draw(LEVELS), draw(days), draw(st.none() | st.just(DAY)), ref=f"w:{n}")
        ),
        "attempts": some(lambda n: attempt(draw(st.sampled_from(["held", "failed"])), n)),
        "positions": tuple(position(a, draw(STANCES)) for a in "ab" if draw(st.booleans())),
    }
    stated = [priority(a, "d", draw(LEVELS), evidence=support()) for a in "ab"]
    asked = question(draw(st.sampled_from(["joint", "a", "b", "z"])), priorities=stated)
    return proposal(**parts), asked


@given(cases())
def test_every_value_lies_in_its_interval_on_the_scale(case: tuple[Any, Question]) -> None:
    for found in assess(*case):
        assert 0 <= found.low <= found.high <= 1
        if found.known:
            assert found.low - 1e-12 <= found.value <= found.high + 1e-12
        else:
            assert isnan(found.value)
            assert (found.low, found.high) == (0, 1)


def rises(worse: Assessment, better: Assessment) -> None:
    for one, two in zip(triple(worse), triple(better), strict=True):
        assert one <= two + 1e-12


@given(LEVELS, LEVELS, LEVELS)
def test_gains_and_priorities_raise_costs_and_obstacles_lower(one: Any, two: Any, fix: Any) -> None:
    lower, higher = sorted((one, two), key=lambda level: LEVEL_VALUES[level])

    def gain(own: Any, cost: Any) -> Assessment:
        return mutual_gain(proposal(judgements=gains(a=(own, cost), b=(fix, fix))), question())

    def care(own: Any) -> Assessment:
        return shared_priority(
            proposal(), question(priorities=[priority("a", "d", own), priority("b", "d", fix)])
        )

    def clear(severity: Any) -> Assessment:
        factors = (obstacle(severity), obstacle(fix, ref="factor:2"))
        return tractability(proposal(factors=factors), question())

    rises(gain(lower, fix), gain(higher, fix))
    rises(gain(fix, higher), gain(fix, lower))
    rises(care(lower), care(higher))
    rises(clear(higher), clear(lower))
