"""Imports that the service carries out itself: uploads are kept, then stored one after the other.

An upload is kept, named by its import, until that has ended. Whoever starts next finds it
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
from sqlalchemy.exc import OperationalError

from app.db import read_session
from app.errors import InvalidCatalogue
from app.feeds.ingest import Watch, carry_out, fail
from app.feeds.models import ENDED, EventImport

log = logging.getLogger("uvicorn.error")
# How long to wait after the database failed, in seconds.
RETRY_AFTER_S = 10.0
# Uploads that were broken off longer ago than this are thrown away.
ABANDONED_AFTER_S = 24 * 3600
_PART = ".part"
# How often to see whether an import was cancelled while its file is looked through, in seconds.
LOOK_AFTER_S = 1.0
_UNFORESEEN = "something went wrong that was not foreseen; the service's log says what"


class Stopped(Exception):
    """The service ends; the import goes on when it starts again."""


class _Cancelled(Exception):
    """The import was cancelled while its file was looked through."""


class Spool:
    """The folder in which uploads are kept: files named by the import and the upload."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self) -> Path:
        """A place for an upload that is on its way. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder / f"{uuid4().hex}{_PART}"

    def keep(self, part: Path, import_id: str) -> Path:
        """Keeps a whole upload, so that a power cut cannot take it; where. Raises OSError."""
        with part.open("rb") as file:
            os.fsync(file.fileno())
        return part.replace(self._folder / f"{import_id}.{part.stem}")

    def list_kept(self) -> list[Path]:
        """The uploads that are kept; throws away what was broken off long ago."""
        kept = []
        for path in sorted(self._folder.glob("*")):
            if path.suffix != _PART:
                kept.append(path)
            else:
                _drop_if_abandoned(path)
        return kept


def _drop_if_abandoned(path: Path) -> None:
    try:
        if path.stat().st_mtime < time.time() - ABANDONED_AFTER_S:
            path.unlink()
    except FileNotFoundError:
        pass  # another process was faster


def import_of(upload: Path) -> str:
    """The id of the import that an upload is for."""
    return upload.name.partition(".")[0]


def run_one(engine: Engine, upload: Path, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Carries out the import of a kept upload, and throws the upload away when it has ended.

    The same file sent again is another upload, which is left for its turn. Raises Stopped, and
    OperationalError while the database cannot be had.
    """
    import_id = import_of(upload)
    with read_session(engine) as session:
        record = session.get(EventImport, import_id)
    if record is None:
        log.warning("an upload belongs to no import: %s", upload)
        return
    if record.state not in ENDED:
        try:
            watch = _watch(engine, import_id, is_stopping)
            carry_out(engine, upload, record, lambda: datetime.now(UTC), watch)
        except InvalidCatalogue:
            log.warning("import %s failed; /v1/events/imports/%s says why", import_id, import_id)
        except _Cancelled:
            pass
        except (Stopped, OperationalError):
            raise
        except Exception:
            log.exception("import %s failed", import_id)
            fail(engine, import_id, _UNFORESEEN, datetime.now(UTC))
    upload.unlink(missing_ok=True)


def _watch(engine: Engine, import_id: str, is_stopping: Callable[[], bool]) -> Watch:
    """Breaks an import off when the service ends, and the look through a file when cancelled."""
    looked_at = time.monotonic()

    def check() -> None:
        nonlocal looked_at
        if is_stopping():
            raise Stopped
        if time.monotonic() - looked_at > LOOK_AFTER_S:
            looked_at = time.monotonic()
            with read_session(engine) as session:
                if session.get_one(EventImport, import_id).state == "cancelled":
                    raise _Cancelled

    return Watch(seen=check, stored=lambda _: check())


class ImportQueue:
    """The imports that this process has to carry out, in the order they came."""

    def __init__(self, engine: Engine, spool: Spool) -> None:
        self.spool = spool
        self._engine = engine
        self._wanted: asyncio.Queue[Path | None] = asyncio.Queue()
        self._stopping = Event()

    def put(self, upload: Path) -> None:
        """Takes an upload that is kept."""
        self._wanted.put_nowait(upload)

    async def work(self) -> None:
        """Carries out what was left from before and all that comes, until it is stopped."""
        for upload in self.spool.list_kept():
            self.put(upload)
        while (wanted := await self._wanted.get()) is not None and not self._stopping.is_set():
            try:
                await asyncio.to_thread(run_one, self._engine, wanted, self._stopping.is_set)
            except OperationalError:
                log.warning("import %s waits for the database", import_of(wanted))
                self.put(wanted)
                await asyncio.to_thread(self._stopping.wait, RETRY_AFTER_S)
            except Stopped:
                return

    def stop(self) -> None:
        """Ends the work after the batch at work."""
        self._stopping.set()
        self._wanted.put_nowait(None)
