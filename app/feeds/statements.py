"""Pieces that the statements on feeds share: lists in chunks, and what was retracted."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlmodel import col, select

from app.feeds.models import EventRetraction

Item = TypeVar("Item")
# Entries in one statement; SQLite takes some thirty thousand values.
CHUNK = 5000


def in_chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items, as many at a time as one statement takes."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def is_retracted(report: Any, revision: int | None = None) -> Any:
    """The condition that a report was retracted, by that revision or ever."""
    query = select(EventRetraction.feed_id).where(
        col(EventRetraction.feed) == report.feed,
        col(EventRetraction.feed_id) == report.feed_id,
    )
    if revision is not None:
        query = query.where(col(EventRetraction.revision) <= revision)
    return query.correlate(report).exists()
