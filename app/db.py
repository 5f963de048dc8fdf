"""The database: engine, and the only place that begins, commits and rolls back.

Writers take turns on both databases: a transaction that writes holds the writers' lock from its
beginning to its end, so revisions are committed in the order of their numbers.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Dialect, Engine, Pool, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session, create_engine

from app.breaker import Breaker
from app.heavy import step_aside
from app.tracing import is_collected, trace_statements

# How long a writer waits for its turn, in milliseconds, before it gives up.
LOCK_TIMEOUT_MS = 5000
# How long one statement may take, in milliseconds, on PostgreSQL.
STATEMENT_TIMEOUT_MS = 30_000
# Migrations may be slow, and a second process that migrates waits for the first.
MIGRATION_TIMEOUT_MS = 600_000
CONNECT_TIMEOUT_S = 5
# As many connections as there are worker threads: each holds one at a time, so none waits long.
WORKER_THREADS = 40
KEPT_CONNECTIONS = 10
# Prepared statements that a connection to SQLite keeps; some have thousands of values.
KEPT_STATEMENTS = 16
# The advisory lock of writers on PostgreSQL: any number, the same in every replica.
WRITERS_LOCK = 0x656E74656E7465
# Where PostgreSQL tells of changes.
CHANNEL = "entente"
_LISTENERS: WeakKeyDictionary[Pool, list[Callable[[], None]]] = WeakKeyDictionary()
_BREAKERS: dict[str, Breaker] = {}
_WRITES = "entente_writes"
_MIGRATES = "entente_migrates"


def make_engine(database_url: str | URL, max_connections: int = WORKER_THREADS) -> Engine:
    """An engine on a SQLite file or a PostgreSQL database; it connects when first used."""
    if make_url(database_url).get_backend_name() == "sqlite":
        engine = _make_sqlite_engine(database_url)
    else:
        engine = _make_postgresql_engine(database_url, max_connections)
    event.listen(engine, "before_cursor_execute", _step_aside)
    if is_collected():
        trace_statements(engine)
    return engine


def _make_sqlite_engine(database_url: str | URL) -> Engine:
    """WAL, foreign keys on, writers queue instead of failing.

    Reads begin deferred; a session that writes begins immediate, because SQLite refuses at once,
    whatever the time-out, to turn a read that another writer has overtaken into a write.
    """
    engine = create_engine(
        database_url,
        pool_size=WORKER_THREADS,
        max_overflow=-1,
        connect_args={"cached_statements": KEPT_STATEMENTS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = (
        None  # SQLAlchemy's begin event, not the driver, opens transactions
    )
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _step_aside(connection: Connection, *_: object) -> None:
    # Not who has the writers' lock: all others wait for it.
    if not connection.get_execution_options().get(_WRITES, False):
        step_aside()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_postgresql_engine(database_url: str | URL, max_connections: int) -> Engine:
    options = {
        "timezone": "UTC",
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": 2 * STATEMENT_TIMEOUT_MS,
    }
    kept = min(KEPT_CONNECTIONS, max_connections)
    engine = create_engine(
        database_url,
        pool_size=kept,
        max_overflow=max_connections - kept,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,
        connect_args={
            "application_name": "entente",
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )
    event.listen(engine, "begin", _begin_postgresql)
    breaker = _breaker_of(engine)

    def connect(dialect: Dialect, _: object, args: Any, named: Any) -> Any:
        def refuse() -> Exception:
            return dialect.loaded_dbapi.OperationalError("it could not be reached a moment ago")

        return breaker.attempt(lambda: dialect.connect(*args, **named), refuse)

    event.listen(engine, "do_connect", connect)
    return engine


def _breaker_of(engine: Engine) -> Breaker:
    """That of a server's database, which all engines on it share."""
    return _BREAKERS.setdefault(engine.url.render_as_string(hide_password=False), Breaker())


def break_connections(engine: Engine) -> None:
    """Ends every connection of this process to a server that does not answer any more.

    Whoever waits for an answer on one has an OperationalError at once.
    """
    for connection in _breaker_of(engine).trip():
        break_connection(connection)


def break_connection(connection: Any) -> None:
    """Ends one connection of psycopg below it, whichever thread waits on it."""
    with suppress(Exception), socket.socket(fileno=os.dup(connection.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_MIGRATES, False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {MIGRATION_TIMEOUT_MS}")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {MIGRATION_TIMEOUT_MS}")
    if options.get(_WRITES, False):
        # Those who listen are told when the changes are stored.
        told = f"pg_notify('{CHANNEL}', '')"
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK}), {told}")


def open_file(path: Path) -> Engine:
    """An engine on a SQLite file, whatever is in its name."""
    return make_engine(URL.create("sqlite", database=str(path)))


def make_private(path: Path) -> None:
    """Makes a file that only its owner can read, where there is none: it will hold digests of keys.

    What SQLite keeps beside it has the same permissions.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def is_missing(engine: Engine) -> bool:
    """Whether the database is a SQLite file that is not there; to connect would make it."""
    url = engine.url
    name = url.database or ""
    is_path = url.get_backend_name() == "sqlite" and not name.startswith((":", "file:"))
    return is_path and not Path(name).exists()


def to_public_url(engine: Engine) -> str:
    """Which database it is, without what may be secret."""
    url = engine.url
    named = URL.create(
        url.drivername, url.username, host=url.host, port=url.port, database=url.database
    )
    return str(named)


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database and changes nothing."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with Session(engine.execution_options(**{_WRITES: False})) as session:
        yield session


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """A session whose changes are stored together at the end, or not at all.

    It has the writers' lock: nobody else writes before it ends.
    """
    with (
        Session(engine.execution_options(**{_WRITES: True}), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session
    for listener in _LISTENERS.get(engine.pool, ()):
        listener()


def listen_to_writes(engine: Engine, listener: Callable[[], None]) -> None:
    """Calls `listener` after every change that this process stores through the engine."""
    _LISTENERS.setdefault(engine.pool, []).append(listener)


@contextmanager
def write_connection(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction with the writers' lock, for migrations.

    SQLite changes a table by making it anew, so it must not enforce foreign keys meanwhile; they
    are checked, all of them, before the end.
    """
    options = {_WRITES: True, _MIGRATES: True}
    with (
        engine.execution_options(**options).connect() as connection,
        _free_to_rebuild(connection),
        connection.begin(),
    ):
        yield connection
        if engine.dialect.name == "sqlite":
            _check_foreign_keys(connection)


@contextmanager
def _free_to_rebuild(connection: Connection) -> Iterator[None]:
    driver = connection.connection.dbapi_connection
    if driver is None or connection.dialect.name != "sqlite":
        yield
        return
    # Through the driver, because SQLite takes this only outside of a transaction.
    driver.cursor().execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.cursor().execute("PRAGMA foreign_keys = ON")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise RuntimeError("the migration would leave references that lead nowhere")
