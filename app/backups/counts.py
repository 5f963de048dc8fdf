"""Verifying what feeds add up to: each dyad-day is what its reports on record say."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import CTE, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.backups.findings import Findings, OnStep
from app.feeds.models import NONE, Dyad, DyadDay, EventReport
from app.feeds.rollup import NONE_KEPT, compare

CHECK = "feeds"
# Dyads that are counted together.
_AT_ONCE = 200


def check_counts(session: Session, findings: Findings, on_step: OnStep) -> int:
    """Counts the reports of every dyad again; how many dyads there are."""
    query = select(Dyad.id, Dyad.actor_id, Dyad.recipient_id)
    dyads = {dyad_id: f"{actor} to {other}" for dyad_id, actor, other in session.exec(query)}
    for chosen in _in_chunks(sorted(dyads)):
        now, kept = compare(session, _list_places(chosen))
        for group in now.keys() | kept.keys():
            if now.get(group, NONE_KEPT) != kept.get(group, NONE_KEPT):
                dyad_id, day, *_ = group
                place = f"dyad {dyads[dyad_id]}, {day}"
                findings.add(CHECK, place, "does not add up to the reports on record")
        for _ in chosen:
            on_step()
    return len(dyads)


def _list_places(dyads: list[int]) -> CTE:
    """Each day of these dyads that has reports, or something kept of them."""
    reported = select_columns(col(EventReport.dyad_id), col(EventReport.happened_on)).where(
        col(EventReport.dyad_id).in_(dyads)
    )
    kept = select_columns(col(DyadDay.dyad_id), col(DyadDay.happened_on)).where(
        col(DyadDay.dyad_id).in_(dyads), col(DyadDay.feed) == NONE
    )
    return union(reported, kept).cte("affected")


def _in_chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(ids)
    while chosen := list(islice(waiting, _AT_ONCE)):
        yield chosen
