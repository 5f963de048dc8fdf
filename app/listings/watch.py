"""The watch: whether the database may have moved since it was last read. Cheap enough to ask often.

SQLite keeps a number that any commit of another connection changes. PostgreSQL tells those who
listen, and is asked now and then in case a word was lost.
"""

import logging
import sqlite3
import time
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, LiteralString, Protocol

from sqlalchemy import Engine

from app.db import (
    CHANNEL,
    CONNECT_TIMEOUT_S,
    break_connection,
    break_connections,
    is_missing,
    listen_to_writes,
)

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger("uvicorn.error")
# How long a lost word of a change can go unnoticed, in seconds.
POLL_S = 0.5
# How long a server may take for a small question, in seconds, before it is given up.
STALL_S = 5.0
# How long a file's number is not asked for again, in seconds.
KEPT_S = 0.001
_LATEST = "SELECT max(number) FROM revision"


class Watch(Protocol):
    """Tells two states of the database apart."""

    def version(self) -> object:
        """A value that is another one after every change."""

    def start(self) -> None:
        """Begins to listen."""

    def stop(self) -> None:
        """Ends what was begun."""


def make_watch(engine: Engine) -> Watch:
    """The watch that suits a database."""
    return FileWatch(engine) if engine.dialect.name == "sqlite" else ServerWatch(engine)


class FileWatch:
    """Asks a SQLite file, which takes some microseconds; what it said holds for `KEPT_S`.

    What this process stores is known at once.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._version: object = None
        self._kept_until = 0.0
        listen_to_writes(engine, self._note)

    def version(self) -> object:
        """The file's own number, as this connection sees it; a new object if it cannot be read."""
        now = time.monotonic()
        if now < self._kept_until:
            return self._version
        with self._lock:
            try:
                self._version, self._kept_until = self._ask(), now + KEPT_S
            except sqlite3.Error:
                self._version, self._kept_until = object(), 0.0
            return self._version

    def _ask(self) -> object:
        if self._connection is None:
            if is_missing(self._engine):
                raise sqlite3.OperationalError("there is no file")
            name = str(self._engine.url.database)
            self._connection = sqlite3.connect(name, check_same_thread=False)
        return self._connection.execute("PRAGMA data_version").fetchone()[0]

    def _note(self) -> None:
        with self._lock:
            self._kept_until = 0.0

    def start(self) -> None:
        """Nothing to begin."""

    def stop(self) -> None:
        """Closes the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


class ServerWatch:
    """Listens to a PostgreSQL server in a thread of its own; until it does, all may have moved.

    A second thread looks whether the first is answered. A server that took the question and says
    nothing holds up everyone who asks it: all connections to it are ended then.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._count = 0
        self._is_listening = False
        self._stopped = Event()
        self._threads: tuple[Thread, ...] = ()
        # Since when an answer is waited for, and on which connection.
        self._asking: tuple[float, object] | None = None
        listen_to_writes(engine, self._note)

    def version(self) -> object:
        """A count of what was heard; a new object while nothing is heard."""
        return self._count if self._is_listening else object()

    def start(self) -> None:
        """Begins to listen."""
        self._stopped.clear()
        self._threads = tuple(
            Thread(target=work, name="watch", daemon=True) for work in (self._run, self._guard)
        )
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the threads."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(timeout=2 * POLL_S)

    def _note(self) -> None:
        with self._lock:
            self._count += 1

    def _run(self) -> None:
        import psycopg  # loaded where it is needed: a start on SQLite does without it

        while not self._stopped.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("listening for changes broke off: %s", type(error).__name__)
            finally:
                self._is_listening = False
            self._stopped.wait(POLL_S)

    def _listen(self) -> None:
        import psycopg

        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(
            url,
            autocommit=True,
            application_name="entente-watch",
            connect_timeout=CONNECT_TIMEOUT_S,
        ) as connection:
            self._ask(connection, f"LISTEN {CHANNEL}")
            latest = self._ask(connection, _LATEST).fetchone()
            self._note()
            self._is_listening = True
            while not self._stopped.is_set():
                for _ in connection.notifies(timeout=POLL_S, stop_after=1):
                    self._note()
                found = self._ask(connection, _LATEST).fetchone()
                if found != latest:
                    latest = found
                    self._note()

    def _ask(self, connection: "psycopg.Connection", query: LiteralString) -> "psycopg.Cursor":
        self._asking = time.monotonic(), connection
        try:
            return connection.execute(query)
        finally:
            self._asking = None

    def _guard(self) -> None:
        while not self._stopped.wait(POLL_S):
            asking = self._asking
            if asking is not None and time.monotonic() - asking[0] > STALL_S:
                log.warning("the database does not answer; all connections to it are ended")
                break_connections(self._engine)
                break_connection(asking[1])
                self._asking = None
