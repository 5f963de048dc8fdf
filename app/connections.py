"""Connections: uvicorn's HTTP, which does not wait for ever for callers that do not go on."""

import asyncio
import resource
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Most bytes before the body of a request.
MOST_HEAD_BYTES = 64 * 1024
# Open files that are left to the database, the index and uploads.
OTHER_FILES = 300
MOST_CONNECTIONS = 50_000
# Bytes of a body that must come in each span of patience.
LEAST_BODY_BYTES = 10_000
_TOO_SLOW, _TOO_LARGE = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n"
    b"connection: close\r\n\r\n",
)


class PatientConnection(HttpToolsProtocol):
    """One connection; it is closed if the head of a request does not come in time, or its body
    hardly comes at all.
    """

    # In seconds; a connection that has sent nothing yet has as long.
    patience_s: ClassVar[float] = 10.0
    most: ClassVar[int] = 1000
    # Connections whose head is waited for, the oldest first: they make room for others.
    _waiting: ClassVar[dict["PatientConnection", None]] = {}

    def __init__(self, *options: Any, **named: Any) -> None:
        super().__init__(*options, **named)
        self._received = 0
        self._due: asyncio.TimerHandle | None = None
        # What the timer is for: a request, and whether its head is still to come.
        self._due_of: object = None
        self._due_is_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for the first request."""
        super().connection_made(transport)
        self._wait(0)
        if len(self.connections) > self.most:
            next(iter(self._waiting))._refuse(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends all waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes, and waits for more if a request is not whole."""
        super().data_received(data)
        cycle = self.cycle
        if cycle is None or self.scope is not cycle.scope or cycle.more_body:
            self._wait(len(data))
        elif self._due is not None:
            self._stop_waiting()

    def _waits_for_head(self) -> bool:
        """Whether a request was begun, or none ever was, that uvicorn has no cycle for yet."""
        return self.cycle is None or self.scope is not self.cycle.scope

    def _wait(self, received: int) -> None:
        """Gives the part of a request that is to come its time, unless that runs already."""
        is_head = self._waits_for_head()
        if self._due is None or self._due_of is not self.scope or self._due_is_head is not is_head:
            self._stop_waiting()
            self._due = self.loop.call_later(self.patience_s, self._look)
            self._due_of, self._due_is_head = self.scope, is_head
            if is_head:
                self._waiting[self] = None
        self._received += received
        if is_head and self._received > MOST_HEAD_BYTES:
            self._refuse(_TOO_LARGE)

    def _stop_waiting(self) -> None:
        self._waiting.pop(self, None)
        self._due_of, self._received = None, 0
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _look(self) -> None:
        """Ends a connection that did not go on."""
        waits_for_body = not self._waits_for_head()
        if waits_for_body and (self._received >= LEAST_BODY_BYTES or self.flow.read_paused):
            self._stop_waiting()
            self._wait(0)
        else:
            self._refuse(_TOO_SLOW if self._received or waits_for_body else b"")

    def _refuse(self, answer: bytes) -> None:
        """Closes the connection, and says why unless an answer was begun."""
        is_due = self._waits_for_head() if self._is_idle() else not self.cycle.response_started
        self._stop_waiting()
        if not self.transport.is_closing():
            if is_due:
                self.transport.write(answer)
            self.transport.close()

    def _is_idle(self) -> bool:
        """Whether no answer is owed."""
        return self.cycle is None or self.cycle.response_complete


def make_connection_class(patience_s: float) -> type[PatientConnection]:
    """Connections with that patience, as many at most as there may be open files, less some."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    most = MOST_CONNECTIONS if hard == resource.RLIM_INFINITY else hard - OTHER_FILES
    fields = {"patience_s": patience_s, "most": min(max(most, 1), MOST_CONNECTIONS), "_waiting": {}}
    return type("Connection", (PatientConnection,), fields)
