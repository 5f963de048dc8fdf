"""Faults that befall a service and its database, and the places where they do."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from benchmarks import servers
from benchmarks.scaling import import_made_up
from tests.databases import LocalServer, create_database, local_server, run_on_server
from tests.processes import Server
from tests.proxies import Proxy, proxy_to


class Replica(Server):
    """A process of the service that can be struck."""

    def own_mb(self) -> float:
        """Its memory in megabytes, less mapped files; 0 while there is none."""
        try:
            return 0.0 if self.process is None else servers.own_mb(self.process.pid)
        except (OSError, KeyError):  # it is gone, or is about to be
            return 0.0

    def end(self) -> None:
        """Asks it to end, and waits until it did."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)


@dataclass(slots=True)
class Place:
    """A database, the processes on it, and what stands between them."""

    kind: str
    title: str
    url: str
    key: str = ""
    replicas: list[Replica] = field(default_factory=list)
    server: LocalServer | None = None
    proxy: Proxy | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong; `strike` returns when it is over, or begins to be."""

    name: str
    strike: Callable[[Place], None]


def _kill(place: Place) -> None:
    for replica in place.replicas[-1:]:
        replica.kill()
        time.sleep(1.0)
        replica.start()


def _restart(place: Place) -> None:
    for replica in place.replicas:
        replica.end()
        replica.start()


def _kill_all(place: Place) -> None:
    for replica in place.replicas:
        replica.kill()
    for replica in place.replicas:
        replica.start()


def _hold_the_lock(place: Place) -> None:
    path = str(make_url(place.url).database)
    with sqlite3.connect(path, isolation_level=None, timeout=30) as connection:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(7.0)
        connection.execute("ROLLBACK")
    connection.close()


def _cut(place: Place) -> None:
    assert place.proxy is not None
    place.proxy.cut()
    time.sleep(5.0)
    place.proxy.mend()


def _stall(place: Place) -> None:
    assert place.proxy is not None
    place.proxy.stall()
    time.sleep(12.0)
    place.proxy.mend()


def _restart_server(place: Place) -> None:
    assert place.server is not None
    place.server.restart()


def _end_sessions(place: Place) -> None:
    assert place.server is not None
    run_on_server(
        place.server.url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name LIKE 'entente%'",
    )


_COMMON = (
    Fault("a process is killed and started again", _kill),
    Fault("all processes are restarted, one after the other", _restart),
    Fault("all processes are killed at once and started again", _kill_all),
)
FAULTS = {
    "sqlite": (
        *_COMMON,
        Fault("another process holds the writers' lock for 7 s", _hold_the_lock),
    ),
    "postgresql": (
        *_COMMON,
        Fault("PostgreSQL is killed and started again", _restart_server),
        Fault("PostgreSQL ends all sessions", _end_sessions),
        Fault("PostgreSQL cannot be reached for 5 s", _cut),
        Fault("PostgreSQL says nothing for 12 s", _stall),
    ),
}


@contextmanager
def open_place(kind: str, folder: Path, proposals: int) -> Iterator[Place]:
    """A database with a made-up catalogue, and processes that serve it."""
    with ExitStack() as stack:
        if kind == "sqlite":
            place = Place(kind, "One process on SQLite", f"sqlite:///{folder / 'entente.db'}")
        else:
            server = stack.enter_context(local_server())
            url = create_database(server.url)
            place = Place(kind, "Two replicas on PostgreSQL", url, server=server)
            place.proxy = stack.enter_context(proxy_to(url))
        import_made_up(proposals, place.url, folder)
        place.key = servers.make_key(place.url)
        reached_by = place.url if place.proxy is None else place.proxy.url
        for n in range(1 if kind == "sqlite" else 2):
            index = str(folder / f"index-{n}")
            replica = Replica(reached_by, folder / f"log-{n}", index_folder=index)
            stack.callback(replica.kill)
            place.replicas.append(replica)
            replica.start()
        yield place
