"""The database: engine, SQLite pragmas, and the only place that begins, commits and rolls back."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session, create_engine

# How long a writer waits for another one, in milliseconds, before it gives up.
BUSY_TIMEOUT_MS = 5000
# Connections kept open: as many as there are worker threads. More are opened at need, never waited
# for: a thread that waited for a connection could hold up the request that would give one back.
KEPT_CONNECTIONS = 40
_WRITES = "entente_writes"


def make_engine(database_url: str) -> Engine:
    """An engine on a SQLite file: WAL, foreign keys on, writers queue instead of failing.

    Reads begin deferred; a session that writes begins immediate, because SQLite refuses at once,
    whatever the time-out, to turn a read that another writer has overtaken into a write.
    """
    engine = create_engine(database_url, pool_size=KEPT_CONNECTIONS, max_overflow=-1)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = (
        None  # SQLAlchemy's begin event, not the driver, opens transactions
    )
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database and changes nothing."""
    with Session(engine) as session:
        yield session


async def get_session(request: Request) -> AsyncIterator[Session]:
    """The session of one request; it connects where it is first used, in the route's thread.

    Not a thread of its own: what is held between two steps must not wait for a thread.
    """
    with read_session(request.app.state.engine) as session:
        yield session


ReadSession = Annotated[Session, Depends(get_session, scope="function")]


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """A session whose changes are stored together at the end, or not at all."""
    with (
        Session(engine.execution_options(**{_WRITES: True}), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


@contextmanager
def write_connection(engine: Engine) -> Iterator[Connection]:
    """A connection in one immediate transaction, for migrations."""
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection
