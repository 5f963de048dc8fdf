"""Imports that the service carries out itself: uploads are kept, then stored one after the other.

An upload is kept under the id of its import until that has ended. Whoever starts next finds it
there and carries it on, so a service that was killed loses nothing that it had accepted.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.db import read_session
from app.errors import InvalidCatalogue
from app.feeds.ingest import Watch, carry_out
from app.feeds.models import ENDED, EventImport

log = logging.getLogger("uvicorn.error")
# How long to wait after the database failed, in seconds.
RETRY_AFTER_S = 10.0
# Uploads that were broken off longer ago than this are thrown away.
ABANDONED_AFTER_S = 24 * 3600
_PART = ".part"


class Stopped(Exception):
    """The service ends; the import goes on when it starts again."""


class Spool:
    """The folder in which uploads are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self) -> Path:
        """A place for an upload that is on its way. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder / f"{uuid4().hex}{_PART}"

    def keep(self, part: Path, import_id: str) -> None:
        """Keeps a whole upload, so that a power cut cannot take it. Raises OSError."""
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(self.path_of(import_id))

    def path_of(self, import_id: str) -> Path:
        """Where the upload of an import is kept."""
        return self._folder / import_id

    def drop(self, import_id: str) -> None:
        """Throws an upload away."""
        self.path_of(import_id).unlink(missing_ok=True)

    def list_kept(self) -> list[str]:
        """Ids of the imports whose uploads are kept; throws away what was broken off long ago."""
        kept = []
        for path in sorted(self._folder.glob("*")):
            if path.suffix != _PART:
                kept.append(path.name)
            elif path.stat().st_mtime < time.time() - ABANDONED_AFTER_S:
                path.unlink(missing_ok=True)
        return kept


def run_one(
    engine: Engine, spool: Spool, import_id: str, is_stopping: Callable[[], bool] = lambda: False
) -> None:
    """Carries out the import of a kept upload, and throws the upload away when it has ended.

    Raises Stopped, and DBAPIError when the database fails.
    """
    with read_session(engine) as session:
        record = session.get(EventImport, import_id)
    if record is None:
        log.warning("an upload belongs to no import: %s", spool.path_of(import_id))
        return

    def check() -> None:
        if is_stopping():
            raise Stopped

    watch = Watch(seen=check, stored=lambda _: check())
    if record.state not in ENDED:
        try:
            path = spool.path_of(import_id)
            record = carry_out(engine, path, record, lambda: datetime.now(UTC), watch)
        except InvalidCatalogue:
            log.warning("import %s failed; /v1/events/imports/%s says why", import_id, import_id)
    spool.drop(import_id)


class ImportQueue:
    """The imports that this process has to carry out, in the order they came."""

    def __init__(self, engine: Engine, spool: Spool) -> None:
        self.spool = spool
        self._engine = engine
        self._wanted: asyncio.Queue[str | None] = asyncio.Queue()
        self._stopping = Event()

    def put(self, import_id: str) -> None:
        """Takes an import whose upload is kept."""
        self._wanted.put_nowait(import_id)

    async def work(self) -> None:
        """Carries out what was left from before and all that comes, until it is stopped."""
        for import_id in self.spool.list_kept():
            self.put(import_id)
        while (wanted := await self._wanted.get()) is not None and not self._stopping.is_set():
            try:
                await asyncio.to_thread(
                    run_one, self._engine, self.spool, wanted, self._stopping.is_set
                )
            except DBAPIError as error:
                log.warning("import %s waits: %s", wanted, type(error).__name__)
                self.put(wanted)
                await asyncio.to_thread(self._stopping.wait, RETRY_AFTER_S)
            except Stopped:
                return

    def stop(self) -> None:
        """Ends the work after the batch at work."""
        self._stopping.set()
        self._wanted.put_nowait(None)
