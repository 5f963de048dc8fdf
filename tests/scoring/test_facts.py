"""What is known on a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.scoring import facts
from tests.scoring.builders import (
    DAY,
    EARLY,
    SURE,
    attempt,
    evidence,
    judgement,
    obstacle,
    proposal,
    window,
)

LATE = date(2020, 9, 1)
DAYS = st.dates(date(2019, 12, 1), date(2021, 1, 1))


def test_a_record_is_unknown_before_its_own_day() -> None:
    record = judgement("a", "gain", "high", own_day=DAY)
    assert facts.visible([record], DAY - timedelta(days=1)) == ()
    assert facts.visible([record], DAY) == (record,)


def test_a_record_is_unknown_before_a_supporting_source_could_be_read() -> None:
    record = judgement("a", "gain", "high", evidence=(evidence(available_on=LATE),))
    assert facts.visible([record], LATE - timedelta(days=1)) == ()
    assert facts.visible([record], LATE) == (record,)


def test_evidence_against_does_not_publish_a_record() -> None:
    against = evidence(supports=False)
    support = evidence("evidence:2", available_on=LATE)
    record = judgement("a", "gain", "high", evidence=(against, support))
    assert facts.visible([record], DAY) == ()
    assert facts.visible([record], LATE) == (record,)


def test_an_editors_judgement_is_known_from_its_own_day() -> None:
    record = judgement("a", "gain", "high", basis="editorial", evidence=())
    assert facts.visible([record], EARLY) == (record,)


def test_a_view_hides_the_evidence_that_came_later() -> None:
    record = attempt("held")
    both = (evidence(), evidence("evidence:2", available_on=LATE))
    full = proposal(attempts=(facts.replace(record, evidence=both),))
    assert len(facts.view_as_of(full, DAY).attempts[0].evidence) == 1
    assert len(facts.view_as_of(full, LATE).attempts[0].evidence) == 2


def test_a_view_hides_turns_and_participants_that_came_later() -> None:
    factor = obstacle("high", easing_on=DAY, resolved_on=LATE)
    joined = facts.Participant("c", "observer", LATE)
    full = proposal(
        factors=(factor,),
        participants=(facts.Participant("a", "initiator"), joined),
        obstacles_reviewed_on=LATE,
    )
    before, eased, over = (
        facts.view_as_of(full, day) for day in (DAY - timedelta(days=1), DAY, LATE)
    )
    statuses = [facts.factor_status(v.factors[0]) for v in (before, eased, over)]
    assert statuses == ["open", "easing", "resolved"]
    assert (before.factors[0].easing_on, eased.factors[0].resolved_on) == (None, None)
    assert [len(v.participants) for v in (before, eased, over)] == [1, 1, 2]
    assert [v.obstacles_reviewed_on for v in (before, over)] == [None, LATE]


def test_the_status_is_that_of_the_last_known_transition() -> None:
    later = facts.Transition("transition:2", "agreed", LATE, "-", SURE)
    full = proposal(transitions=(later, *proposal().transitions))
    assert facts.view_as_of(full, EARLY - timedelta(days=1)).status is None
    assert facts.view_as_of(full, DAY).status == "open"
    assert facts.view_as_of(full, LATE).status == "agreed"


@given(DAYS, DAYS, DAYS, DAYS)
def test_a_view_is_its_own_view_and_only_grows(own: date, read: date, one: date, two: date) -> None:
    record = judgement("a", "gain", "high", own_day=own, evidence=(evidence(available_on=read),))
    full = proposal(judgements=(record,), factors=(obstacle("low", own_day=own),))
    first, second = (facts.view_as_of(full, day) for day in sorted((one, two)))
    assert facts.view_as_of(first, min(one, two)) == first
    assert set(first.judgements) <= set(second.judgements)
    assert set(first.factors) <= set(second.factors)


def test_a_window_is_open_on_its_first_and_its_last_day() -> None:
    span = window("high", EARLY, DAY)
    day = timedelta(days=1)
    states = [facts.window_state(span, d) for d in (EARLY - day, EARLY, DAY, DAY + day)]
    assert states == ["not_yet_open", "open", "open", "shut"]
    assert facts.window_state(window("high", EARLY, None), date(2200, 1, 1)) == "open"


def test_the_best_supporting_grade_counts_and_an_editors_is_the_lowest() -> None:
    claims = (
        evidence(reliability="C", credibility=3),
        evidence(reliability="B", credibility=2),
        evidence(supports=False),
    )
    assert facts.grade(claims) == ("B", 2)
    assert facts.grade(claims, "editorial") == ("F", 6)
    assert facts.grade(()) == ("F", 6)


def test_a_domain_leads_up_to_its_root() -> None:
    assert facts.domain_lineage("a.b.c") == ("a.b.c", "a.b", "a")
