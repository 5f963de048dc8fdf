"""Verifying what is on record of feeds: what their revisions say came, and what it adds up to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import CTE, func, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.backups.findings import Findings, OnStep
from app.feeds.models import (
    NONE,
    BatchRecord,
    Counts,
    Dyad,
    DyadDay,
    EventImport,
    EventReport,
    EventRetraction,
    FeedDay,
    RejectedRow,
    RetractionRecord,
    RollupRecord,
)
from app.feeds.rollup import NONE_KEPT, compare
from app.feeds.statements import in_chunks
from app.forecasts.models import RunRecord
from app.revisions.models import Revision

CHECK = "feeds"
SHAPES: Mapping[str, type[BaseModel]] = {
    "event_batch": BatchRecord,
    "event_retraction": RetractionRecord,
    "event_rollup": RollupRecord,
    "forecast_run": RunRecord,
}
# Dyads that are counted together.
_AT_ONCE = 200


@dataclass(slots=True)
class _Told:
    """What the revisions of feeds say came."""

    batches: dict[int, BatchRecord] = field(default_factory=dict)
    counts: dict[str, Counts] = field(default_factory=dict)
    retracted: dict[tuple[str, str], int] = field(default_factory=dict)


def check_feeds(session: Session, findings: Findings, on_step: OnStep) -> int:
    """Compares tables of feeds with their revisions, and counts again; how many dyads there are.

    What was loaded rolled up is on record only as it was loaded, so it cannot be counted again.
    """
    told = _read(session, findings)
    _check_imports(session, told, findings)
    _check_retractions(session, told, findings)
    return _check_counts(session, findings, on_step)


def _read(session: Session, findings: Findings) -> _Told:
    told = _Told()
    query = select(Revision).where(col(Revision.resource).in_(SHAPES))
    for row in session.connection().execute(query.order_by(col(Revision.number))):
        place = f"revision {row.number}, {row.resource} {row.resource_id}"
        try:
            record = SHAPES[row.resource].model_validate_json(row.record or "")
        except ValidationError:
            findings.add(CHECK, place, "cannot be read")
            continue
        if row.action != "create" or row.diff != "[]":
            findings.add(CHECK, place, "is no first revision, though these never change")
        if isinstance(record, RunRecord) and row.resource_id != f"run-{row.number}":
            findings.add(CHECK, place, "has the id of another run")
        if isinstance(record, BatchRecord):
            told.batches[row.number] = record
            before = told.counts.get(record.import_id, Counts())
            told.counts[record.import_id] = before + record.counts
            if row.resource_id != f"{record.import_id}.{record.first_line}":
                findings.add(CHECK, place, "holds the record of another batch")
        elif isinstance(record, RetractionRecord):
            told.retracted |= {(record.feed, feed_id): row.number for feed_id in record.ids}
    return told


def _check_imports(session: Session, told: _Told, findings: Findings) -> None:
    rejected = _count(session, RejectedRow.import_id)
    for row in session.exec(select(EventImport)):
        place = f"import {row.id} of {row.file_name}"
        if row.counts != told.counts.get(row.id, Counts()):
            findings.add(CHECK, place, "does not add up to its batches")
        if rejected[row.id] != row.rejected:
            findings.add(CHECK, place, f"rejected {row.rejected} rows and kept {rejected[row.id]}")
    days = _count(session, FeedDay.revision, func.sum(FeedDay.rows))
    for number, record in told.batches.items():
        if days[number] != record.counts.read - record.counts.rejected:
            findings.add(CHECK, f"revision {number}", "has other rows by day than in all")
    query = select(EventReport.revision, EventReport.import_id, func.count())
    for number, import_id, count in session.exec(query.group_by(*query.selected_columns[:2])):
        batch = told.batches.get(number)
        if batch is None or batch.import_id != import_id:
            detail = f"{count} reports are said to have come with it, by import {import_id}"
            findings.add(CHECK, f"revision {number}", detail)


def _count(session: Session, column: Any, counted: Any = None) -> Counter[Any]:
    counted = func.count() if counted is None else counted
    rows = session.execute(select_columns(col(column), counted).group_by(col(column)))
    return Counter({key: int(count) for key, count in rows})


def _check_retractions(session: Session, told: _Told, findings: Findings) -> None:
    rows = session.exec(select(EventRetraction))
    found = {(row.feed, row.feed_id): row.revision for row in rows}
    for key in sorted(found.keys() | told.retracted.keys()):
        if found.get(key) != told.retracted.get(key):
            detail = "is not retracted by the revision that says so"
            findings.add(CHECK, f"report {key[1]} of {key[0]}", detail)


def _check_counts(session: Session, findings: Findings, on_step: OnStep) -> int:
    dyads = {row.id: row for row in session.exec(select(Dyad))}
    actors = set(
        session.exec(select(Revision.resource_id).where(Revision.resource == "actor").distinct())
    )
    for dyad in dyads.values():
        if not {dyad.actor_id, dyad.recipient_id} <= actors:
            findings.add(CHECK, f"dyad {dyad.id}", "is of somebody who never was an actor")
    for chosen in in_chunks(sorted(dyads), _AT_ONCE):
        now, kept = compare(session, _list_places(chosen))
        for group in now.keys() | kept.keys():
            if now.get(group, NONE_KEPT) != kept.get(group, NONE_KEPT):
                dyad = dyads[group[0]]
                place = f"dyad {dyad.actor_id} to {dyad.recipient_id}, {group[1]}"
                findings.add(CHECK, place, "does not add up to the reports on record")
        on_step(len(chosen))
    return len(dyads)


def _list_places(dyads: Sequence[int]) -> CTE:
    """Each day of these dyads that has reports, or something kept of them."""
    reported = select_columns(col(EventReport.dyad_id), col(EventReport.happened_on)).where(
        col(EventReport.dyad_id).in_(dyads)
    )
    kept = select_columns(col(DyadDay.dyad_id), col(DyadDay.happened_on)).where(
        col(DyadDay.dyad_id).in_(dyads), col(DyadDay.feed) == NONE
    )
    return union(reported, kept).cte("affected")
