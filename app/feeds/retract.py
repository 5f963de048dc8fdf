"""Retractions: tombstones that take reports out of every score, in any order with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.feeds.kinds import check_retraction
from app.feeds.models import EventReport, EventRetraction, RetractionRecord
from app.feeds.rollup import refresh
from app.feeds.statements import find_retracted, in_chunks
from app.revisions.record import Recorder, find_latest


@dataclass(frozen=True, slots=True)
class Retracted:
    """What a retraction did; `revision` is None when every id had been retracted before."""

    new: int
    known: int
    reports: int
    revision: int | None


def retract(
    session: Session, feed: str, feed_ids: Iterable[str], *, reason: str, now: datetime,
    principal: str,
) -> Retracted:  # fmt: skip
    """Retracts reports of a feed by its own ids, whether they came yet or will.

    A report that is retracted stays on record, and counts for nothing from the revision on. The
    ids that were retracted before are left as they are. Raises InvalidCatalogue for a feed that was
    loaded rolled up.
    """
    check_retraction(session, feed)
    asked = sorted(set(feed_ids))
    known = find_retracted(session, feed, asked)
    new = [feed_id for feed_id in asked if feed_id not in known]
    if not new:
        return Retracted(0, len(asked), 0, None)
    recorder = Recorder(session, find_latest(session), now=now, principal=principal)
    number = recorder.number + 1
    recorder.record(
        action="create",
        resource="event_retraction",
        resource_id=f"{feed}.{number}",
        record=RetractionRecord(feed=feed, reason=reason, ids=new).model_dump_json(),
    )
    session.add_all(EventRetraction(feed=feed, feed_id=i, revision=number) for i in new)
    session.flush()
    places, reports = set(), 0
    for chunk in in_chunks(new):
        query = select(col(EventReport.dyad_id), col(EventReport.happened_on)).where(
            col(EventReport.feed) == feed, col(EventReport.feed_id).in_(chunk)
        )
        for dyad_id, happened_on in session.exec(query):
            places.add((dyad_id, happened_on))
            reports += 1
    refresh(session, number, places)
    return Retracted(len(new), len(known), reports, number)
