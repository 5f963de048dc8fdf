"""Reading the reports of feeds as of a revision, each event once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, tuple_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import EntenteError, NotFound, RolledUp, Withdrawn
from app.feeds.kinds import is_rolled_up
from app.feeds.models import NONE, Dyad, DyadDay, EventReport, EventRetraction, RetractionRecord
from app.feeds.statements import is_retracted, lead_of
from app.revisions.models import Revision

# The place of an event in the order of a list: feed, day, the feed's own id.
Key = tuple[str, date, str]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; None asks for all. `dyads` are numbers of dyads."""

    until: date
    since: date | None = None
    feed: str | None = None
    event_type: str | None = None
    domains: Collection[str] | None = None
    dyads: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """The first report of an event, with who acted towards whom."""

    actor_id: str
    recipient_id: str
    report: EventReport


def find_events(
    session: Session, wanted: EventFilter, revision: int, after: Key | None, limit: int
) -> list[ReportedEvent]:
    """Up to `limit` events that follow `after`, in the order of feed, day and id."""
    report = EventReport
    order = (col(report.feed), col(report.happened_on), col(report.feed_id))
    query = _live(session, revision).where(col(report.happened_on) <= wanted.until)
    for condition in _conditions(wanted):
        query = query.where(condition)
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return _read(session, query.order_by(*order).limit(limit))


def get_event(session: Session, event_id: str, revision: int, until: date) -> ReportedEvent:
    """The event of which this report is one.

    Raises NotFound, Withdrawn if it was retracted, RolledUp where single reports are not on record.
    """
    feed, _, rest = event_id.partition(".")
    day, _, feed_id = rest.partition(".")
    try:
        happened_on = date.fromisoformat(day)
    except ValueError:
        raise NotFound("event") from None
    is_asked_for = (
        col(EventReport.feed) == feed,
        col(EventReport.happened_on) == happened_on,
        col(EventReport.feed_id) == feed_id,
        col(EventReport.revision) <= revision,
    )
    found = _read(session, _of_revision(revision).where(*is_asked_for))
    if not found:
        _refuse_retracted(session, is_asked_for, revision)
        raise _why_missing(session, event_id, feed, happened_on, revision)
    if happened_on > until:
        raise NotFound("event", not_on_record_that_day=True)
    return found[0]


def _refuse_retracted(session: Session, is_asked_for: Iterable[Any], revision: int) -> None:
    """Raises Withdrawn if there is such a report on record."""
    is_its_own = and_(
        col(EventRetraction.feed) == col(EventReport.feed),
        col(EventRetraction.feed_id) == col(EventReport.feed_id),
    )
    query = (
        select_columns(col(Revision.number), col(Revision.record))
        .join(EventRetraction, col(EventRetraction.revision) == col(Revision.number))
        .join(EventReport, is_its_own)
        .where(*is_asked_for, col(Revision.number) <= revision)
    )
    found = session.execute(query).first()
    if found is not None:
        number, record = found
        told = RetractionRecord.model_validate_json(record or "")
        raise Withdrawn("event", number, told.reason)


def _why_missing(
    session: Session, event_id: str, feed: str, happened_on: date, revision: int
) -> EntenteError:
    if feed == NONE or not is_rolled_up(session, feed, revision):
        return NotFound("event")
    query = (
        select_columns(col(Dyad.actor_id), col(Dyad.recipient_id))
        .join(DyadDay, col(Dyad.id) == col(DyadDay.dyad_id))
        .where(col(DyadDay.feed) == feed)
        .where(col(DyadDay.happened_on) == happened_on)
        .where(col(DyadDay.lead) == event_id, col(DyadDay.revision) <= revision)
    )
    found = session.execute(query.limit(1)).first()
    return RolledUp("event", dyad=None if found is None else (found[0], found[1]))


def _conditions(wanted: EventFilter) -> list[Any]:
    report = EventReport
    conditions: list[Any] = []
    if wanted.since is not None:
        conditions.append(col(report.happened_on) >= wanted.since)
    if wanted.feed is not None:
        conditions.append(col(report.feed) == wanted.feed)
    if wanted.event_type is not None:
        conditions.append(col(report.event_type) == wanted.event_type)
    if wanted.domains is not None:
        conditions.append(col(report.domain_id).in_(wanted.domains))
    if wanted.dyads is not None:
        conditions.append(col(report.dyad_id).in_(wanted.dyads))
    return conditions


def _of_revision(revision: int) -> Select[Any]:
    """Reports on record at a revision that were not retracted by it."""
    columns: list[Any] = [Dyad.actor_id, Dyad.recipient_id, EventReport]
    query: Select[Any] = (
        select_columns(*columns)
        .join(Dyad, col(Dyad.id) == col(EventReport.dyad_id))
        .where(col(EventReport.revision) <= revision, ~is_retracted(EventReport, revision))
    )
    return query


def _live(session: Session, revision: int) -> Select[Any]:
    """The first such report of each day, dyad, code and publisher, as the roll-up counts it."""
    mine: Any = EventReport
    other: Any = aliased(EventReport)
    is_repeat = exists().where(
        and_(
            other.dyad_id == mine.dyad_id,
            other.happened_on == mine.happened_on,
            other.code == mine.code,
            other.publisher == mine.publisher,
            other.revision <= revision,
            ~is_retracted(other, revision),
            lead_of(other, session) < lead_of(mine, session),
        )
    )
    return _of_revision(revision).where(~is_repeat)


def _read(session: Session, query: Select[Any]) -> list[ReportedEvent]:
    return [ReportedEvent(*row) for row in session.execute(query)]
