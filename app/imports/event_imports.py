"""Imports of coded events as they are shown."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from app.coding.read import FeedFormat
from app.errors import InvalidCursor, NotFound
from app.feeds.models import Counts, EventImport, ImportState, RejectedRow, UnresolvedName
from app.pagination import decode_cursor, encode_cursor, fingerprint

EXAMPLE_ID = "imp-3f9a01c27b5e4d06918c2b7fa35e6d10-icews"
# Names and rows that one import shows; their numbers are always whole.
MOST_SHOWN = 50


class EventImportPublic(BaseModel):
    """An import of a file of a feed, and where it stands."""

    id: str = Field(description="Id of the import", examples=[EXAMPLE_ID])
    feed: str = Field(description="The feed", examples=["icews"])
    format: FeedFormat = Field(description="Layout of the rows")
    file_name: str = Field(description="What the file is called")
    sha256: str = Field(description="SHA-256 of its bytes; the same file is the same import")
    state: ImportState = Field(
        description="queued: kept, and being looked through; running: being stored; failed: see "
        "failure; cancelled: stopped, what is stored stays"
    )
    failure: str | None = Field(description="Why it failed; null unless it did")
    total_rows: int | None = Field(
        description="Rows of the file; null until it was looked through", examples=[1499]
    )
    counts: Counts = Field(description="What became of the rows so far; read is the sum")
    created_at: datetime = Field(description="When the file came first")
    updated_at: datetime = Field(description="When it came this far")


class NameCount(BaseModel):
    """A name that led to no actor."""

    name: str = Field(description="The name, as the feed has it")
    rows: int = Field(description="Rows that have it")


class RejectedPublic(BaseModel):
    """A malformed row."""

    line: int = Field(description="Its line; the first is 1")
    reason: str = Field(description="What is wrong with it")


class EventImportDetail(EventImportPublic):
    """An import with what it could not use."""

    rejected: list[RejectedPublic] = Field(description=f"Malformed rows, the first {MOST_SHOWN}")
    unresolved: list[NameCount] = Field(
        description=f"Names that led to no actor, the {MOST_SHOWN} most frequent"
    )
    names_unresolved: int = Field(description="How many such names there are")


class EventImportPage(BaseModel):
    """One page of imports."""

    items: list[EventImportPublic] = Field(description="Imports, the newest first")
    next_cursor: str | None = Field(description="Pass it as cursor for the next page; null: last")


def to_public(record: EventImport) -> EventImportPublic:
    """An import as lists show it."""
    return EventImportPublic(**_to_fields(record))


def _to_fields(record: EventImport) -> dict[str, Any]:
    names = EventImportPublic.model_fields.keys() - {"counts"}
    return {name: getattr(record, name) for name in names} | {"counts": record.counts}


def show_import(session: Session, import_id: str) -> EventImportDetail:
    """One import with what it could not use. Raises NotFound."""
    record = session.get(EventImport, import_id)
    if record is None:
        raise NotFound("import")
    names = select(UnresolvedName).where(col(UnresolvedName.import_id) == import_id)
    names = names.order_by(col(UnresolvedName.count).desc(), col(UnresolvedName.name))
    rows = select(RejectedRow).where(col(RejectedRow.import_id) == import_id)
    rows = rows.order_by(col(RejectedRow.line))
    how_many = select(func.count()).where(col(UnresolvedName.import_id) == import_id)
    return EventImportDetail(
        **_to_fields(record),
        rejected=[
            RejectedPublic(line=row.line, reason=row.reason)
            for row in session.exec(rows.limit(MOST_SHOWN))
        ],
        unresolved=[
            NameCount(name=one.name, rows=one.count)
            for one in session.exec(names.limit(MOST_SHOWN))
        ],
        names_unresolved=session.exec(how_many).one(),
    )


def list_imports(
    session: Session, feed: str | None, limit: int, cursor: str | None
) -> EventImportPage:
    """A page of imports, the newest first. Raises InvalidCursor."""
    bound_to = fingerprint({"imports": feed})
    at, key = col(EventImport.created_at), col(EventImport.id)
    query = select(EventImport).order_by(at.desc(), key.desc())
    if feed is not None:
        query = query.where(col(EventImport.feed) == feed)
    if cursor is not None:
        instant, after = decode_cursor(cursor, bound_to, (str, str))
        try:
            created_at = datetime.fromisoformat(str(instant))
        except ValueError:
            raise InvalidCursor(belongs_elsewhere=False) from None
        if created_at.tzinfo is None:
            raise InvalidCursor(belongs_elsewhere=False)
        query = query.where(or_(at < created_at, and_(at == created_at, key < str(after))))
    found = session.exec(query.limit(limit + 1)).all()
    page, last = found[:limit], found[limit - 1 : limit]
    more = len(found) > limit
    return EventImportPage(
        items=[to_public(record) for record in page],
        next_cursor=encode_cursor((last[0].created_at.isoformat(), last[0].id), bound_to)
        if more
        else None,
    )
