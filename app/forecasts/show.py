"""A forecast of a dyad, with all that it rests on."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from app.actors.queries import list_actors, to_lineages
from app.coding.plover import EventType
from app.errors import Fault, InvalidParameters, UnknownReference
from app.feeds.freshness import FeedUsed, list_days, list_used
from app.feeds.series import SeriesByPair
from app.forecasting.calibration import CONFIDENCE
from app.forecasting.events import LEAST_EVENTS, WITHIN_DAYS
from app.forecasting.runs import Share, Side, Wanted
from app.forecasts.models import RunUsed, to_used
from app.forecasts.queries import UsedRun, find_run
from app.revisions.models import Resource
from app.revisions.snapshot import OF_FEEDS, Snapshot
from app.scoring import facts
from app.scoring.assessment import Question
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
    "not_calibrated": "There was too little of this kind of event to learn from.",
    "not_watched": "No feed told of the days before; what came last is not known.",
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


class ForecastPublic(BaseModel):
    """How likely an actor is to do something to another within some days, and why."""

    actor_id: str = Field(description="Id of the actor that would act")
    actor_name: str = Field(description="Its name", examples=["Japan"])
    recipient_id: str = Field(description="Id of the actor it would act towards")
    recipient_name: str = Field(description="Its name", examples=["South Korea"])
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
        description="Number of events to expect: base, drivers and others add up to it"
    )
    base: float | None = Field(description="Those that would be expected without any past")
    past_share: float | None = Field(description="Share of past days that had such an event")
    drivers: list[ForecastDriver] = Field(description=f"Acts that weigh most, up to {MOST_DRIVERS}")
    others: float | None = Field(description="Events that all other acts let expect")
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
        detail = "A forecast is of two actors that act for different ones."
        raise InvalidParameters((Fault("/query/recipient", detail),))
    used = find_run(snapshot, asked.run_id)
    if used is None and asked.run_id is not None:
        raise UnknownReference("run", "/query/run")
    world = replace(world, run=None if used is None else used.run)
    wanted = Wanted(asked.event_type or "", asked.side, asked.horizon_days)
    found = engage(Question(world, asked.day), wanted, asked.actor_id, asked.recipient_id)
    known = found if isinstance(found, Engagement) else None
    return _present(snapshot, asked, world, used, known, None if known else found)


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
    used: UsedRun | None,
    known: Engagement | None,
    why: object,
) -> ForecastPublic:
    forecast = None if known is None else known.forecast
    drivers, others = ([], None) if known is None else _list_drivers(known)
    public = ForecastPublic(
        actor_id=asked.actor_id,
        actor_name=world.names[asked.actor_id],
        recipient_id=asked.recipient_id,
        recipient_name=world.names[asked.recipient_id],
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
        feeds=list_used(snapshot, asked.day),
        run=None if used is None else to_used(used.id, used.run, asked.day),
        revision=snapshot.revision,
    )
    return public.model_copy(update={"text": _say(public)})


def _list_drivers(known: Engagement) -> tuple[list[ForecastDriver], float]:
    """The acts that weigh most, and what all others add up to."""
    shares = sorted(known.forecast.shares, key=lambda share: (-share.expected, share.act))
    drivers = [_to_driver(known, share) for share in shares[:MOST_DRIVERS]]
    return drivers, round(sum(share.expected for share in shares[MOST_DRIVERS:]), 6)


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


def _say(found: ForecastPublic) -> str:
    """The forecast in words; every number is one of the JSON."""
    if found.unknown is not None:
        return f"Unknown. {_WHY[found.unknown]}"
    who = f"of {found.actor_name} towards {found.recipient_name}"
    if found.side == "either":
        who = f"between {found.actor_name} and {found.recipient_name}"
    kind = f"an event {found.event_type}" if found.event_type else "a cooperative event"
    days = "1 day" if found.horizon_days == 1 else f"{found.horizon_days} days"
    text = (
        f"The probability of {kind} {who} within {days} is "
        f"{found.probability}, with an interval of {found.low} to {found.high}. The past lets "
        f"expect {found.expected} such events"
    )
    if not found.drivers:
        return f"{text}."
    first = found.drivers[0]
    return (
        f"{text}; most is due to {first.label} on {first.happened_on}: without it the probability "
        f"would be {first.without}."
    )
