"""Pieces that the statements on feeds share: lists in chunks, and what was retracted."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import CTE, String, cast, collate, column, values
from sqlmodel import Session, col, select

from app.feeds.models import EventRetraction

Item = TypeVar("Item")
# Entries in one statement; SQLite takes some thirty thousand values.
CHUNK = 5000


def in_chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """The items, `size` at a time, or as many as one statement takes."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def to_cte(rows: Sequence[tuple[Any, ...]], **columns: Any) -> CTE:
    """Rows as a table of a statement, to be joined: lists of pairs would make SQLite scan."""
    table = values(*(column(name, kind) for name, kind in columns.items()), name="asked")
    return table.data(list(rows)).cte("asked")


def is_retracted(report: Any, revision: int | None = None) -> Any:
    """The condition that a report was retracted, by that revision or ever."""
    query = select(EventRetraction.feed_id).where(
        col(EventRetraction.feed) == report.feed,
        col(EventRetraction.feed_id) == report.feed_id,
    )
    if revision is not None:
        query = query.where(col(EventRetraction.revision) <= revision)
    return query.correlate(report).exists()


def lead_of(report: Any, session: Session) -> Any:
    """The id of a report's event: feed, day and the feed's own id; compared byte by byte."""
    lead = report.feed + "." + cast(report.happened_on, String) + "." + report.feed_id
    return collate(lead, "C") if session.get_bind().dialect.name == "postgresql" else lead


def find_retracted(session: Session, feed: str, feed_ids: Sequence[str]) -> set[str]:
    """Those of the ids of a feed that were retracted."""
    found: set[str] = set()
    for chunk in in_chunks(feed_ids):
        query = select(EventRetraction.feed_id).where(
            col(EventRetraction.feed) == feed, col(EventRetraction.feed_id).in_(chunk)
        )
        found.update(session.exec(query))
    return found
