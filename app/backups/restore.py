"""Restoring: what a backup holds, in the place of what a database held; all of it, or nothing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, text

from app.backups.backup import Contents, check_sound, copy_file, look_into
from app.backups.copying import OnRows, copy_all, empty_all
from app.db import is_missing, make_engine, read_session, write_session
from app.errors import BackupUnusable, DatabaseInUse, DatabaseNotEmpty, DatabaseNotReady
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
    DatabaseInUse, and OSError; the database is then as it was.
    """
    is_file = engine.dialect.name == "sqlite"
    target = Path(engine.url.database or "")
    with open_copy(path, target.parent if is_file else None) as copy:
        if not replace:
            _check_empty(engine)
        if is_file:
            _fill_file(copy, target)
        else:
            _fill_server(copy, engine, on_rows)
        return look_into(copy)


@contextmanager
def open_copy(path: Path, folder: Path | None = None) -> Iterator[Path]:
    """A copy of a backup, sound and of this version's schema, in a folder for temporary files.

    Raises BackupUnusable, and OSError.
    """
    with TemporaryDirectory(prefix="entente-", dir=folder) as temporary:
        copy = Path(temporary) / "copy.db"
        try:
            copy_file(path, copy)
        except sqlite3.Error as error:
            raise BackupUnusable(f"it cannot be read: {error}") from error
        check_sound(copy)
        engine = make_engine(f"sqlite:///{copy}")
        try:
            if find_version(engine) is None:
                raise BackupUnusable("it is no backup of Entente")
            upgrade(engine)
        except DatabaseNotReady as error:
            made_by = f"a later version made it, with schema {error.found}"
            raise BackupUnusable(f"{made_by}; this one knows {error.needed}") from error
        finally:
            engine.dispose()
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        yield copy


def _check_empty(engine: Engine) -> None:
    if is_missing(engine) or find_version(engine) is None:
        return
    with read_session(engine) as session:
        latest = find_latest(session)
    engine.dispose()
    if latest is not None:
        raise DatabaseNotEmpty(latest[0])


def _fill_file(copy: Path, target: Path) -> None:
    """Has SQLite itself replace all pages in one transaction: a kill leaves the old ones."""
    until = time.monotonic() + WAIT_S

    def look_at_the_clock(_: int, remaining: int, __: int) -> None:
        if remaining and time.monotonic() > until:
            raise DatabaseInUse

    with closing(sqlite3.connect(copy)) as own, closing(sqlite3.connect(target)) as file:
        try:
            while not _is_alone(file):
                if time.monotonic() > until:
                    raise DatabaseInUse
                time.sleep(0.1)
            own.backup(file, progress=look_at_the_clock)
        except sqlite3.Error as error:
            raise OSError(None, str(error), str(target)) from error


def _is_alone(file: sqlite3.Connection) -> bool:
    """Whether nobody else has a SQLite file open; it can change its kind of log only then."""
    try:
        return bool(file.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return False
        raise


def _fill_server(copy: Path, engine: Engine, on_rows: OnRows) -> None:
    with engine.connect() as connection:
        _check_unused(connection)
    upgrade(engine)
    source = make_engine(f"sqlite:///{copy}")
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
