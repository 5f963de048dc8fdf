"""A proxy in front of a database server, which can be cut off, and mended."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

from sqlalchemy import make_url


class Proxy:
    """Passes connections on to a PostgreSQL server; while it is cut it drops and refuses them."""

    def __init__(self, database_url: str) -> None:
        self._server = make_url(database_url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self.is_cut = False
        # Set while bytes are passed on.
        self._flows = Event()
        self._flows.set()
        Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The database's URL by way of the proxy."""
        port = self._listener.getsockname()[1]
        url = self._server.set(host="127.0.0.1", port=port, query={})
        return url.render_as_string(hide_password=False)

    def cut(self) -> None:
        """Drops every connection, and refuses new ones."""
        with self._lock:
            self.is_cut = True
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def stall(self) -> None:
        """Takes connections and bytes, and passes nothing on."""
        self._flows.clear()

    def mend(self) -> None:
        """Passes everything on again."""
        self.is_cut = False
        self._flows.set()

    def close(self) -> None:
        """Ends it."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                if self.is_cut:
                    caller.close()
                    continue
                try:
                    server = self._connect()
                except OSError:  # it is being restarted
                    caller.close()
                    continue
                with self._lock:
                    self._open += (caller, server)
                for one, other in ((caller, server), (server, caller)):
                    Thread(target=_pass_on, args=(one, other, self._flows), daemon=True).start()

    def _connect(self) -> socket.socket:
        folder, port = self._server.query.get("host"), self._server.port or 5432
        if folder is None:
            return socket.create_connection((self._server.host or "127.0.0.1", port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.{port}")
        return server


def _pass_on(one: socket.socket, other: socket.socket, flows: Event) -> None:
    with one:
        with suppress(OSError):
            while data := one.recv(65536):
                flows.wait()
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_to(database_url: str) -> Iterator[Proxy]:
    """A proxy to a database, for as long as it is needed."""
    proxy = Proxy(database_url)
    try:
        yield proxy
    finally:
        proxy.close()
