"""The eight criteria: each takes what is on record on one day to a value in [0, 1] or unknown.

Scales are fixed and anchored: no value depends on which other proposals there are. Every value
comes with the interval that its inputs leave; each function is monotone in each of its inputs, so
the ends of the interval are the function of the inputs' ends.
"""

from collections.abc import Callable, Sequence
from math import nan, prod, sqrt

from app.scoring import facts
from app.scoring.assessment import (
    CRITERIA,
    JOINT,
    Assessment,
    Criterion,
    Input,
    Question,
    unknown,
)
from app.scoring.momentum import momentum
from app.scoring.receptivity import receptivity
from app.scoring.scales import LEVEL_VALUES, OPENNESS, STANCE_VALUES, around


def assess(view: facts.Proposal, question: Question) -> tuple[Assessment, ...]:
    """The assessments of all criteria, in the order of `CRITERIA`, of a view of that same day."""
    return tuple(ASSESSORS[criterion](view, question) for criterion in CRITERIA)


def subjects(view: facts.Proposal, question: Question) -> tuple[str, ...]:
    """Whose gains and priorities count: all principals, or those who act for the perspective."""
    if question.perspective == JOINT:
        return view.principals
    own = tuple(p for p in view.principals if question.perspective in question.world.voices_of(p))
    return own or (question.perspective,)


def shared_priority(view: facts.Proposal, question: Question) -> Assessment:
    """Geometric mean of the priority of the main domain over the principals.

    A priority is the latest statement of the nearest actor (itself, then those it belongs to)
    about the nearest domain (itself, then those above it). Unknown when a subject has none.
    """
    who = subjects(view, question)
    found = {a: _priority(a, view.domain_ids[0], question) for a in who}
    inputs = tuple(_priority_input(p, a) for a, p in found.items() if p is not None)
    missing = tuple(a for a, p in found.items() if p is None)
    return _combined("shared_priority", inputs, missing, _geometric_mean)


def _priority(actor_id: str, domain_id: str, question: Question) -> facts.Priority | None:
    for speaker in question.world.voices_of(actor_id):
        for domain in facts.domain_lineage(domain_id):
            stated = question.world.priorities.get((speaker, domain), ())
            known = facts.visible(stated, question.day)
            if known:
                return facts.with_evidence_until(known[-1], question.day)
    return None


def mutual_gain(view: facts.Proposal, question: Question) -> Assessment:
    """Geometric mean over the principals of (1 + gain - cost) / 2.

    The Nash product with no deal at the worst outcome: one principal at 0 takes the whole to 0
    (Nash, "The bargaining problem", Econometrica 18, 1950). Unknown when a subject lacks either.
    """
    inputs: list[Input] = []
    missing: list[str] = []
    for actor_id in subjects(view, question):
        gain = _judgement(view, actor_id, "gain", question)
        cost = _judgement(view, actor_id, "cost", question)
        if gain is None or cost is None:
            missing.append(actor_id)
            continue
        gain_low, gain_high = _level_ends(gain)
        cost_low, cost_high = _level_ends(cost)
        inputs.append(
            Input(
                ref=gain.ref,
                label=f"gain {gain.level}, cost {cost.level}",
                value=(1 + LEVEL_VALUES[gain.level] - LEVEL_VALUES[cost.level]) / 2,
                low=(1 + gain_low - cost_high) / 2,
                high=(1 + gain_high - cost_low) / 2,
                dated_on=max(gain.own_day, cost.own_day),
                actor_id=actor_id,
                evidence=gain.evidence + cost.evidence,
                other_refs=(cost.ref,),
            )
        )
    return _combined("mutual_gain", tuple(inputs), tuple(missing), _geometric_mean)


def _judgement(
    view: facts.Proposal, actor_id: str, measure: str, question: Question
) -> facts.Judgement | None:
    """The latest judgement of the nearest actor: itself, then those it belongs to."""
    for speaker in question.world.voices_of(actor_id):
        own = [j for j in view.judgements if j.actor_id == speaker and j.measure == measure]
        if own:
            return own[-1]
    return None


def _level_ends(record: facts.Judgement | facts.Factor) -> tuple[float, float]:
    level = record.level if isinstance(record, facts.Judgement) else record.severity
    return around(LEVEL_VALUES[level], facts.width(record.evidence, record.basis))


def tractability(view: facts.Proposal, question: Question) -> Assessment:
    """Product over the obstacles of (1 - severity x openness), openness 1, .5, 0.

    Unknown when nobody has looked for obstacles yet and none is on record.
    """
    del question
    obstacles = [f for f in view.factors if f.kind == "obstacle"]
    if view.obstacles_reviewed_on is None and not obstacles:
        return unknown("tractability")
    inputs = []
    for obstacle in obstacles:
        openness = OPENNESS[facts.factor_status(obstacle)]
        low, high = _level_ends(obstacle)
        inputs.append(
            Input(
                ref=obstacle.ref,
                label=obstacle.title,
                value=LEVEL_VALUES[obstacle.severity] * openness,
                low=low * openness,
                high=high * openness,
                dated_on=obstacle.own_day,
                evidence=obstacle.evidence,
            )
        )
    return Assessment(
        "tractability",
        value=prod(1 - i.value for i in inputs),
        low=prod(1 - i.high for i in inputs),
        high=prod(1 - i.low for i in inputs),
        inputs=tuple(inputs),
    )


def timeliness(view: facts.Proposal, question: Question) -> Assessment:
    """The largest strength of a window open that day; 0 if all are shut or not yet open.

    Unknown when no window is on record.
    """
    if not view.windows:
        return unknown("timeliness")
    inputs = []
    for window in view.windows:
        strength = (
            LEVEL_VALUES[window.strength]
            if facts.window_state(window, question.today) == "open"
            else 0.0
        )
        half = facts.width(window.evidence, window.basis) if strength else 0.0
        low, high = around(strength, half)
        inputs.append(
            Input(
                window.ref,
                window.title,
                strength,
                low,
                high,
                window.own_day,
                evidence=window.evidence,
            )
        )
    return Assessment(
        "timeliness",
        value=max(i.value for i in inputs),
        low=max(i.low for i in inputs),
        high=max(i.high for i in inputs),
        inputs=tuple(sorted(inputs, key=lambda i: (-i.value, i.ref))),
    )


def precedent(view: facts.Proposal, question: Question) -> Assessment:
    """(1 + held) / (2 + held + failed): Laplace's rule of succession over the attempts.

    The interval is one standard deviation of the Beta(1 + held, 1 + failed) posterior either side.
    Unknown when no attempt is on record.
    """
    del question
    if not view.attempts:
        return unknown("precedent")
    held = sum(a.outcome == "held" for a in view.attempts)
    failed = len(view.attempts) - held
    mass = 2 + held + failed
    value = (1 + held) / mass
    low, high = around(value, sqrt(value * (1 - value) / (mass + 1)))
    inputs = tuple(
        Input(a.ref, a.title, float(a.outcome == "held"), 0.0, 1.0, a.own_day, evidence=a.evidence)
        for a in view.attempts
    )
    figures = {"held": float(held), "failed": float(failed)}
    return Assessment("precedent", value, low, high, inputs, figures)


def backing(view: facts.Proposal, question: Question) -> Assessment:
    """The weakest principal's latest position, as (1 + position) / 2.

    A principal's position is the latest that it, or someone who speaks for it, has taken; failing
    that, the latest of the nearest actor it belongs to. Unknown when a principal has none.
    """
    found = {a: _position(view, a, question) for a in view.principals}
    inputs = []
    for actor_id, position in found.items():
        if position is not None:
            low, high = around(
                STANCE_VALUES[position.stance], 2 * facts.width(position.evidence), bottom=-1.0
            )
            inputs.append(
                Input(
                    position.ref,
                    position.statement,
                    (1 + STANCE_VALUES[position.stance]) / 2,
                    (1 + low) / 2,
                    (1 + high) / 2,
                    position.own_day,
                    actor_id,
                    position.evidence,
                )
            )
    missing = tuple(a for a, p in found.items() if p is None)
    return _combined("backing", tuple(inputs), missing, min)


def _position(view: facts.Proposal, actor_id: str, question: Question) -> facts.Position | None:
    world = question.world
    own = [p for p in view.positions if actor_id in world.voices_of(p.actor_id)]
    if own:
        return own[-1]
    for speaker in world.voices_of(actor_id):
        of_parent = [p for p in view.positions if p.actor_id == speaker]
        if of_parent:
            return of_parent[-1]
    return None


def _priority_input(priority: facts.Priority, actor_id: str) -> Input:
    value = LEVEL_VALUES[priority.level]
    low, high = around(value, facts.width(priority.evidence))
    return Input(
        priority.ref,
        priority.statement,
        value,
        low,
        high,
        priority.own_day,
        actor_id,
        priority.evidence,
    )


def _combined(
    criterion: Criterion,
    inputs: tuple[Input, ...],
    missing: tuple[str, ...],
    combine: Callable[[Sequence[float]], float],
) -> Assessment:
    """One value from one input a principal; unknown, with who is missing, unless all have one."""
    if missing or not inputs:
        return Assessment(criterion, nan, 0.0, 1.0, inputs, missing=missing)
    return Assessment(
        criterion,
        value=combine([i.value for i in inputs]),
        low=combine([i.low for i in inputs]),
        high=combine([i.high for i in inputs]),
        inputs=inputs,
    )


def _geometric_mean(values: Sequence[float]) -> float:
    return prod(values) ** (1 / len(values))


ASSESSORS: dict[Criterion, Callable[[facts.Proposal, Question], Assessment]] = {
    "shared_priority": shared_priority,
    "mutual_gain": mutual_gain,
    "tractability": tractability,
    "momentum": momentum,
    "timeliness": timeliness,
    "receptivity": receptivity,
    "precedent": precedent,
    "backing": backing,
}

METHODS: dict[Criterion, str] = {
    "shared_priority": "Geometric mean, over the principals, of the priority of the main domain.",
    "mutual_gain": "Geometric mean, over the principals, of (1 + gain - cost) / 2.",
    "tractability": "Product, over the obstacles, of (1 - severity x openness).",
    "momentum": "(C + k/2) / (C + K + k): decayed cooperation C, conflict K, and a prior k.",
    "timeliness": "The largest strength of a window that is open; 0 if none of them is.",
    "receptivity": "Probability of a cooperative event with the counterpart within 30 days.",
    "precedent": "(1 + held) / (2 + held + failed) over the earlier attempts.",
    "backing": "The weakest principal's latest public position, as (1 + position) / 2.",
}
