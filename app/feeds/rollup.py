"""The roll-up: from reports to dyad-days, kept as changes that each revision adds.

One event is one (day, dyad, code, publisher) with a report that was not retracted, however many
reports it has. A change is what the roll-up of the reports on record is now, less what was kept.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, Date, Integer, String, and_, case, column, func, values
from sqlalchemy import cast as sql_cast
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.feeds.models import Dyad, DyadDay, EventReport
from app.feeds.statements import in_chunks, is_retracted
from app.scoring import facts

Place = tuple[int, date]
# Dyad, day, quad class, event type, domain.
Group = tuple[int, date, int, str, str]


@dataclass(frozen=True, slots=True)
class Sums:
    """What one group of a dyad-day adds up to."""

    events: int = 0
    publishers: int = 0
    cooperative: int = 0
    conflictual: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """The sum."""
        return Sums(
            self.events + other.events,
            self.publishers + other.publishers,
            self.cooperative + other.cooperative,
            self.conflictual + other.conflictual,
        )

    def less(self, other: "Sums") -> "Sums":
        """The difference."""
        return Sums(
            self.events - other.events,
            self.publishers - other.publishers,
            self.cooperative - other.cooperative,
            self.conflictual - other.conflictual,
        )


# The sums of a group, and its lead.
Kept = tuple[Sums, str | None]
NONE_KEPT: Kept = (Sums(), None)


def refresh(session: Session, revision: int, places: Collection[Place]) -> None:
    """Adds to a revision the changes of these dyads and days, after their reports changed."""
    for chunk in in_chunks(sorted(places)):
        affected = _to_cte(chunk)
        now: dict[Group, Kept] = {row[0]: row[1:] for row in _roll_up(session, affected)}
        kept = _sum_up(session, affected)
        changes = []
        for group in now.keys() | kept.keys():
            sums, lead = now.get(group, NONE_KEPT)
            before, lead_before = kept.get(group, NONE_KEPT)
            if (sums, lead) != (before, lead_before):
                changes.append(_to_row(revision, group, sums.less(before), lead))
        if changes:
            session.execute(DyadDay.__table__.insert(), changes)  # type: ignore[attr-defined]


def _to_row(revision: int, group: Group, change: Sums, lead: str | None) -> dict[str, Any]:
    dyad_id, day, quad_class, event_type, domain_id = group
    return {
        "revision": revision,
        "dyad_id": dyad_id,
        "happened_on": day,
        "quad_class": quad_class,
        "event_type": event_type,
        "domain_id": domain_id,
        "events": change.events,
        "publishers": change.publishers,
        "cooperative": change.cooperative,
        "conflictual": change.conflictual,
        "lead": lead,
    }


def _to_cte(places: Sequence[Place]) -> CTE:
    table = values(column("dyad_id", Integer), column("happened_on", Date), name="affected")
    return table.data(list(places)).cte("affected")


def _at(affected: CTE, dyad_id: Any, happened_on: Any) -> Any:
    return and_(affected.c.dyad_id == dyad_id, affected.c.happened_on == happened_on)


def _to_lead(report: type[EventReport]) -> Any:
    """The id of a report's event: feed, day and the feed's own id."""
    day = sql_cast(report.happened_on, String)
    return col(report.feed) + "." + day + "." + col(report.feed_id)


def _roll_up(session: Session, affected: CTE) -> Iterator[tuple[Group, Sums, str]]:
    """The roll-up of the reports at these places that were not retracted."""
    report = EventReport
    keys: list[Any] = [report.dyad_id, report.happened_on]
    lead = _to_lead(report)
    events = (
        select_columns(
            *keys,
            col(report.publisher),
            func.min(report.quad_class).label("quad_class"),
            func.min(report.event_type).label("event_type"),
            func.max(report.domain_id).label("domain_id"),
            func.min(report.hundredths).label("hundredths"),
            func.min(lead).label("lead"),
        )
        .join(affected, _at(affected, report.dyad_id, report.happened_on))
        .where(~is_retracted(report))
        .group_by(*keys, report.code, report.publisher)
        .subquery()
    )
    names = ("dyad_id", "happened_on", "quad_class", "event_type", "domain_id")
    groups = [events.c[name] for name in names]
    query = select_columns(
        *groups,
        func.count(),
        func.count(events.c.publisher.distinct()),
        func.sum(case((events.c.hundredths > 0, events.c.hundredths), else_=0)),
        func.sum(case((events.c.hundredths < 0, -events.c.hundredths), else_=0)),
        func.min(events.c.lead),
    ).group_by(*groups)
    for row in session.execute(query):
        yield tuple(row[:5]), Sums(*map(int, row[5:9])), row[9]


def _sum_up(session: Session, affected: CTE) -> dict[Group, Kept]:
    """What was kept of these places so far."""
    at_these = _at(affected, DyadDay.dyad_id, DyadDay.happened_on)
    query = select(DyadDay).join(affected, at_these).order_by(col(DyadDay.revision))
    return _fold(session.exec(query))


def _fold(rows: Iterable[DyadDay]) -> dict[Group, Kept]:
    """The sums of changes in the order of their revisions, with the lead that the last one left."""
    folded: dict[Group, Kept] = {}
    for row in rows:
        group = (row.dyad_id, row.happened_on, row.quad_class, row.event_type, row.domain_id)
        change = Sums(row.events, row.publishers, row.cooperative, row.conflictual)
        folded[group] = folded.get(group, NONE_KEPT)[0].plus(change), row.lead
    return folded


def list_dyads(session: Session) -> dict[tuple[str, str], int]:
    """The ids of all dyads that feeds told of, by actor and recipient."""
    rows = session.exec(select(Dyad.actor_id, Dyad.recipient_id, Dyad.id))
    return {(actor_id, recipient_id): dyad_id for actor_id, recipient_id, dyad_id in rows}


def load_series(
    session: Session, dyads: dict[int, tuple[str, str]], revision: int
) -> dict[tuple[str, str], tuple[facts.DyadDay, ...]]:
    """The dyad-days of these dyads as of a revision, oldest first."""
    folded: dict[Group, Kept] = {}
    for chunk in in_chunks(sorted(dyads)):
        query = (
            select(DyadDay)
            .where(col(DyadDay.dyad_id).in_(chunk))
            .where(col(DyadDay.revision) <= revision)
            .order_by(col(DyadDay.revision))
        )
        folded |= _fold(session.exec(query))
    series: dict[tuple[str, str], list[facts.DyadDay]] = defaultdict(list)
    for group, (sums, lead) in sorted(folded.items()):
        if sums.events:
            series[dyads[group[0]]].append(_to_fact(dyads[group[0]], group, sums, lead))
    return {dyad: tuple(days) for dyad, days in series.items()}


def _to_fact(dyad: tuple[str, str], group: Group, sums: Sums, lead: str | None) -> facts.DyadDay:
    _, day, quad_class, event_type, domain_id = group
    return facts.DyadDay(
        ref=f"event:{lead}",
        actor_id=dyad[0],
        recipient_id=dyad[1],
        own_day=day,
        quad_class=quad_class,
        event_type=event_type or None,
        domain_id=domain_id or None,
        events=sums.events,
        publishers=sums.publishers,
        cooperative=sums.cooperative,
        conflictual=sums.conflictual,
    )
