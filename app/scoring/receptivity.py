"""Receptivity: how likely the counterpart takes part in something cooperative before long."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from app.forecasting.events import LEAST_DAYS
from app.forecasting.runs import ANY, Act, DyadForecast, Run, Wanted, is_known
from app.scoring import facts
from app.scoring.assessment import Assessment, Input, Question, unknown
from app.scoring.momentum import STALE_DAYS

HORIZON_DAYS = 30
WANTED = Wanted(ANY, "either", HORIZON_DAYS)
# Why there is no forecast: nothing was learned, or only from later days; too little of the kind
# asked for; no feed told of the days before; or too little of the dyad.
Why = Literal["no_run", "no_earlier_run", "not_calibrated", "not_watched", "too_little_history"]
WHYS: tuple[Why, ...] = get_args(Why)
# Acts that are named one by one; the others are named together.
NAMED_ACTS = 8


@dataclass(frozen=True, slots=True)
class Engagement:
    """The forecast of one pair of top-level actors, with the acts that it rests on."""

    forecast: DyadForecast
    acts: tuple[Act, ...]
    days: tuple[facts.DyadDay, ...]


def receptivity(view: facts.Proposal, question: Question) -> Assessment:
    """The chance of a cooperative event between counterpart and initiator within 30 days.

    With several counterparts that of the least likely one, each with its likeliest initiator.
    Unknown where nothing was learned from feeds, where all feeds are stale, or where what they
    report of a counterpart is too little.
    """
    found = [(other, _find_best(view, other, question)) for other in _list_others(view)]
    missing = tuple(actor for actor, best in found if not isinstance(best, Engagement))
    known = [best for _, best in found if isinstance(best, Engagement)]
    if missing or not known:
        why = {best for _, best in found if not isinstance(best, Engagement)}
        # The first that holds for all, and so is to be mended first.
        why_not = next((w for w in WHYS if w in why), "too_little_history")
        return replace(unknown("receptivity"), missing=missing, why=why_not)
    least = min(known, key=lambda engagement: engagement.forecast.probability)
    own = least.forecast
    return Assessment(
        "receptivity",
        value=own.probability,
        low=own.low,
        high=own.high,
        inputs=tuple(_name(least)),
        figures={
            "expected": round(own.expected, 4),
            "base": round(own.base, 4),
            "past_share": round(own.past_share, 4),
            "horizon_days": HORIZON_DAYS,
        },
    )


def _list_others(view: facts.Proposal) -> list[str]:
    return [p.actor_id for p in view.participants if p.role == "counterpart"]


def _find_best(view: facts.Proposal, counterpart: str, question: Question) -> Engagement | Why:
    """With the initiator that is likeliest, or why nothing is known with any."""
    initiators = [p.actor_id for p in view.participants if p.role == "initiator"]
    found = [engage(question, WANTED, actor, counterpart) for actor in initiators]
    known = [engagement for engagement in found if isinstance(engagement, Engagement)]
    if not known:
        return next((why for why in found if not isinstance(why, Engagement)), "too_little_history")
    return max(known, key=lambda e: e.forecast.probability)


def engage(question: Question, wanted: Wanted, actor: str, recipient: str) -> Engagement | Why:
    """The forecast of a dyad from the day after the one looked at, or why there is none."""
    world = question.world
    used = world.run_on(question.day)
    if used is None:
        return "no_run" if world.runs is None else "no_earlier_run"
    if wanted not in used[1].calibrations:
        return "not_calibrated"
    if not is_watched(question):
        return "not_watched"
    own, other = (world.lineage_of(actor_id)[-1] for actor_id in (actor, recipient))
    # Many proposals are between the same two.
    asked = (own, other, wanted, question.day, question.today)
    found = world.memo.get(asked)
    if found is None:
        found = world.memo[asked] = _forecast(question, wanted, own, other, used[1])
    return cast(Engagement | Why, found)


def _forecast(
    question: Question, wanted: Wanted, own: str, other: str, run: Run
) -> Engagement | Why:
    world = question.world
    day = question.today.toordinal() + 1
    series = world.series.get(frozenset({own, other}), ())
    days = list_acts((d for d in series if d.own_day <= question.day), world, own)
    acts = tuple(days)
    since = world.told[0][0].toordinal()
    if own == other or day - since < LEAST_DAYS or not is_known(acts, day):
        return "too_little_history"
    return Engagement(run.forecast(acts, wanted, day, since), acts, tuple(days.values()))


def is_watched(question: Question) -> bool:
    """Whether any feed told of the days just before the one looked at."""
    told = question.world.told
    end = question.world.told_until(question.day)
    return end > 0 and (question.today - told[end - 1][0]).days <= STALE_DAYS


def list_acts(
    series: Iterable[facts.DyadDay], world: facts.World, own: str
) -> dict[Act, facts.DyadDay]:
    """The acts of a pair, each once a day, with the first report of it."""
    acts: dict[Act, facts.DyadDay] = {}
    for told in series:
        is_own = world.lineage_of(told.actor_id)[-1] == own
        act = Act(is_own, (told.event_type, told.quad_class), told.own_day.toordinal())
        acts.setdefault(act, told)
    return acts


def _name(engagement: Engagement) -> Iterable[Input]:
    """The acts with the largest shares as they are; the others as one."""
    shares = sorted(engagement.forecast.shares, key=lambda s: (-s.expected, s.act))
    for share in shares[:NAMED_ACTS]:
        told = engagement.days[share.act]
        yield Input(
            told.ref,
            told.label,
            share.expected,
            share.expected,
            share.expected,
            told.own_day,
            told.actor_id,
        )
    others = shares[NAMED_ACTS:]
    if others:
        value = sum(share.expected for share in others)
        last = max((engagement.days[s.act] for s in others), key=lambda d: (d.own_day, d.ref))
        label = f"{len(others)} more acts, the latest first"
        yield Input(last.ref, label, value, value, value, last.own_day)
