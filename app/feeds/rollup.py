"""The roll-up: from reports to dyad-days, kept as changes that each revision adds.

A change is what the roll-up of the reports on record is now, less what was kept before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import CTE, Date, Integer, and_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.feeds.counting import GROUP_COLUMNS, REPORT_COLUMNS, SUM_COLUMNS, roll_up
from app.feeds.models import NONE, Dyad, DyadDay, EventReport
from app.feeds.statements import in_chunks, is_retracted, lead_of, to_cte
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


# A group, a change of its sums, and the lead that it left.
_CHANGE: list[Any] = [getattr(DyadDay, name) for name in (*GROUP_COLUMNS, *SUM_COLUMNS, "lead")]
# The sums of a group, and its lead.
Kept = tuple[Sums, str | None]
NONE_KEPT: Kept = (Sums(), None)
Groups = dict[Group, Kept]


def refresh(session: Session, revision: int, places: Collection[Place]) -> None:
    """Adds to a revision the changes of these dyads and days, after their reports changed."""
    for chunk in in_chunks(sorted(places)):
        affected = to_cte(chunk, dyad_id=Integer, happened_on=Date)
        now, kept = compare(session, affected)
        add_changes(session, revision, NONE, now, kept)


def compare(session: Session, affected: CTE) -> tuple[Groups, Groups]:
    """What the reports at these places add up to, and what is kept of them.

    `affected` has dyad_id and happened_on.
    """
    now: Groups = {row[0]: row[1:] for row in _roll_up(session, affected)}
    return now, _sum_up(session, affected)


def add_changes(session: Session, revision: int, feed: str, now: Groups, kept: Groups) -> int:
    """Adds to a revision what leads from the groups kept to those that are now; how many differ.

    `feed` is that of a roll-up that is loaded, NONE for the reports on record.
    """
    changes = []
    for group in now.keys() | kept.keys():
        sums, lead = now.get(group, NONE_KEPT)
        before, lead_before = kept.get(group, NONE_KEPT)
        if (sums, lead) != (before, lead_before):
            changes.append(_to_row(revision, feed, group, sums.less(before), lead))
    if changes:
        session.execute(DyadDay.__table__.insert(), changes)  # type: ignore[attr-defined]
    return len(changes)


def _to_row(
    revision: int, feed: str, group: Group, change: Sums, lead: str | None
) -> dict[str, Any]:
    dyad_id, day, quad_class, event_type, domain_id = group
    return {
        "revision": revision,
        "feed": feed,
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


def _at(affected: CTE, dyad_id: Any, happened_on: Any) -> Any:
    return and_(affected.c.dyad_id == dyad_id, affected.c.happened_on == happened_on)


def _roll_up(session: Session, affected: CTE) -> Iterator[tuple[Group, Sums, str]]:
    """The roll-up of the reports at these places that were not retracted."""
    report = EventReport
    columns: list[Any] = [getattr(report, name) for name in REPORT_COLUMNS if name != "lead"]
    reports = (
        select_columns(*columns, lead_of(report, session).label("lead"))
        .join(affected, _at(affected, report.dyad_id, report.happened_on))
        .where(~is_retracted(report))
        .cte("report")
    )
    for row in session.execute(roll_up(reports)):
        yield tuple(row[:5]), Sums(*map(int, row[5:9])), row[9]


def _sum_up(session: Session, affected: CTE) -> Groups:
    """What was kept of the reports at these places so far."""
    at_these = _at(affected, DyadDay.dyad_id, DyadDay.happened_on)
    query = select_columns(*_CHANGE).join(affected, at_these).where(col(DyadDay.feed) == NONE)
    return _fold(session.execute(query.order_by(col(DyadDay.revision))))


def sum_up_days(session: Session, feed: str, after: date, until: date) -> Groups:
    """What was kept of a roll-up that was loaded, of the days after one and up to another."""
    query = select_columns(*_CHANGE).where(
        col(DyadDay.feed) == feed,
        col(DyadDay.happened_on) > after,
        col(DyadDay.happened_on) <= until,
    )
    return _fold(session.execute(query.order_by(col(DyadDay.revision))))


def _fold(rows: Iterable[Sequence[Any]]) -> Groups:
    """The sums of changes in the order of their revisions, with the lead that the last one left."""
    folded: dict[Group, list[Any]] = {}
    for *group, events, publishers, cooperative, conflictual, lead in rows:
        sums = folded.setdefault(tuple(group), [0, 0, 0, 0, None])
        sums[0] += events
        sums[1] += publishers
        sums[2] += cooperative
        sums[3] += conflictual
        sums[4] = lead
    return {group: (Sums(*sums[:4]), sums[4]) for group, sums in folded.items()}


def _together(one: Kept, other: Kept) -> Kept:
    """The sums of two origins of a group, with the first of their leads."""
    leads = [lead for lead in (one[1], other[1]) if lead is not None]
    return one[0].plus(other[0]), min(leads, default=None)


def list_dyads(session: Session) -> dict[tuple[str, str], int]:
    """The ids of all dyads that feeds told of, by actor and recipient."""
    rows = session.exec(select(Dyad.actor_id, Dyad.recipient_id, Dyad.id))
    return {(actor_id, recipient_id): dyad_id for actor_id, recipient_id, dyad_id in rows}


def number_dyads(
    session: Session, dyads: dict[tuple[str, str], int], wanted: Iterable[tuple[str, str]]
) -> None:
    """Gives every dyad that is wanted its number, in `dyads` too."""
    asked = list(dict.fromkeys(wanted))
    if all(dyad in dyads for dyad in asked):
        return
    dyads |= list_dyads(session)
    free = max(dyads.values(), default=0) + 1
    for dyad in asked:
        if dyad not in dyads:
            dyads[dyad] = free
            session.add(Dyad(id=free, actor_id=dyad[0], recipient_id=dyad[1]))
            free += 1
    session.flush()


def load_series(
    session: Session, dyads: dict[int, tuple[str, str]], revision: int
) -> dict[tuple[str, str], tuple[facts.DyadDay, ...]]:
    """The dyad-days of these dyads as of a revision, oldest first."""
    groups: Groups = {}
    for chunk in in_chunks(sorted(dyads)):
        query = (
            select_columns(*_CHANGE, col(DyadDay.feed))
            .where(col(DyadDay.dyad_id).in_(chunk))
            .where(col(DyadDay.revision) <= revision)
            .order_by(col(DyadDay.feed), col(DyadDay.revision))
        )
        for _, rows in groupby(session.execute(query), key=itemgetter(-1)):
            for group, kept in _fold(row[:-1] for row in rows).items():
                groups[group] = _together(groups.get(group, NONE_KEPT), kept)
    series: dict[tuple[str, str], list[facts.DyadDay]] = defaultdict(list)
    for group, (sums, lead) in sorted(groups.items()):
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
