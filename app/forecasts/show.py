"""A forecast of a dyad, with all that it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal, cast

from pydantic import BaseModel, BeforeValidator, Field

from app.actors.queries import list_actors, to_lineages
from app.coding.plover import EventType
from app.errors import Fault, InvalidParameters, UnknownReference
from app.feeds.freshness import FeedUsed, list_days, list_used
from app.feeds.series import SeriesByPair
from app.forecasting.calibration import CONFIDENCE
from app.forecasting.events import LEAST_EVENTS, WITHIN_DAYS
from app.forecasting.runs import Kind, OneRun, Runs, Share, Side, Wanted
from app.forecasts.models import RunUsed, to_used
from app.forecasts.queries import find_run, find_runs
from app.revisions.models import Resource
from app.revisions.snapshot import OF_FEEDS, Snapshot
from app.scoring import facts
from app.scoring.assessment import Question
from app.scoring.momentum import STALE_DAYS
from app.scoring.receptivity import Engagement, Why, engage

_HORIZONS = {str(days): days for days in (1, 7, 30, 90)}


def _to_days(given: object) -> object:
    """A number of a query is text until it is read; what is none of these stays as it is."""
    return _HORIZONS.get(str(given), given)


Horizon = Annotated[Literal[1, 7, 30, 90], BeforeValidator(_to_days)]
# Acts that are named one by one; the others are named together.
MOST_DRIVERS = 10
OF_WORLD: tuple[Resource, ...] = ("actor", *OF_FEEDS)
_WHY: dict[Why, str] = {
    "no_run": "Nothing was learned from feeds yet; run `entente forecast train`.",
    "no_earlier_run": "What was learned from feeds is of later days than {as_of}; learn from those "
    "before by `entente forecast train --until {as_of}`, or name a run to see hindsight.",
    "not_calibrated": "Too little of this kind of event came about, or feeds tell of too few days, "
    "to calibrate it so many days ahead (90 days need about two years); the run says what it can.",
    "not_watched": f"No feed tells of the {STALE_DAYS} days up to {{as_of}}; {{told}}.",
    "too_little_history": f"Feeds report fewer than {LEAST_EVENTS} acts of the two in "
    f"{WITHIN_DAYS} days.",
}


class ForecastDriver(BaseModel):
    """One act of the past, and what it does to the forecast."""

    ref: str = Field(description="Reference of the first report of the act")
    label: str = Field(description="What it was, in words")
    happened_on: date = Field(description="Its day")
    expected: float = Field(description="Events that it lets expect", examples=[0.021])
    share: float = Field(description="That as a share of all that are expected, 0 to 1")
    without: float = Field(description="The probability if that act had not been")


class ForecastKind(BaseModel):
    """All acts of one kind by one side, and what they do to the forecast together."""

    actor_id: str = Field(description="Top-level actor that acted")
    event_type: EventType | None = Field(description="PLOVER event type; null: a bare statement")
    quad_class: int = Field(description="1, 2: verbal, material cooperation; 3, 4: such conflict")
    acts: int = Field(description="How many there were")
    last_on: date = Field(description="Day of the latest")
    expected: float = Field(description="Events that they let expect")
    share: float = Field(description="That as a share of all that are expected, 0 to 1")


class ForecastPublic(BaseModel):
    """How likely an actor is to do something to another within some days, and why."""

    actor_id: str = Field(description="Id of the actor that would act")
    actor_name: str = Field(description="Its name", examples=["Japan"])
    actor_counts_as: str = Field(
        description="Top-level actor that it belongs to: what is forecast is of all that do"
    )
    recipient_id: str = Field(description="Id of the actor it would act towards")
    recipient_name: str = Field(description="Its name", examples=["South Korea"])
    recipient_counts_as: str = Field(description="Top-level actor that it belongs to")
    event_type: EventType | None = Field(
        description="PLOVER event type; null: any cooperative event (quad classes 1 and 2)"
    )
    side: Side = Field(description="Who is to act: actor, or either of the two")
    horizon_days: int = Field(description="Days ahead, from the day after as_of on")
    as_of: date = Field(description="The day looked at")
    probability: float | None = Field(
        description="Chance of at least one such event, 0 to 1; null when it is unknown",
        examples=[0.912],
    )
    low: float | None = Field(
        description=f"Low end of the {CONFIDENCE:.0%} interval of how often forecasts like it came "
        "about, or the forecast itself where that is lower"
    )
    high: float | None = Field(description="High end of it, or the forecast where that is higher")
    unknown: Why | None = Field(description="Why it is unknown; null when it is known")
    text: str = Field(description="The same in a sentence")
    expected: float | None = Field(
        description="Number of events that the process lets expect, before calibration: base, "
        "drivers and others add up to it, and so do base and by_kind"
    )
    base: float | None = Field(description="Those that would be expected without any past")
    past_share: float | None = Field(description="Share of past days that had such an event")
    drivers: list[ForecastDriver] = Field(description=f"Acts that weigh most, up to {MOST_DRIVERS}")
    others: float | None = Field(description="Events that all other acts let expect")
    by_kind: list[ForecastKind] = Field(description="All acts by kind and by who acted")
    judged: bool = Field(
        description="Whether such forecasts were judged on a public benchmark: those of any "
        "cooperative event were, those of single types were only calibrated"
    )
    feeds: list[FeedUsed] = Field(description="The feeds, with those that are stale")
    run: RunUsed | None = Field(description="What it was learned from; null when nothing was")
    revision: int = Field(description="Latest revision of the catalogue that it rests on")


@dataclass(frozen=True, slots=True)
class ForecastQuestion:
    """What is to be forecast of whom, from which day, by which run (None: the latest)."""

    actor_id: str
    recipient_id: str
    event_type: EventType | None
    horizon_days: int
    side: Side
    day: date
    run_id: str | None


def show_forecast(snapshot: Snapshot, asked: ForecastQuestion) -> ForecastPublic:
    """A forecast. Raises UnknownReference and InvalidParameters."""
    world = snapshot.share(_build_world, OF_WORLD)
    for name, actor_id in (("actor", asked.actor_id), ("recipient", asked.recipient_id)):
        if actor_id not in world.names:
            raise UnknownReference("actor", f"/query/{name}")
    if len(world.event_key(asked.actor_id, asked.recipient_id)) < 2:
        (own,) = world.event_key(asked.actor_id, asked.recipient_id)
        detail = f"Both act for {own}; name two actors that act for different ones."
        raise InvalidParameters((Fault("/query/recipient", detail),))
    world = replace(world, runs=_find_runs(snapshot, asked.run_id))
    wanted = Wanted(asked.event_type or "", asked.side, asked.horizon_days)
    found = engage(Question(world, asked.day), wanted, asked.actor_id, asked.recipient_id)
    known = found if isinstance(found, Engagement) else None
    return _present(snapshot, asked, world, known, None if known else found)


def _find_runs(snapshot: Snapshot, run_id: str | None) -> Runs | None:
    """The runs to go by: all, or the one that was asked for. Raises UnknownReference."""
    if run_id is None:
        return find_runs(snapshot)
    used = find_run(snapshot, run_id)
    if used is None:
        raise UnknownReference("run", "/query/run")
    return OneRun(used.id, used.run)


def _build_world(snapshot: Snapshot) -> facts.World:
    """As much of the world as forecasts rest on."""
    actors = list_actors(snapshot)
    world = facts.World(
        lineage=to_lineages(actors),
        names={a.id: a.name for a in actors.values()},
        told=list_days(snapshot),
    )
    return replace(world, series=SeriesByPair(snapshot, world.event_key))


def _present(
    snapshot: Snapshot,
    asked: ForecastQuestion,
    world: facts.World,
    known: Engagement | None,
    why: object,
) -> ForecastPublic:
    forecast = None if known is None else known.forecast
    drivers, others = ([], None) if known is None else _list_drivers(known)
    used = world.run_on(asked.day)
    own, other = (world.lineage_of(a)[-1] for a in (asked.actor_id, asked.recipient_id))
    public = ForecastPublic(
        actor_id=asked.actor_id,
        actor_name=world.names[asked.actor_id],
        actor_counts_as=own,
        recipient_id=asked.recipient_id,
        recipient_name=world.names[asked.recipient_id],
        recipient_counts_as=other,
        event_type=asked.event_type,
        side=asked.side,
        horizon_days=asked.horizon_days,
        as_of=asked.day,
        probability=None if forecast is None else round(forecast.probability, 6),
        low=None if forecast is None else round(forecast.low, 6),
        high=None if forecast is None else round(forecast.high, 6),
        unknown=why,
        text="",
        expected=None if forecast is None else round(forecast.expected, 6),
        base=None if forecast is None else round(forecast.base, 6),
        past_share=None if forecast is None else round(forecast.past_share, 6),
        drivers=drivers,
        others=others,
        by_kind=[] if known is None else list(_list_kinds(known, own, other)),
        judged=asked.event_type is None,
        feeds=list_used(snapshot, asked.day),
        run=None if used is None else to_used(*used, asked.day),
        revision=snapshot.revision,
    )
    return public.model_copy(update={"text": _say(public, world)})


def _list_drivers(known: Engagement) -> tuple[list[ForecastDriver], float]:
    """The acts that weigh most, and what all others add up to."""
    shares = sorted(known.forecast.shares, key=lambda share: (-share.expected, share.act))
    drivers = [_to_driver(known, share) for share in shares[:MOST_DRIVERS]]
    return drivers, round(sum(share.expected for share in shares[MOST_DRIVERS:]), 6)


def _list_kinds(known: Engagement, own: str, other: str) -> Iterator[ForecastKind]:
    """The acts by kind and by who acted, those that weigh most first."""
    groups: dict[tuple[bool, Kind], list[Share]] = {}
    for share in known.forecast.shares:
        act = known.acts[share.act]
        groups.setdefault((act.is_own, act.kind), []).append(share)
    expected = {group: sum(s.expected for s in shares) for group, shares in groups.items()}
    for group in sorted(groups, key=lambda g: (-expected[g], str(g))):
        is_own, (event_type, quad) = group
        yield ForecastKind(
            actor_id=own if is_own else other,
            event_type=cast(EventType | None, event_type),
            quad_class=quad,
            acts=len(groups[group]),
            last_on=date.fromordinal(max(known.acts[s.act].day for s in groups[group])),
            expected=round(expected[group], 6),
            share=round(expected[group] / known.forecast.expected, 6),
        )


def _to_driver(known: Engagement, share: Share) -> ForecastDriver:
    told = known.days[share.act]
    return ForecastDriver(
        ref=told.ref,
        label=told.label,
        happened_on=told.own_day,
        expected=round(share.expected, 6),
        share=round(share.expected / known.forecast.expected, 6),
        without=round(share.without, 6),
    )


def _say(found: ForecastPublic, world: facts.World) -> str:
    """The forecast in words; every number is one of the JSON."""
    if found.unknown is not None:
        end = world.told_until(found.as_of)
        told = f"the last day told of is {world.told[end - 1][0]}" if end else "import some"
        return f"Unknown. {_WHY[found.unknown].format(as_of=found.as_of, told=told)}"
    kind = f"an event {found.event_type}" if found.event_type else "a cooperative event"
    days = "1 day" if found.horizon_days == 1 else f"{found.horizon_days} days"
    text = (
        f"The probability of {kind} {_say_who(found, world)} within {days} is "
        f"{found.probability}, with an interval of {found.low} to {found.high}. It is calibrated "
        f"from the {found.expected} such events that the process lets expect, {found.base} of them "
        "without any past."
    )
    if found.drivers:
        first = found.drivers[0]
        text += (
            f" The act that weighs most, with a share of {first.share}, is {first.label} on "
            f"{first.happened_on}: without it the probability would be {first.without}."
        )
    return text if found.judged else f"{text} Forecasts of single types were not judged."


def _say_who(found: ForecastPublic, world: facts.World) -> str:
    """Whom a forecast is of: those on top, for whom the acts are counted."""
    own, other = (world.names[a] for a in (found.actor_counts_as, found.recipient_counts_as))
    who = f"between {own} and {other}" if found.side == "either" else f"of {own} towards {other}"
    parts = (
        (found.actor_id, found.actor_counts_as, found.actor_name, own),
        (found.recipient_id, found.recipient_counts_as, found.recipient_name, other),
    )
    counted = [f"{name} counts as {top}" for part, top_id, name, top in parts if part != top_id]
    return f"{who} ({', '.join(counted)})" if counted else who
