"""Writing revisions: one for every changed record, in the transaction that changes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from app.revisions.models import Action, Difference, Resource, Revision

_DIFFERENCES = TypeAdapter(list[Difference])
_TICK = timedelta(microseconds=1)


def find_latest(session: Session) -> tuple[int, datetime] | None:
    """Number and instant of the latest revision; None in an empty catalogue."""
    row = session.exec(
        select(Revision.number, Revision.recorded_at).order_by(col(Revision.number).desc()).limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


class Recorder:
    """Numbers the revisions of one transaction: without gaps, all at one instant.

    The instant is later than that of every revision before, even where this clock is behind
    another replica's, so that an instant names one state of the catalogue.
    """

    def __init__(self, session: Session, *, now: datetime, principal: str) -> None:
        latest = find_latest(session)
        self._session = session
        self._principal = principal
        self.number = latest[0] if latest else 0
        self.recorded_at = max(now, latest[1] + _TICK) if latest else now

    def record(
        self,
        *,
        action: Action,
        resource: Resource,
        resource_id: str,
        record: str | None,
        differences: Sequence[Difference] = (),
    ) -> Revision:
        """Adds one revision; `record` is the full record after it as JSON, None if deleted."""
        self.number += 1
        revision = Revision(
            number=self.number,
            recorded_at=self.recorded_at,
            principal=self._principal,
            action=action,
            resource=resource,
            resource_id=resource_id,
            record=record,
            diff=_DIFFERENCES.dump_json(list(differences)).decode(),
        )
        self._session.add(revision)
        self._session.flush()
        return revision
