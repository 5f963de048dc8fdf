"""Momentum: what principals lately did to each other, cooperation and conflict kept apart."""

from dataclasses import replace
from datetime import date, timedelta

from app.scoring import facts
from app.scoring.assessment import Assessment, Input, Question, unknown
from app.scoring.scales import LEVEL_VALUES

# A quarter of a year: a stated choice, the time in which an act loses half its bearing.
HALF_LIFE_DAYS = 90
# Mass of the prior: one act of the strongest intensity (10), split evenly, pulls the value to 0.5.
PRIOR_MASS = 10.0
# A factor of full severity weighs in momentum as much as an act of the strongest intensity.
FACTOR_INTENSITY = 10.0
RECENT_DAYS = 365


def momentum(view: facts.Proposal, question: Question) -> Assessment:
    """(C + k/2) / (C + K + k): decayed cooperative against conflictual intensity.

    C and K sum the acts between the principals and the turns of this proposal's own factors, each
    halving every `HALF_LIFE_DAYS`; k is `PRIOR_MASS`. The two sums stay apart. Unknown when nothing
    happened within `RECENT_DAYS`.
    """
    signals = [*_event_signals(view, question), *_factor_signals(view)]
    horizon = question.today - timedelta(days=RECENT_DAYS)
    if not any(signal.dated_on > horizon for signal in signals):
        return unknown("momentum")
    inputs = tuple(_decayed(signal, question.today) for signal in signals)
    cooperative = sum(i.value for i in inputs if i.value > 0)
    conflictual = -sum(i.value for i in inputs if i.value < 0)
    more = sum(i.high for i in inputs if i.value > 0), -sum(i.high for i in inputs if i.value < 0)
    less = sum(i.low for i in inputs if i.value > 0), -sum(i.low for i in inputs if i.value < 0)
    return Assessment(
        "momentum",
        value=_balance(cooperative, conflictual),
        low=_balance(*less),
        high=_balance(*more),
        inputs=tuple(sorted(inputs, key=lambda i: (-abs(i.value), i.ref))),
        figures={
            "cooperative": round(cooperative, 3),
            "conflictual": round(conflictual, 3),
            "half_life_days": HALF_LIFE_DAYS,
            "prior_mass": PRIOR_MASS,
        },
    )


def _balance(cooperative: float, conflictual: float) -> float:
    return (cooperative + PRIOR_MASS / 2) / (cooperative + conflictual + PRIOR_MASS)


def _decayed(signal: Input, day: date) -> Input:
    left = 0.5 ** (max(0, (day - signal.dated_on).days) / HALF_LIFE_DAYS)
    return replace(
        signal, value=signal.value * left, low=signal.low * left, high=signal.high * left
    )


def _signal(
    record: facts.Event | facts.Factor, label: str, intensity: float, half: float, day: date
) -> Input:
    """An intensity whose size is sure to within `half` of itself; its sign never is in doubt."""
    low, high = sorted((intensity * (1 - half), intensity * (1 + half)))
    actor_id = record.actor_id if isinstance(record, facts.Event) else None
    return Input(record.ref, label, intensity, low, high, day, actor_id, record.evidence)


def _event_signals(view: facts.Proposal, question: Question) -> list[Input]:
    """The acts known by that day between those that two different principals act for."""
    world, principals = question.world, view.principals
    pairs = {world.event_key(a, b) for i, a in enumerate(principals) for b in principals[i + 1 :]}
    events = (
        facts.with_evidence_until(event, question.day)
        for pair in sorted((p for p in pairs if len(p) > 1), key=sorted)
        for event in facts.visible(world.events.get(pair, ()), question.day)
    )
    return [_signal(e, e.summary, e.intensity, facts.width(e.evidence), e.own_day) for e in events]


def _factor_signals(view: facts.Proposal) -> list[Input]:
    """The turns of the factors: an obstacle's start is conflict, its easing and end cooperation."""
    signals = []
    for factor in view.factors:
        size = FACTOR_INTENSITY * LEVEL_VALUES[factor.severity]
        start = size if factor.kind == "enabler" else -size
        half = facts.width(factor.evidence, factor.basis)
        turns = [(factor.own_day, start)]
        eased = factor.easing_on is not None
        if factor.easing_on is not None:
            turns.append((factor.easing_on, -start / 2))
        if factor.resolved_on is not None:
            turns.append((factor.resolved_on, -start / 2 if eased else -start))
        signals += [
            _signal(factor, factor.title, intensity, half, day)
            for day, intensity in turns
            if intensity
        ]
    return signals
