"""Dyads: what one actor did towards another over time, cooperation and conflict apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum
from typing import Literal

from pydantic import BaseModel, Field

from app.actors.queries import list_actors, to_lineages
from app.errors import Fault, InvalidParameters, NotFound
from app.events.queries import list_events
from app.feeds.freshness import FeedUsed, list_used
from app.feeds.series import read_dyads
from app.revisions.snapshot import Snapshot
from app.scoring import facts
from app.scoring.aggregate import shown
from app.scoring.assessment import Input
from app.scoring.momentum import (
    HALF_LIFE_DAYS,
    LEAST_EVENTS,
    RECENT_DAYS,
    edited_signals,
    reported_signals,
)

Step = Literal["day", "week", "month"]
# Points of a series; more cannot be told apart on any chart.
MOST_POINTS = 1000
MOST_DRIVERS = 10


class DyadPoint(BaseModel):
    """What happened in one day, week (from Monday) or month."""

    starts_on: date = Field(description="First day of it")
    events: int = Field(description="Events, each once however often reported", examples=[4])
    cooperative: float = Field(description="Sum of their intensities above 0", examples=[5.6])
    conflictual: float = Field(
        description="Sum of their intensities below 0, as a positive number", examples=[2.0]
    )


class Driver(BaseModel):
    """What weighs most on the day asked for."""

    ref: str = Field(description="Reference of the event, or of the first of its kind that day")
    label: str = Field(description="What it was, in words")
    happened_on: date = Field(description="Its day")
    weight: float = Field(
        description="Intensity left by the day asked for; below 0 it is conflict", examples=[0.94]
    )


class Coverage(BaseModel):
    """Whether enough is reported of the dyad to say anything."""

    days: int = Field(description="Days looked back on, as_of the last of them", examples=[365])
    reported_events: int = Field(description="Events that feeds report in it", examples=[17])
    edited_events: int = Field(description="Events that editors recorded in it", examples=[2])
    least: int = Field(description="Reported events that are needed where none was edited")
    enough: bool = Field(description="Whether it is enough; if not, the sums say nothing")
    feeds: list[FeedUsed] = Field(description="The feeds, with those that are stale")


class DyadPublic(BaseModel):
    """What one actor, with those that belong to it, did towards another."""

    actor_id: str = Field(description="Id of the actor that acted")
    actor_name: str = Field(description="Its name", examples=["Japan"])
    recipient_id: str = Field(description="Id of the actor it acted towards")
    recipient_name: str = Field(description="Its name", examples=["South Korea"])
    as_of: date = Field(description="The day looked at")
    since: date = Field(description="First day of the series")
    step: Step = Field(description="Length of its points")
    items: list[DyadPoint] = Field(
        description="The series, oldest first; times without an event are left out"
    )
    cooperative: float = Field(
        description=f"All cooperation so far, each act halving every {HALF_LIFE_DAYS} days"
    )
    conflictual: float = Field(description="All conflict so far likewise, as a positive number")
    drivers: list[Driver] = Field(description=f"What weighs most now, up to {MOST_DRIVERS}")
    coverage: Coverage = Field(description="Whether that is enough to say anything")
    revision: int = Field(description="Latest revision of the catalogue that it rests on")


@dataclass(frozen=True, slots=True)
class DyadQuestion:
    """Which dyad is looked at, from which day to which, in which steps."""

    actor_id: str
    recipient_id: str
    since: date
    until: date
    step: Step


def begin_of_coverage(day: date) -> date:
    """The first of the RECENT_DAYS that end with a day."""
    return day - timedelta(days=RECENT_DAYS - 1)


def show_dyad(snapshot: Snapshot, asked: DyadQuestion) -> DyadPublic:
    """A dyad on a day. Raises NotFound and InvalidParameters."""
    edited, reported = _select(snapshot, asked)
    actors = list_actors(snapshot)
    weighed = [*edited_signals(edited, asked.until), *reported_signals(reported, asked.until)]
    ordered = sorted(weighed, key=lambda i: (-abs(i.value), i.ref, i.value))
    return DyadPublic(
        actor_id=asked.actor_id,
        actor_name=actors[asked.actor_id].name,
        recipient_id=asked.recipient_id,
        recipient_name=actors[asked.recipient_id].name,
        as_of=asked.until,
        since=asked.since,
        step=asked.step,
        items=_to_points(asked, edited, reported),
        cooperative=shown(fsum(i.value for i in weighed if i.value > 0)),
        conflictual=shown(-fsum(i.value for i in weighed if i.value < 0)),
        drivers=[_to_driver(i) for i in ordered[:MOST_DRIVERS]],
        coverage=_to_coverage(snapshot, asked.until, edited, reported),
        revision=snapshot.revision,
    )


def _select(
    snapshot: Snapshot, asked: DyadQuestion
) -> tuple[list[facts.Event], list[facts.DyadDay]]:
    """The edited acts and the reported days of the dyad, known by its last day."""
    actors = list_actors(snapshot)
    for name, actor_id in (("actor", asked.actor_id), ("recipient", asked.recipient_id)):
        if actor_id not in actors:
            raise NotFound(name)
    lineages = to_lineages(actors)
    if asked.actor_id in lineages[asked.recipient_id] or (
        asked.recipient_id in lineages[asked.actor_id]
    ):
        detail = "A dyad is of two actors of which neither belongs to the other."
        raise InvalidParameters((Fault("/path/recipient_id", detail),))

    def belongs(dyad: tuple[str, str]) -> bool:
        actor, recipient = (lineages.get(a, (a,)) for a in dyad)
        return asked.actor_id in actor and asked.recipient_id in recipient

    edited = [e for e in list_events(snapshot).values() if belongs((e.actor_id, e.recipient_id))]
    known = [facts.with_evidence_until(e, asked.until) for e in facts.visible(edited, asked.until)]
    days = [d for found in read_dyads(snapshot, belongs).values() for d in found]
    return known, [d for d in days if d.own_day <= asked.until]


def _to_points(
    asked: DyadQuestion, edited: Iterable[facts.Event], reported: Iterable[facts.DyadDay]
) -> list[DyadPoint]:
    sums: dict[date, list[int]] = {}
    acts = [(e.own_day, 1, round(e.intensity * 100), 0) for e in edited if e.intensity > 0]
    acts += [(e.own_day, 1, 0, round(-e.intensity * 100)) for e in edited if e.intensity < 0]
    acts += [(d.own_day, d.events, d.cooperative, d.conflictual) for d in reported]
    for day, *counts in acts:
        if day >= asked.since:
            point = sums.setdefault(_start_of(day, asked.step), [0, 0, 0])
            for place, count in enumerate(counts):
                point[place] += count
    if len(sums) > MOST_POINTS:
        detail = f"The series has {len(sums)} points; take a longer step or a later since."
        raise InvalidParameters((Fault("/query/step", detail),))
    return [
        DyadPoint(starts_on=day, events=events, cooperative=more / 100, conflictual=less / 100)
        for day, (events, more, less) in sorted(sums.items())
    ]


def _start_of(day: date, step: Step) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _to_driver(signal: Input) -> Driver:
    return Driver(
        ref=signal.ref,
        label=signal.label,
        happened_on=signal.dated_on,
        weight=shown(signal.value),
    )


def _to_coverage(
    snapshot: Snapshot, day: date, edited: list[facts.Event], reported: list[facts.DyadDay]
) -> Coverage:
    begin = begin_of_coverage(day)
    events = sum(d.events for d in reported if d.own_day >= begin)
    written = sum(e.own_day >= begin for e in edited)
    return Coverage(
        days=RECENT_DAYS,
        reported_events=events,
        edited_events=written,
        least=LEAST_EVENTS,
        enough=bool(written) or events >= LEAST_EVENTS,
        feeds=list_used(snapshot, day),
    )
