"""Restoring: what a backup holds, in the place of what a database held; all of it, or nothing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, NoSuchTableError

from app.atomic import check_folder
from app.backups.backup import (
    Contents,
    check_references,
    check_sound,
    close_log,
    copy_file,
    look_into,
    telling,
)
from app.backups.copying import OnRows, copy_all, empty_all, list_tables
from app.backups.readable import list_missing
from app.db import is_missing, make_private, open_file, read_session, write_session
from app.errors import (
    BackupFailed,
    BackupUnusable,
    DatabaseInUse,
    DatabaseNotEmpty,
    DatabaseNotReady,
)
from app.revisions.record import find_latest
from app.schema import find_version, upgrade

# How long a restore waits for others to leave a SQLite file, in seconds.
WAIT_S = 5.0
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND application_name LIKE 'entente%'"
)


def restore(engine: Engine, path: Path, on_rows: OnRows, *, replace: bool) -> Contents:
    """Puts what a backup holds into a database that nobody else uses.

    An older backup is brought up to this version's schema on the way; the file itself is left as
    it is. Raises BackupUnusable, DatabaseNotEmpty unless what is on record may be `replace`d,
    DatabaseInUse, BackupFailed, and OSError; what the database holds is then as it was.
    """
    is_file = engine.dialect.name == "sqlite"
    target = Path(engine.url.database or "").resolve()
    if is_file:
        check_folder(target.parent)
    with open_copy(path, target.parent if is_file else None) as copy:
        check_references(copy)
        found = look_into(copy)
        try:
            if not replace:
                _check_empty(engine)
            if is_file:
                engine.dispose()
                make_private(target)
                _fill_file(copy, target)
            else:
                _fill_server(copy, engine, on_rows)
        finally:
            engine.dispose()
        return found


@contextmanager
def open_copy(path: Path, folder: Path | None = None) -> Iterator[Path]:
    """A copy of a backup, sound and of this version's schema, in a folder for temporary files.

    Raises BackupUnusable, BackupFailed, and OSError.
    """
    with TemporaryDirectory(prefix=".entente-", dir=folder) as temporary:
        copy = Path(temporary) / "copy.db"
        with telling():
            copy_file(path, copy)
        check_sound(copy)
        engine = open_file(copy)
        try:
            if find_version(engine) is None:
                raise BackupUnusable("it is no backup of Entente")
            upgrade(engine)
            _check_tables(engine)
        except DatabaseNotReady as error:
            made_by = f"a later version made it, with schema {error.found}"
            raise BackupUnusable(f"{made_by}; this one knows {error.needed}") from error
        except NoSuchTableError as error:
            raise BackupUnusable(f"it lacks the table {error}") from error
        except DBAPIError as error:
            raise BackupUnusable(f"it is damaged: {error.orig}") from error
        finally:
            engine.dispose()
        close_log(copy)
        yield copy


def _check_tables(engine: Engine) -> None:
    """Raises BackupUnusable unless every table is there, with all its columns."""
    found = inspect(engine)
    for table in list_tables():
        missing = list_missing(found, table)
        if missing:
            raise BackupUnusable(f"it is damaged: {table.name} lacks {', '.join(missing)}")


def _check_empty(engine: Engine) -> None:
    """Raises DatabaseNotEmpty if it has revisions, or is a SQLite file of something else."""
    if is_missing(engine):
        return
    if find_version(engine) is None:
        if engine.dialect.name == "sqlite" and inspect(engine).get_table_names():
            raise DatabaseNotEmpty(0)
        return
    with read_session(engine) as session:
        latest = find_latest(session)
    if latest is not None:
        raise DatabaseNotEmpty(latest[0])


def _fill_file(copy: Path, target: Path) -> None:
    """Has SQLite itself replace all pages in one transaction: a kill leaves the old ones.

    The file is locked from the first look to the end, so nobody can begin to use it meanwhile.
    """
    until = time.monotonic() + WAIT_S

    def look_at_the_clock(_: int, remaining: int, total: int) -> None:
        if (remaining or not total) and time.monotonic() > until:
            raise DatabaseInUse

    with closing(sqlite3.connect(copy)) as own, closing(_connect(target)) as file:
        try:
            while not _has_alone(file):
                if time.monotonic() > until:
                    raise DatabaseInUse
                time.sleep(0.1)
            own.backup(file, progress=look_at_the_clock)
        except sqlite3.Error as error:
            detail = f"{error}; if {target.name} is damaged or no database, move it away first"
            raise BackupFailed(detail) from error


def _connect(target: Path) -> sqlite3.Connection:
    """A connection that keeps the locks that it gets."""
    connection = sqlite3.connect(target, timeout=0.1, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


def _has_alone(file: sqlite3.Connection) -> bool:
    """Whether it has the file for itself now: it can leave the kind of log that many share."""
    try:
        if file.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            return False
        file.execute("BEGIN EXCLUSIVE")
        file.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return False
        raise
    return True


def _fill_server(copy: Path, engine: Engine, on_rows: OnRows) -> None:
    with engine.connect() as connection:
        _check_unused(connection)
    upgrade(engine)
    source = open_file(copy)
    try:
        with read_session(source) as own, write_session(engine) as session:
            target = session.connection()
            empty_all(target)
            _check_unused(target)
            copy_all(own.connection(), target, on_rows)
    finally:
        source.dispose()


def _check_unused(connection: Connection) -> None:
    """Raises DatabaseInUse if another process of Entente is connected to a server's database."""
    if connection.scalar(text(_OTHERS)):
        raise DatabaseInUse
