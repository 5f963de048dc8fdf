"""Writing revisions: one for every changed record, in the transaction that changes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from app.revisions.models import Action, Difference, Resource, Revision
from app.rows import Row, RowWriter, Stamp, table_of

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

    def __init__(
        self,
        session: Session,
        latest: tuple[int, datetime] | None,
        *,
        now: datetime,
        principal: str,
    ) -> None:
        """Goes on from the latest revision that the session sees, None in an empty catalogue."""
        self._session = session
        self._principal = principal
        self.number = latest[0] if latest else 0
        self.recorded_at = max(now, latest[1] + _TICK) if latest else now

    def draft(
        self,
        *,
        action: Action,
        resource: Resource,
        resource_id: str,
        record: str | None,
        differences: Sequence[Difference] = (),
    ) -> Row:
        """The row of the next revision; `record` is the full record after it, None if deleted.

        Whoever drafts a revision inserts it, before what refers to it.
        """
        self.number += 1
        values = {
            "number": self.number,
            "recorded_at": self.recorded_at,
            "principal": self._principal,
            "action": action,
            "resource": resource,
            "resource_id": resource_id,
            "record": record,
            "diff": _DIFFERENCES.dump_json(list(differences)).decode() if differences else "[]",
        }
        return Row(table_of(Revision), values)

    def record(self, *, action: Action, resource: Resource, resource_id: str, record: str) -> Stamp:
        """Adds one revision."""
        row = self.draft(action=action, resource=resource, resource_id=resource_id, record=record)
        RowWriter(self._session).insert([row])
        return self.stamp

    @property
    def stamp(self) -> Stamp:
        """The revision that was drafted last."""
        return Stamp(self.number, self.recorded_at)
