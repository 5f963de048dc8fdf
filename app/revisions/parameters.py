"""The state of the catalogue that a request reads, by `known_at`."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from app.db import read_session
from app.errors import Fault, InvalidParameters, RevisionNotReached
from app.parameters import KnownAt, MinRevision
from app.reach import DATABASE_ERRORS, is_unavailable
from app.revisions.record import find_latest
from app.revisions.snapshot import Snapshot, SnapshotHolder


class Catalogue:
    """The catalogue as this request asks for it; it is read where `open` is called."""

    def __init__(
        self,
        engine: Engine,
        holder: SnapshotHolder,
        known_at: datetime | None = None,
        min_revision: int = 0,
    ) -> None:
        self.engine = engine
        self._holder = holder
        self._known_at = known_at
        self._min_revision = min_revision

    @property
    def is_past(self) -> bool:
        """Whether one instant is asked for, rather than what is known now."""
        return self._known_at is not None

    def at(self, known_at: datetime | None, min_revision: int = 0) -> "Catalogue":
        """The catalogue at another instant; None: as it is now, at least of that revision."""
        return Catalogue(self.engine, self._holder, known_at, min_revision)

    def check_reached(self, revision: int) -> None:
        """Raises RevisionNotReached if the caller must see a later revision than this."""
        if revision < self._min_revision:
            raise RevisionNotReached

    def open(self) -> Snapshot:
        """The snapshot asked for, the current one by default.

        The last one stands in for the current one while the database cannot be reached. Raises
        RevisionNotReached, and InvalidParameters for an instant whose state can still change.
        """
        last, reach = self._holder.last, self._holder.reach
        if self._known_at is not None or last is None:
            return self._read()
        if not reach.is_lost:
            try:
                with reach.asking():
                    return self._read()
            except DATABASE_ERRORS as error:
                if not is_unavailable(error):
                    raise
        self.check_reached(last.revision)
        return last

    def _read(self) -> Snapshot:
        with read_session(self.engine) as session:
            if self._known_at is None:
                snapshot = self._holder.current(session)
                self.check_reached(snapshot.revision)
                return snapshot
            latest = find_latest(session)
            settled = max(datetime.now(UTC), latest[1] if latest else datetime.now(UTC))
            if self._known_at > settled:
                detail = "This instant lies ahead; what will be known then can still change."
                raise InvalidParameters((Fault("/query/known_at", detail),))
            return self._holder.known_at(session, self._known_at)


async def get_catalogue(
    request: Request, known_at: KnownAt = None, min_revision: MinRevision = 0
) -> Catalogue:
    """The catalogue at the instant asked for."""
    state = request.app.state
    return Catalogue(state.engine, state.snapshots, known_at, min_revision)


CatalogueAt = Annotated[Catalogue, Depends(get_catalogue)]


async def get_current_catalogue(request: Request) -> Catalogue:
    """The catalogue as it is now."""
    return Catalogue(request.app.state.engine, request.app.state.snapshots)


CatalogueNow = Annotated[Catalogue, Depends(get_current_catalogue)]
