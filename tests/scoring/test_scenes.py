"""Scenes and their changes."""

from dataclasses import replace

import pytest

from app.scoring import facts
from app.scoring.scenes import Register, Scene, change, drop_claims, register
from tests.scoring.builders import (
    DAY,
    attempt,
    event,
    evidence,
    judgement,
    obstacle,
    position,
    priority,
    proposal,
    question,
)

ONE, TWO = evidence("evidence:one"), replace(evidence("evidence:two"), source_id="other")


def scene() -> Scene:
    world = question(priorities=[priority("a", "d", "high")], events=[event(5, DAY)]).world
    parts = {
        "factors": (obstacle("high", evidence=(ONE, TWO)),),
        "attempts": (attempt("held"),),
        "positions": (position("a", "favours"),),
        "judgements": (judgement("a", "gain", "high", basis="editorial", evidence=(ONE,)),),
    }
    return Scene(world, {"p": proposal(**parts)})


def take(before: Scene, found: Register, ref: str) -> Scene:
    return change(before, found.places, found.without(ref))


@pytest.mark.parametrize(
    "ref", ["factor:1", "attempt:1", "position:a.2020-01-01", "judgement:a.gain", "event:1"]
)
def test_a_record_that_is_left_out_is_gone_and_nothing_else_is(ref: str) -> None:
    before = scene()
    after = take(before, register(before), ref)
    gone = set(register(before).records) - set(register(after).records)
    assert gone == {ref}
    assert set(register(after).records) < set(register(before).records)


def test_the_scene_before_stays_as_it_was() -> None:
    before = scene()
    take(before, register(before), "factor:1")
    assert before == scene()


def test_a_claim_that_is_left_out_leaves_the_record_while_another_supports_it() -> None:
    before = scene()
    after = take(before, register(before), "evidence:two")
    [factor] = after.proposals["p"].factors
    assert factor.evidence == (ONE,)


def test_a_record_goes_with_the_last_claim_that_supports_it() -> None:
    record = obstacle("high", evidence=(ONE, replace(TWO, supports=False)))
    assert drop_claims(record, "evidence:one") is None
    assert drop_claims(record, "evidence:two") == replace(record, evidence=(ONE,))


def test_an_editorial_record_needs_no_claim() -> None:
    record = judgement("a", "gain", "high", basis="editorial", evidence=(ONE,))
    assert drop_claims(record, "evidence:one") == replace(record, evidence=())


def test_a_source_goes_with_all_its_claims() -> None:
    before = scene()
    after = take(before, register(before), "source:source")
    assert after.proposals["p"].attempts == ()
    assert after.proposals["p"].factors[0].evidence == (TWO,)
    assert [j.evidence for j in after.proposals["p"].judgements] == [()]
    assert set(after.world.priorities.values()) == {()}
    assert set(after.world.events.values()) == {()}


def test_what_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="ref"):
        register(scene()).without("factor:2")


def test_records_can_be_replaced_and_added() -> None:
    before = scene()
    found = register(before)
    easier = replace(before.proposals["p"].factors[0], severity="low")
    more = facts.replace(event(-3, DAY), ref="event:2")
    after = change(before, found.places, {"factor:1": easier}, ((found.places["event:1"], more),))
    assert after.proposals["p"].factors == (easier,)
    assert [e.ref for e in after.world.events[frozenset({"a", "b"})]] == ["event:1", "event:2"]


def test_later_edits_build_on_earlier_ones() -> None:
    before = scene()
    found = register(before)
    first = found.without("evidence:one")
    second = found.without("evidence:two", first)
    assert second["factor:1"] is None
    assert found.without("evidence:two", {"factor:1": None})["factor:1"] is None
