"""The state of the catalogue that a request reads, by `known_at`."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from app.db import read_session
from app.errors import Fault, InvalidParameters
from app.parameters import KnownAt
from app.revisions.record import find_latest
from app.revisions.snapshot import Snapshot, SnapshotHolder


class Catalogue:
    """The catalogue as this request asks for it; it is read where `open` is called."""

    def __init__(
        self, engine: Engine, holder: SnapshotHolder, known_at: datetime | None = None
    ) -> None:
        self.engine = engine
        self._holder = holder
        self._known_at = known_at

    @property
    def is_past(self) -> bool:
        """Whether one instant is asked for, rather than what is known now."""
        return self._known_at is not None

    def at(self, known_at: datetime | None) -> "Catalogue":
        """The catalogue at another instant; None: as it is now."""
        return Catalogue(self.engine, self._holder, known_at)

    def open(self) -> Snapshot:
        """The snapshot asked for, the current one by default.

        Raises InvalidParameters for an instant whose state can still change.
        """
        with read_session(self.engine) as session:
            if self._known_at is None:
                return self._holder.current(session)
            latest = find_latest(session)
            settled = max(datetime.now(UTC), latest[1] if latest else datetime.now(UTC))
            if self._known_at > settled:
                detail = "This instant lies ahead; what will be known then can still change."
                raise InvalidParameters((Fault("/query/known_at", detail),))
            return self._holder.known_at(session, self._known_at)


async def get_catalogue(request: Request, known_at: KnownAt = None) -> Catalogue:
    """The catalogue at the instant asked for."""
    return Catalogue(request.app.state.engine, request.app.state.snapshots, known_at)


CatalogueAt = Annotated[Catalogue, Depends(get_catalogue)]


async def get_current_catalogue(request: Request) -> Catalogue:
    """The catalogue as it is now."""
    return Catalogue(request.app.state.engine, request.app.state.snapshots)


CatalogueNow = Annotated[Catalogue, Depends(get_current_catalogue)]
