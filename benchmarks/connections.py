"""Keep-alive connections to a server, each asked one thing after the other."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import httptools

CLOSED = ConnectionError("the server closed the connection")


@dataclass(slots=True)
class Answer:
    """What a server answered."""

    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """One connection; `ask` may be called again once it has answered."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []

    async def ask(self, request: bytes) -> Answer:
        """Sends a request and waits for its answer. Raises ConnectionError."""
        if self._transport is None or self._transport.is_closing():
            raise CLOSED
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Ends the connection."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        # uvloop's transports are none of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or CLOSED)

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        answer = Answer(self._parser.get_status_code(), b"".join(self._body))
        self._body.clear()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(answer)


async def connect(port: int) -> Connection:
    """A connection to a server on this machine."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    return connection


def to_request(
    method: str, path: str, content: object = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of a request, with a JSON body if there is any content."""
    body = b"" if content is None else json.dumps(content).encode()
    told = {"Host": "127.0.0.1"} | ({"Content-Length": str(len(body))} if body else {})
    if body:
        told["Content-Type"] = "application/json"
    lines = [f"{name}: {value}\r\n" for name, value in (told | dict(headers or {})).items()]
    return f"{method} {path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body
