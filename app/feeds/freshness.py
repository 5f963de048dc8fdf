"""How fresh and how whole what feeds report is."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import TypeVar, cast

from pydantic import BaseModel, Field
from sqlalchemy import func
from sqlmodel import Session, col, select

from app.db import read_session
from app.feeds.models import BatchRecord, Counts, FeedDay, RollupRecord
from app.revisions.models import Resource
from app.revisions.snapshot import Snapshot
from app.scoring.momentum import STALE_DAYS

# Spans of missing days that are spelt out, the latest first.
MOST_GAPS = 20
_DAYS = "days of feeds"
Shape = TypeVar("Shape", bound=BaseModel)
# Days that a feed told of, oldest first, with the number of its rows.
Days = list[tuple[date, int]]


class FeedUsed(BaseModel):
    """A feed that a ranking rests on, and how far behind the day asked for it is."""

    feed: str = Field(description="Name of the feed", examples=["icews"])
    last_on: date = Field(description="Last day that it told of, by the day asked for")
    lag_days: int = Field(description="Days from then to the day asked for", examples=[2])
    stale: bool = Field(description=f"Whether that is more than {STALE_DAYS} days")
    incomplete: bool = Field(
        description="Whether a file of it was still being taken in, or was broken off"
    )


class Gap(BaseModel):
    """A span of days of which a feed told nothing."""

    first_on: date = Field(description="First day without a row")
    last_on: date = Field(description="Last day without a row")
    days: int = Field(description="Number of days", examples=[3])


class FeedPublic(FeedUsed):
    """A feed with what came of it."""

    first_on: date = Field(description="First day that it told of")
    rows: int = Field(description="Rows of its files that were read", examples=[1499])
    stored: int = Field(description="Rows that told of a new event")
    duplicate: int = Field(description="Rows that repeated an id or an event")
    unresolved: int = Field(description="Rows that named somebody who is no actor here")
    internal: int = Field(description="Rows with the same actor on both sides")
    retracted: int = Field(description="Rows that were retracted before they came")
    rejected: int = Field(description="Malformed rows")
    rejected_share: float = Field(description="Share of malformed rows, 0 to 1", examples=[0.0])
    days_missing: int = Field(description="Days between the first and the last without a row")
    gaps: list[Gap] = Field(description=f"Spans of such days, the latest {MOST_GAPS}, newest first")


def list_used(snapshot: Snapshot, day: date) -> list[FeedUsed]:
    """The feeds that told of that day or earlier ones, by name."""
    used, incomplete = [], snapshot.derive(_find_incomplete)
    for feed, days in _read_days(snapshot).items():
        told = bisect_right(days, day, key=itemgetter(0))
        if told:
            last = days[told - 1][0]
            lag = (day - last).days
            used.append(
                FeedUsed(
                    feed=feed,
                    last_on=last,
                    lag_days=lag,
                    stale=lag > STALE_DAYS,
                    incomplete=feed in incomplete,
                )
            )
    return used


def list_days(snapshot: Snapshot) -> tuple[tuple[date, int], ...]:
    """The days that any feed told of, oldest first, with the number of its rows."""
    rows: Counter[date] = Counter()
    for days in _read_days(snapshot).values():
        rows.update(dict(days))
    return tuple(sorted(rows.items()))


def list_feeds(snapshot: Snapshot, day: date) -> list[FeedPublic]:
    """The same feeds with what came of all their files, whatever their days."""
    counts = _count(snapshot)
    found = []
    for used in list_used(snapshot, day):
        days = [told for told, _ in _read_days(snapshot)[used.feed] if told <= day]
        gaps = list(_find_gaps(days))
        total = counts.get(used.feed, Counts())
        found.append(
            FeedPublic(
                **used.model_dump(),
                first_on=days[0],
                rows=total.read,
                rejected_share=round(total.rejected / total.read, 6) if total.read else 0.0,
                days_missing=sum(gap.days for gap in gaps),
                gaps=gaps[::-1][:MOST_GAPS],
                **total.model_dump(exclude={"read"}),
            )
        )
    return found


def _find_gaps(days: list[date]) -> Iterator[Gap]:
    for before, after in pairwise(days):
        missing = (after - before).days - 1
        if missing:
            one = timedelta(days=1)
            yield Gap(first_on=before + one, last_on=after - one, days=missing)


def _count(snapshot: Snapshot) -> dict[str, Counts]:
    """What became of the rows of each feed, from the records of its batches or its roll-up."""
    counts: dict[str, Counts] = {}
    for batch in snapshot.documents("event_batch", BatchRecord).values():
        counts[batch.feed] = counts.get(batch.feed, Counts()) + batch.counts
    for load in _in_order(snapshot, "event_rollup", RollupRecord):
        counts[load.feed] = load.counts
    return counts


def _find_incomplete(snapshot: Snapshot) -> frozenset[str]:
    """The feeds of which the latest batch of a file, or the latest load, was not the last."""
    left = {b.import_id: b for b in _in_order(snapshot, "event_batch", BatchRecord)}
    loads = {load.feed: load for load in _in_order(snapshot, "event_rollup", RollupRecord)}
    return frozenset(
        [batch.feed for batch in left.values() if batch.rows_left]
        + [load.feed for load in loads.values() if not load.complete]
    )


def _in_order(snapshot: Snapshot, resource: Resource, shape: type[Shape]) -> Iterator[Shape]:
    """The records of a kind, the oldest first."""
    for entry in sorted(snapshot.live(resource).values(), key=lambda entry: entry.number):
        yield entry.read(shape)


def _read_days(snapshot: Snapshot) -> Mapping[str, Days]:
    """The days that each feed told of, oldest first, by its name."""
    if snapshot.engine is None or not any(
        snapshot.entries[resource] for resource in ("event_batch", "event_rollup")
    ):
        return {}
    if _DAYS not in snapshot.shelf:
        with read_session(snapshot.engine) as session:
            snapshot.shelf[_DAYS] = _load_days(session, snapshot.revision)
    return cast(dict[str, Days], snapshot.shelf[_DAYS])


def _load_days(session: Session, revision: int) -> dict[str, Days]:
    columns = (col(FeedDay.feed), col(FeedDay.happened_on))
    rows = func.sum(col(FeedDay.rows))
    query = (
        select(*columns, rows)
        .where(col(FeedDay.revision) <= revision)
        .group_by(*columns)
        .having(rows > 0)
    )
    found: dict[str, Days] = {}
    for feed, day, count in sorted(session.exec(query)):
        found.setdefault(feed, []).append((day, int(count)))
    return found
