"""Reasons."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from app.forecasting.runs import OneRun
from app.scoring import facts
from app.scoring.assessment import CRITERIA
from app.scoring.criteria import assess
from app.scoring.explain import CLOSING_DAYS, TEMPLATES, Reason, explain, main_window
from app.scoring.profiles import BALANCED
from tests.scoring.builders import (
    DAY,
    EARLY,
    SURE,
    attempt,
    dyad_day,
    event,
    evidence,
    judgement,
    obstacle,
    position,
    priority,
    proposal,
    question,
    window,
)
from tests.scoring.test_receptivity import OTHER, RUNS


def reasons(perspective: str = "joint", world: Any = None, **parts: Any) -> tuple[Reason, ...]:
    asked = question(perspective, **(world or {}))
    view = facts.view_as_of(proposal(**parts), DAY)
    return explain(view, assess(view, asked), asked, BALANCED)


def gains(a: Any, b: Any) -> tuple[Any, ...]:
    return tuple(
        judgement(actor, measure, level)
        for actor, level in (("a", a), ("b", b))
        for measure, level in (("gain", level), ("cost", "low"))
    )


def days(n: int) -> timedelta:
    return timedelta(days=n)


class Later:
    """Runs that were all learned from later days."""

    def on(self, day: date) -> None:
        assert day == DAY


TAUGHT = {"told": ((DAY - days(500), 200), (DAY, 200)), "runs": RUNS}
STATED = {"priorities": [priority("a", "d", "high"), priority("b", "d", "low")]}
ALIKE = {"priorities": [priority("a", "d", "high"), priority("b", "d", "high")]}
ONE_PUBLISHER = tuple(
    facts.replace(j, evidence=(evidence(f"evidence:{n}"),))
    for n, j in enumerate(gains("high", "high"))
)
ONE_SIDE = tuple(
    facts.replace(j, evidence=(evidence(f"evidence:{n}", publisher=f"Press {n}", side="a"),))
    for n, j in enumerate(gains("high", "high"))
)
EDITORIAL = judgement("a", "gain", "high", basis="editorial", evidence=())
CASES: dict[str, dict[str, Any]] = {
    "priority_stated": {"world": STATED},
    "priority_equal": {"world": ALIKE},
    "priority_own": {"world": STATED, "perspective": "a"},
    "priority_unknown": {},
    "gain_shared": {"judgements": gains("high", "moderate")},
    "gain_equal": {"judgements": gains("high", "high")},
    "gain_own": {"judgements": gains("high", "low"), "perspective": "b"},
    "gain_unknown": {},
    "obstacle_blocks": {"factors": (obstacle("high"),)},
    "obstacles_resolved": {"factors": (obstacle("high", resolved_on=DAY),)},
    "no_obstacle": {"obstacles_reviewed_on": EARLY},
    "obstacles_not_reviewed": {},
    "momentum_cooperative": {"world": {"events": [event(5, DAY)]}},
    "momentum_conflictual": {"world": {"events": [event(-5, DAY)]}},
    "no_recent_event": {},
    "little_reported": {"world": {"series": [dyad_day(DAY, 100)]}},
    "window_closing": {"windows": (window("high", EARLY, DAY + days(CLOSING_DAYS)),)},
    "window_open": {"windows": (window("high", EARLY, DAY + days(CLOSING_DAYS + 1)),)},
    "window_open_ended": {"windows": (window("high", EARLY, None),)},
    "window_not_yet_open": {"windows": (window("high", DAY + days(9), None),)},
    "windows_shut": {"windows": (window("high", EARLY, DAY - days(3)),)},
    "no_window": {},
    "receptivity_forecast": {
        "world": {
            "series": [dyad_day(DAY - days(n), 100) for n in range(9)],
            "told": ((DAY - days(500), 200), (DAY, 200)),
            "runs": RUNS,
        }
    },
    "no_event_history": {"world": TAUGHT},
    "no_forecast_run": {},
    "no_earlier_forecast_run": {"world": {"runs": Later()}},
    "forecast_not_calibrated": {"world": TAUGHT | {"runs": OneRun("run-1", OTHER)}},
    "feeds_not_watched": {"world": {"runs": RUNS}},
    "precedent_held": {"attempts": (attempt("held"),)},
    "precedent_failed": {"attempts": (attempt("failed"),)},
    "no_precedent": {},
    "counterpart_opposes": {"positions": (position("a", "favours"), position("b", "reluctant"))},
    "initiator_opposes": {"positions": (position("a", "opposes"), position("b", "favours"))},
    "backing_stated": {"positions": (position("a", "favours"), position("b", "neutral"))},
    "position_unknown": {},
    "one_sided_evidence": {"judgements": ONE_PUBLISHER},
    "evidence_of_one_side": {"judgements": ONE_SIDE},
    "stale_review": {"obstacles_reviewed_on": DAY - days(facts.STALE_DAYS + 1)},
    "evidence_against": {"attempts": (attempt("held"),)},
    "editorial_judgement": {"judgements": (EDITORIAL,)},
}
AGAINST = evidence("evidence:against", supports=False)
CASES["evidence_against"] = {
    "attempts": (facts.replace(attempt("held"), evidence=(*SURE, AGAINST)),)
}


def test_every_code_has_a_case() -> None:
    assert CASES.keys() == TEMPLATES.keys()


@pytest.mark.parametrize("code", list(TEMPLATES))
def test_every_code_is_given_when_it_is_so(code: str) -> None:
    found = [r for r in reasons(**CASES[code]) if r.code == code]
    assert len(found) == 1
    text = found[0].text
    assert "{" not in text
    in_params = " ".join(str(v) for v in found[0].params.values())
    numbers = re.findall(r"\d+(?:\.\d+)?", text)
    assert set(numbers) <= set(re.findall(r"\d+(?:\.\d+)?", in_params))


def test_templates_hold_no_number_of_their_own() -> None:
    for template in TEMPLATES.values():
        assert not re.search(r"\d", re.sub(r"\{.*?\}", "", template))


def test_there_is_one_reason_a_criterion_the_weightiest_first() -> None:
    found = reasons(
        factors=(obstacle("very_high", own_day=EARLY - days(400)),), attempts=(attempt("held"),)
    )
    criteria = [r.criterion for r in found if r.criterion]
    assert sorted(criteria) == sorted(CRITERIA)
    assert criteria[:2] == ["tractability", "precedent"]
    assert found[0].effect == "against"
    assert found[1].effect == "for"
    assert {r.effect for r in found[2:8]} == {"open"}


def test_texts_name_whom_they_mean() -> None:
    by_code = {r.code: r for r in reasons(judgements=gains("high", "moderate"))}
    assert by_code["gain_shared"].text == "Mutual gain is 0.685; Bland gains least, at 0.625."
    unknown = by_code["position_unknown"].text
    assert unknown == "No public position of Aland and Bland is on record."
    three = (*proposal().participants, facts.Participant("a-office", "counterpart"))
    by_code = {r.code: r for r in reasons(participants=three)}
    assert "Aland, Bland and Office of Aland" in by_code["gain_unknown"].text


def test_references_lead_to_records_of_the_view() -> None:
    parts = {
        "judgements": gains("high", "moderate"),
        "factors": (obstacle("high"),),
        "windows": (window("high", EARLY, DAY),),
        "attempts": (attempt("held"),),
        "positions": (position("a", "favours"), position("b", "neutral")),
    }
    view = proposal(**parts)
    known = {r.ref for records in parts.values() for r in records}
    known |= {e.ref for records in parts.values() for r in records for e in r.evidence}
    known |= {e.ref for t in view.transitions for e in t.evidence}
    for reason in reasons(**parts):
        assert set(reason.refs) <= known


def test_evidence_of_two_publishers_is_not_one_sided() -> None:
    other = (evidence("evidence:2", publisher="Other"),)
    tries = (facts.replace(attempt("held"), evidence=other),)
    codes = {r.code for r in reasons(attempts=tries)}
    assert "one_sided_evidence" not in codes


def test_the_main_window_is_the_strongest_open_one_then_the_next_then_the_last() -> None:
    weak = window("low", EARLY, DAY, ref="weak")
    strong = window("high", EARLY, DAY + days(9), ref="strong")
    soon = window("high", EARLY, DAY + days(3), ref="soon")
    ahead = window("low", DAY + days(5), None, ref="ahead")
    later = window("low", DAY + days(6), None, ref="later")
    shut = window("high", EARLY, DAY - days(5), ref="shut")
    older = window("high", EARLY, DAY - days(6), ref="older")

    def main(*windows: facts.Window) -> str:
        found = main_window(proposal(windows=windows), question())
        assert found is not None
        return found.ref

    assert main(weak, strong, ahead, shut) == "strong"
    assert main(strong, soon) == "soon"
    assert main(shut, later, ahead) == "ahead"
    assert main(older, shut) == "shut"
    assert main_window(proposal(), question()) is None
