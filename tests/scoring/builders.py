"""Facts for tests of the pure room: short names for what most cases share."""

from datetime import date
from typing import Any

from app.scoring import facts
from app.scoring.assessment import JOINT, Assessment, Question

DAY = date(2020, 6, 1)
EARLY = date(2020, 1, 1)


def evidence(
    ref: str = "evidence:1",
    *,
    available_on: date = EARLY,
    reliability: Any = "A",
    credibility: int = 1,
    supports: bool = True,
    publisher: str | None = "Press",
    side: str | None = None,
    language: str | None = None,
) -> facts.Evidence:
    return facts.Evidence(
        ref=ref,
        source_id="source",
        source_title="Source",
        publisher=publisher,
        available_on=available_on,
        reliability=reliability,
        credibility=credibility,
        supports=supports,
        claim="A claim.",
        side=side,
        language=language,
    )


SURE = (evidence(),)


def judgement(actor: str, measure: Any, level: Any, **more: Any) -> facts.Judgement:
    fields = {"basis": "reported", "rationale": "-", "own_day": EARLY, "evidence": SURE} | more
    return facts.Judgement(
        ref=f"judgement:{actor}.{measure}", actor_id=actor, measure=measure, level=level, **fields
    )


def obstacle(severity: Any, **more: Any) -> facts.Factor:
    fields = {
        "kind": "obstacle",
        "title": "Obstacle",
        "basis": "reported",
        "own_day": EARLY,
        "evidence": SURE,
        "ref": "factor:1",
    } | more
    return facts.Factor(severity=severity, **fields)


def window(strength: Any, opens_on: date, closes_on: date | None, **more: Any) -> facts.Window:
    fields = {
        "title": "Window",
        "reason": "-",
        "basis": "reported",
        "own_day": EARLY,
        "evidence": SURE,
        "ref": "window:1",
    } | more
    return facts.Window(strength=strength, opens_on=opens_on, closes_on=closes_on, **fields)


def attempt(outcome: Any, n: int = 1) -> facts.Attempt:
    return facts.Attempt(f"attempt:{n}", "Attempt", outcome, EARLY, "-", SURE)


def position(actor: str, stance: Any, own_day: date = EARLY) -> facts.Position:
    return facts.Position(f"position:{actor}.{own_day}", actor, stance, "-", own_day, SURE)


def priority(
    actor: str, domain: str, level: Any, own_day: date = EARLY, evidence: Any = SURE
) -> facts.Priority:
    ref = f"priority:{actor}.{domain}.{own_day}"
    return facts.Priority(ref, actor, domain, level, "-", own_day, evidence)


def event(intensity: float, own_day: date, ref: str = "event:1", by: str = "a") -> facts.Event:
    other = "b" if by == "a" else "a"
    return facts.Event(ref, by, other, "CONSULT", intensity, "They met.", own_day, SURE)


def proposal(**parts: Any) -> facts.Proposal:
    fields = {
        "proposal_id": "p",
        "slug": "p",
        "title": "P",
        "domain_ids": ("d.e",),
        "participants": (
            facts.Participant("a", "initiator"),
            facts.Participant("b", "counterpart"),
        ),
        "transitions": (facts.Transition("transition:1", "open", EARLY, "-", SURE),),
    } | parts
    return facts.Proposal(**fields)


def question(perspective: str = JOINT, day: date = DAY, **world: Any) -> Question:
    fields = {
        "lineage": {"a-office": ("a-office", "a")},
        "names": {"a": "Aland", "b": "Bland", "a-office": "Office of Aland"},
        "domain_names": {"d": "Dealings", "d.e": "Easy dealings"},
    } | world
    for name in ("priorities", "events", "series"):
        groups: dict[Any, list[Any]] = {}
        for record in fields.get(name, ()):
            key = (
                (record.actor_id, record.domain_id)
                if name == "priorities"
                else frozenset({record.actor_id, record.recipient_id})
            )
            groups.setdefault(key, []).append(record)
        fields[name] = {key: tuple(records) for key, records in groups.items()}
    return Question(facts.World(**fields), day, perspective)


def dyad_day(
    own_day: date, cooperative: int = 0, conflictual: int = 0, *, events: int = 1, by: str = "a"
) -> facts.DyadDay:
    """What feeds report of a and b on a day, in hundredths."""
    return facts.DyadDay(
        ref=f"event:feed.{own_day}.{by}{cooperative}{conflictual}",
        actor_id=by,
        recipient_id="b" if by == "a" else "a",
        own_day=own_day,
        quad_class=1,
        event_type="CONSULT",
        domain_id=None,
        events=events,
        publishers=1,
        cooperative=cooperative,
        conflictual=conflictual,
    )


def triple(assessment: Assessment) -> tuple[float, float, float]:
    return assessment.low, assessment.value, assessment.high
