"""Momentum: what principals lately did to each other, cooperation and conflict kept apart."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from math import fsum

from app.scoring import facts
from app.scoring.assessment import Assessment, Input, Question, unknown
from app.scoring.scales import LEVEL_VALUES, half_width

# A quarter of a year: a stated choice, the time in which an act loses half its bearing.
HALF_LIFE_DAYS = 90
# Mass of the prior: one act of the strongest intensity (10), split evenly, pulls the value to 0.5.
PRIOR_MASS = 10.0
# A factor of full severity weighs in momentum as much as an act of the strongest intensity.
FACTOR_INTENSITY = 10.0
RECENT_DAYS = 365
# Fewer events than this that feeds report in that time say nothing: how many there are follows how
# much is written about a pair, so few of them are little coverage, not little momentum.
LEAST_EVENTS = 5
# A feed whose last day is longer ago has fallen behind: most publish daily, some weekly.
STALE_DAYS = 7
# Feeds with fewer rows than this in that time, whomever they tell of, watched nobody.
LEAST_ROWS = 100
# Days of a pair that are named one by one; the others are named together.
NAMED_DAYS = 8
# Machine-coded reports, by the Admiralty code: fairly reliable, possibly true.
REPORTED_HALF = half_width("C", 3)


def momentum(view: facts.Proposal, question: Question) -> Assessment:
    """(C + k/2) / (C + K + k): decayed cooperative against conflictual intensity.

    C and K sum the acts between the principals, edited and reported by feeds, and the turns of this
    proposal's own factors, each halving every `HALF_LIFE_DAYS`; k is `PRIOR_MASS`. The two sums
    stay apart. Unknown when within `RECENT_DAYS` no act was edited, no factor turned, and feeds
    report fewer than `LEAST_EVENTS` events.
    """
    signals = [*_event_signals(view, question), *_factor_signals(view)]
    days = _reported_days(view, question)
    horizon = question.today - timedelta(days=RECENT_DAYS)
    recent = sum(d.events for d in days if d.own_day > horizon)
    reported: dict[str, float] = {"reported_events": recent} if days else {}
    if not any(s.dated_on > horizon for s in signals) and recent < LEAST_EVENTS:
        return replace(unknown("momentum"), figures=reported)
    inputs = [_decayed(signal, question.today) for signal in signals]
    inputs += _name(reported_signals(days, question.today))
    cooperative = fsum(i.value for i in inputs if i.value > 0)
    conflictual = -fsum(i.value for i in inputs if i.value < 0)
    more = fsum(i.high for i in inputs if i.value > 0), -fsum(i.high for i in inputs if i.value < 0)
    less = fsum(i.low for i in inputs if i.value > 0), -fsum(i.low for i in inputs if i.value < 0)
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
            **reported,
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
    world = question.world
    events = (
        facts.with_evidence_until(event, question.day)
        for pair in sorted(world.pairs_of(view), key=sorted)
        for event in facts.visible(world.events.get(pair, ()), question.day)
    )
    return [_event_signal(event) for event in events]


def _event_signal(event: facts.Event) -> Input:
    half = facts.width(event.evidence)
    return _signal(event, event.summary, event.intensity, half, event.own_day)


def edited_signals(events: Iterable[facts.Event], today: date) -> list[Input]:
    """What is left by a day of acts that editors recorded."""
    return [_decayed(_event_signal(event), today) for event in events]


def attention(view: facts.Proposal, question: Question) -> int | None:
    """How many events feeds report between the principals within `RECENT_DAYS`.

    None when no feed watched that time: all of them are stale, or had fewer than `LEAST_ROWS` rows.
    """
    horizon = question.today - timedelta(days=RECENT_DAYS)
    if not _is_watched(question, horizon):
        return None
    return sum(d.events for d in _reported_days(view, question) if d.own_day > horizon)


def _is_watched(question: Question, horizon: date) -> bool:
    told = question.world.told
    first, end = (question.world.told_until(day) for day in (horizon, question.day))
    is_fresh = first < end and (question.day - told[end - 1][0]).days <= STALE_DAYS
    return is_fresh and sum(rows for _, rows in told[first:end]) >= LEAST_ROWS


def _reported_days(view: facts.Proposal, question: Question) -> list[facts.DyadDay]:
    """What feeds report by that day of those that two different principals act for."""
    world = question.world
    return [
        day
        for pair in sorted(world.pairs_of(view), key=sorted)
        for day in world.series.get(pair, ())
        if day.own_day <= question.day
    ]


def reported_signals(days: list[facts.DyadDay], today: date) -> list[Input]:
    """The decayed sums of each day, cooperation and conflict apart."""
    signals = []
    for day in days:
        left = 0.5 ** (max(0, (today - day.own_day).days) / HALF_LIFE_DAYS)
        for hundredths in (day.cooperative, -day.conflictual):
            if hundredths:
                size = hundredths / 100 * left
                low, high = sorted((size * (1 - REPORTED_HALF), size * (1 + REPORTED_HALF)))
                signals.append(
                    Input(day.ref, day.label, size, low, high, day.own_day, day.actor_id)
                )
    return signals


def _name(signals: list[Input]) -> list[Input]:
    """The weightiest signals as they are; the others as one of cooperation and one of conflict."""
    ordered = sorted(signals, key=lambda i: (-abs(i.value), i.ref, i.value))
    named, rest = ordered[:NAMED_DAYS], ordered[NAMED_DAYS:]
    for sign, kind in ((1, "cooperation"), (-1, "conflict")):
        others = [i for i in rest if i.value * sign > 0]
        if others:
            named.append(
                Input(
                    ref=max(others, key=lambda i: (i.dated_on, i.ref)).ref,
                    label=f"{len(others)} more reports of {kind}, the latest first",
                    value=fsum(i.value for i in others),
                    low=fsum(i.low for i in others),
                    high=fsum(i.high for i in others),
                    dated_on=max(i.dated_on for i in others),
                )
            )
    return named


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
