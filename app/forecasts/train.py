"""Learning from the feeds: the acts of top-level actors, one run of them, one revision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import cast, get_args

import numpy as np
from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from app.actors.queries import list_actors, to_lineages
from app.coding.plover import EventType
from app.errors import Fault, InvalidCatalogue
from app.feeds.freshness import list_days
from app.feeds.models import NONE, Dyad, DyadDay
from app.forecasting.calibration import Calibration
from app.forecasting.events import LEAST_DAYS, EventLog
from app.forecasting.hawkes import Past
from app.forecasting.learning import WARM_UP_DAYS, begin_of_calibration, learn
from app.forecasting.pairs import Target
from app.forecasting.runs import ANY, SIDES, Kind, Wanted, list_types
from app.forecasts.models import (
    MODEL,
    BinRecord,
    CalibrationRecord,
    KindRecord,
    RunRecord,
    shorten,
    to_half_lives,
)
from app.forecasts.queries import RESOURCE, list_runs
from app.revisions.record import Recorder, find_latest
from app.revisions.snapshot import Snapshot

# Acts that there must be to learn from.
LEAST_ACTS = 300
HORIZONS_DAYS = (1, 7, 30, 90)
OnStep = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class History:
    """Acts of top-level actors, seen from both sides, and what their numbers stand for.

    Day 0 is `first_on`; the last day is `last_on`.
    """

    events: EventLog
    kinds: tuple[Kind, ...]
    first_on: date
    last_on: date


def train(
    session: Session, snapshot: Snapshot, today: date, days: int, on_step: OnStep
) -> RunRecord:
    """What the feeds teach, up to a day. Nothing is stored.

    Raises InvalidCatalogue where they tell too little.
    """
    on_step("read the feeds")
    history = read_history(session, snapshot, today, days)
    wanted = _list_wanted(history.kinds)
    n_kinds = len(history.kinds)
    targets = [Target(list_types(history.kinds, w), w.days, w.side == "either") for w in wanted]
    quads = np.array([quad - 1 for _, quad in history.kinds], np.int64)
    events = history.events
    groups = events.dyads
    on_step(f"learn from {len(events) // 2:,} acts")
    end = (history.last_on - history.first_on).days + 1
    model = learn(
        lambda: Past(events, groups), targets, np.concatenate([quads, quads + 4]), WARM_UP_DAYS, end
    )
    found = [
        _to_record(w, c) for w, c in zip(wanted, model.calibrations, strict=True) if c is not None
    ]
    if not found:
        raise _refuse(
            "No kind of event came about often enough for a forecast to be "
            "calibrated; are there days that no feed told of?"
        )
    weights = model.excitation.weights
    return RunRecord(
        model=MODEL,
        first_on=history.first_on,
        last_on=history.last_on,
        events=len(events) // 2,
        dyads=len(np.unique(groups[events.types < n_kinds])),
        data_revision=snapshot.revision,
        half_lives_days=to_half_lives(),
        kinds=[_to_kind(kind) for kind in history.kinds],
        base=[shorten(value) for value in model.excitation.base.tolist()],
        weights=[[[shorten(v) for v in row] for row in rows] for rows in weights.tolist()],
        calibrations=found,
    )


def find_known(snapshot: Snapshot, record: RunRecord) -> str | None:
    """The run that says the same as a new one, if there is any; only the revision may differ."""
    for used in list_runs(snapshot):
        same = used.record.model_copy(update={"data_revision": record.data_revision})
        if same == record:
            return used.id
    return None


def store(session: Session, record: RunRecord, *, now: datetime, principal: str) -> str:
    """Stores a run; its id. Forecasts of days from its last one on rest on it."""
    recorder = Recorder(session, find_latest(session), now=now, principal=principal)
    run_id = f"run-{recorder.number + 1}"
    recorder.record(
        action="create", resource=RESOURCE, resource_id=run_id, record=record.model_dump_json()
    )
    return run_id


def read_history(session: Session, snapshot: Snapshot, today: date, days: int) -> History:
    """The acts that feeds report of the days before and up to `today`.

    An act is of one kind, between two top-level actors, on one day. Raises InvalidCatalogue.
    """
    told = [day for day, _ in list_days(snapshot) if day <= today]
    if not told:
        raise _refuse("No feed told of any day yet; import one with `entente events import`.")
    last_on = told[-1]
    rows = _read(session, snapshot, last_on - timedelta(days=days - 1), last_on)
    first_on = min((day for *_, day in rows), default=last_on)
    span = (last_on - first_on).days + 1
    cut = first_on + timedelta(days=begin_of_calibration(WARM_UP_DAYS, span))
    early = sum(first_on + timedelta(days=WARM_UP_DAYS) <= day < cut for *_, day in rows)
    if span < LEAST_DAYS or len(rows) < LEAST_ACTS or early < LEAST_ACTS // 3:
        raise _refuse(
            f"In the {days} days up to {last_on} feeds tell of {len(rows)} acts between actors of "
            f"the catalogue, the first on {first_on}, {early} of them in the part that rates are "
            f"fitted to; {LEAST_ACTS} acts, {LEAST_ACTS // 3} of them in that part, and "
            f"{LEAST_DAYS} days are needed. --days looks further back, --until ends earlier."
        )
    kinds = sorted({row[2] for row in rows}, key=lambda kind: (kind[1], kind[0] or ""))
    places = {kind: number for number, kind in enumerate(kinds)}
    actors = {
        actor: number for number, actor in enumerate(sorted({a for r in rows for a in r[:2]}))
    }
    columns = np.array(
        [(actors[a], places[k], actors[b], (day - first_on).days) for a, b, k, day in rows],
        np.int64,
    )
    columns = columns[np.lexsort(columns.T)]
    own, types, other, on = (column.copy() for column in columns.T)
    events = EventLog(own, types, other, on, len(actors), len(kinds))
    return History(events.both_ways(), tuple(kinds), first_on, last_on)


def _read(
    session: Session, snapshot: Snapshot, first_on: date, last_on: date
) -> set[tuple[str, str, Kind, date]]:
    """Who did what kind of thing to whom on which day, by top-level actors."""
    lineages = to_lineages(list_actors(snapshot))
    tops: Mapping[str, str] = {actor: line[-1] for actor, line in lineages.items()}
    columns = (
        col(Dyad.actor_id),
        col(Dyad.recipient_id),
        col(DyadDay.happened_on),
        col(DyadDay.event_type),
        col(DyadDay.quad_class),
    )
    query = (
        select_columns(*columns)
        .join(Dyad, col(Dyad.id) == col(DyadDay.dyad_id))
        .where(col(DyadDay.revision) <= snapshot.revision)
        .where(col(DyadDay.happened_on).between(first_on, last_on))
        .group_by(*columns)
        .having(func.sum(DyadDay.events) > 0)
    )
    found = set()
    for actor, recipient, day, event_type, quad in session.execute(query):
        own, other = tops.get(actor, actor), tops.get(recipient, recipient)
        if own != other:
            found.add((own, other, (None if event_type == NONE else event_type, quad), day))
    return found


def _list_wanted(kinds: tuple[Kind, ...]) -> list[Wanted]:
    """All targets: any cooperative event, and each type that there is."""
    seen = {event_type for event_type, _ in kinds}
    types = [ANY, *(t for t in get_args(EventType) if t in seen)]
    return [Wanted(*each) for each in product(types, SIDES, HORIZONS_DAYS)]


def _to_kind(kind: Kind) -> KindRecord:
    return KindRecord(event_type=cast(EventType | None, kind[0]), quad_class=kind[1])


def _to_record(wanted: Wanted, found: Calibration) -> CalibrationRecord:
    return CalibrationRecord(
        event_type=cast(EventType | None, wanted.event_type or None),
        side=wanted.side,
        horizon_days=wanted.days,
        intercept=shorten(found.intercept),
        slope=shorten(found.slope),
        share=shorten(found.share),
        forecasts=found.forecasts,
        came_about=found.came_about,
        brier=shorten(found.brier),
        brier_skill=shorten(found.brier_skill),
        auc=None if found.auc != found.auc else shorten(found.auc),
        bins=[BinRecord(**{n: getattr(b, n) for n in BinRecord.model_fields}) for b in found.bins],
    )


def _refuse(detail: str) -> InvalidCatalogue:
    return InvalidCatalogue((Fault("", detail),))
