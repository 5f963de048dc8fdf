"""Backups: one SQLite file each, whichever database it is of, that the service could serve.

A SQLite database is copied by SQLite's own backup, one of PostgreSQL row by row as of one instant.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.atomic import replacing
from app.backups.copying import OnRows, copy_all
from app.db import open_file, read_session, write_session
from app.errors import AlreadyThere, BackupFailed, BackupUnusable, NoPlaceForBackup
from app.schema import check_ready, upgrade

# A backup holds hashes of keys, and answers that were kept for callers: it is for its owner only.
_MODE = 0o600
# What SQLite keeps beside a database that is in use.
BESIDE = ("-wal", "-shm", "-journal")
_NO_LOG = "PRAGMA journal_mode = DELETE"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: the latest revision, 0 in an empty catalogue, its instant, and bytes."""

    revision: int
    recorded_at: datetime | None
    size_bytes: int


def make_backup(engine: Engine, path: Path, on_rows: OnRows, *, replace: bool) -> Contents:
    """Writes a backup of a database in use, whole or not at all, and checks that it is sound.

    Raises AlreadyThere unless it may `replace` a file, NoPlaceForBackup, DatabaseNotReady,
    BackupFailed, BackupUnusable, and OSError.
    """
    path = path.resolve()
    _check_place(path, engine, replace=replace)
    check_ready(engine)
    with replacing(path, _MODE) as temporary:
        if engine.dialect.name == "sqlite":
            with telling():
                copy_file(Path(engine.url.database or ""), temporary)
        else:
            _copy_server(engine, temporary, on_rows)
        try:
            check_sound(temporary)
        except BackupUnusable as error:
            detail = f"the database cannot be copied: {error.detail}; see entente verify"
            raise BackupFailed(detail) from error
        return look_into(temporary)


def _check_place(path: Path, engine: Engine, *, replace: bool) -> None:
    own = engine.url.database if engine.dialect.name == "sqlite" else None
    if own is not None and path == Path(own).resolve():
        raise NoPlaceForBackup(str(path), "it is the database itself")
    if path.name.endswith(BESIDE):
        raise NoPlaceForBackup(str(path), "SQLite would take it for a part of a database")
    there = set(os.listdir(path.parent))
    for beside in (path.name + ending for ending in BESIDE):
        if beside in there:
            detail = f"{beside} is beside it, as beside a database in use"
            raise NoPlaceForBackup(str(path), detail)
    if path.exists() and not path.is_file():
        raise NoPlaceForBackup(str(path), "it is no plain file")
    if path.exists() and not replace:
        raise AlreadyThere(str(path))


def copy_file(source: Path, target: Path) -> None:
    """Copies a SQLite database as of one instant; others may write to it meanwhile.

    The copy has no files beside it. Raises OSError, and sqlite3.Error if it is no database.
    """
    source.stat()  # SQLite would not say that there is none
    read_only = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(read_only, uri=True)) as own,
        closing(sqlite3.connect(target)) as copy,
    ):
        own.backup(copy)
        copy.execute(_NO_LOG)


def _copy_server(source: Engine, target: Path, on_rows: OnRows) -> None:
    copy = open_file(target)
    try:
        upgrade(copy)
        with read_session(source) as own, write_session(copy) as session:
            copy_all(own.connection(), session.connection(), on_rows)
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise BackupFailed(str(error.orig)) from error
        raise
    finally:
        copy.dispose()
    close_log(target)


def close_log(path: Path) -> None:
    """Has SQLite put the log of a file that nobody uses into it, and keep none beside it."""
    with telling(), closing(sqlite3.connect(path)) as connection:
        connection.execute(_NO_LOG)


@contextmanager
def telling() -> Iterator[None]:
    """Tells what SQLite says: BackupUnusable of a damaged file, BackupFailed of anything else."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) in _DAMAGED:
            raise BackupUnusable(f"it cannot be read: {error}") from error
        raise BackupFailed(str(error)) from error


def check_sound(path: Path) -> None:
    """Raises BackupUnusable if a SQLite file is none, or its pages were damaged."""
    with telling(), closing(sqlite3.connect(path)) as connection:
        told = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if told != "ok":
        raise BackupUnusable(f"it is damaged: {told}")


def check_references(path: Path) -> None:
    """Raises BackupUnusable if a row of a sound SQLite file refers to nothing."""
    with telling(), closing(sqlite3.connect(path)) as connection:
        stray = connection.execute("PRAGMA foreign_key_check").fetchone()
    if stray is not None:
        detail = f"a row of {stray[0]} refers to nothing; see entente verify FILE"
        raise BackupUnusable(f"it is damaged: {detail}")


def look_into(path: Path) -> Contents:
    """What a backup of this version's schema holds. Raises BackupUnusable."""
    query = "SELECT number, recorded_at FROM revision ORDER BY number DESC LIMIT 1"
    with telling(), closing(sqlite3.connect(path)) as connection:
        number, recorded_at = connection.execute(query).fetchone() or (0, None)
    try:
        if recorded_at is not None:
            recorded_at = datetime.fromisoformat(recorded_at).replace(tzinfo=UTC)
    except (ValueError, TypeError) as error:
        raise BackupUnusable("it is damaged: its latest revision has no instant") from error
    return Contents(number, recorded_at, path.stat().st_size)
