"""Writing revisions: one for every changed record, in the transaction that changes it."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from app.revisions.models import Action, Resource, Revision


def record_revision(
    session: Session,
    *,
    now: datetime,
    principal: str,
    action: Action,
    resource: Resource,
    resource_id: str,
    record: str,
) -> int:
    """Adds a revision and returns its number. `record` is the full record after, as JSON."""
    revision = Revision(
        recorded_at=now,
        principal=principal,
        action=action,
        resource=resource,
        resource_id=resource_id,
        record=record,
    )
    session.add(revision)
    session.flush()
    if revision.number is None:
        raise RuntimeError("the database gave the revision no number")
    return revision.number


def find_latest(session: Session) -> tuple[int, datetime] | None:
    """Number and instant of the latest revision; None in an empty catalogue."""
    row = session.exec(
        select(Revision.number, Revision.recorded_at).order_by(col(Revision.number).desc()).limit(1)
    ).first()
    return (row[0], row[1]) if row is not None and row[0] is not None else None


def list_latest_records(session: Session, resource: Resource) -> dict[str, str]:
    """The latest record of every resource of a kind, by id."""
    latest = (
        select(func.max(Revision.number))
        .where(Revision.resource == resource)
        .group_by(col(Revision.resource_id))
    )
    rows = session.exec(
        select(Revision.resource_id, Revision.record).where(col(Revision.number).in_(latest))
    ).all()
    return dict(rows)
