"""Reading revisions: the history of one record, and the feed of all changes."""

import json
from typing import cast

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import col, select

from app.db import read_session
from app.errors import NotFound
from app.pagination import decode_cursor, encode_cursor, fingerprint
from app.revisions.models import (
    ChangePage,
    Difference,
    Resource,
    Revision,
    RevisionPage,
    RevisionPublic,
)
from app.revisions.record import find_latest

_DIFFERENCES = TypeAdapter(list[Difference])


def list_history(
    engine: Engine, resource: Resource, resource_id: str, limit: int, cursor: str | None
) -> RevisionPage:
    """The revisions of one record, the latest first. Raises NotFound and InvalidCursor."""
    bound_to = fingerprint({"history": [resource, resource_id]})
    query = (
        select(Revision)
        .where(Revision.resource == resource, Revision.resource_id == resource_id)
        .order_by(col(Revision.number).desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        (before,) = decode_cursor(cursor, bound_to, (int,))
        query = query.where(col(Revision.number) < before)
    with read_session(engine) as session:
        found = session.exec(query).all()
    if not found and cursor is None:
        raise NotFound(resource)
    page = found[:limit]
    next_cursor = encode_cursor((page[-1].number,), bound_to) if len(found) > limit else None
    return RevisionPage(items=[to_public(r) for r in page], next_cursor=next_cursor)


def list_changes(
    engine: Engine, after: int, limit: int, resources: tuple[Resource, ...] = ()
) -> ChangePage:
    """The revisions after a number, in order.

    Revisions are committed in the order of their numbers, so one that is missing here has a
    greater number than `next_after`.
    """
    query = select(Revision).where(col(Revision.number) > after)
    if resources:
        query = query.where(col(Revision.resource).in_(resources))
    with read_session(engine) as session:
        latest = find_latest(session)
        found = session.exec(query.order_by(col(Revision.number)).limit(limit)).all()
    newest = latest[0] if latest else 0
    is_end = len(found) < limit
    return ChangePage(
        items=[to_public(r) for r in found],
        next_after=max(after, newest) if is_end else found[-1].number,
        latest=newest,
    )


def find_changes(
    engine: Engine, after: int, upto: int, limit: int
) -> list[tuple[Resource, str]] | None:
    """Which records the revisions after a number and up to another changed; None if too many."""
    if upto - after > limit:
        return None
    query = (
        select(Revision.resource, Revision.resource_id)
        .where(col(Revision.number) > after, col(Revision.number) <= upto)
        .distinct()
    )
    with read_session(engine) as session:
        return [(cast(Resource, r), i) for r, i in session.exec(query)]


def to_public(revision: Revision) -> RevisionPublic:
    """One revision as the API shows it."""
    return RevisionPublic(
        number=revision.number,
        recorded_at=revision.recorded_at,
        principal=revision.principal,
        action=revision.action,
        resource=revision.resource,
        resource_id=revision.resource_id,
        diff=_DIFFERENCES.validate_json(revision.diff),
        record=None if revision.record is None else json.loads(revision.record),
    )
