"""Admission: who is answered now, and who is asked to come back. Pure ASGI.

Refusing early keeps those who are answered quick: work that waits too long is of use to nobody.
"""

import asyncio
import hashlib
import ipaddress
import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import EntenteError, Overloaded, RateLimited, Stopping
from app.problem_kinds import describe
from app.problems import problem_response

# What those who watch over the service ask, and must be told at all times.
ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
# Half of the worker threads: others always find one.
CHANGES_AT_ONCE = 20
_READS = ("GET", "HEAD", "OPTIONS")
# Questions that may come in a body; they change nothing.
_QUESTIONS = "/v1/rankings"
# Addresses of one site: IPv6 gives every caller as many as it likes.
_SITE_BITS = 64
Header = tuple[bytes, bytes]


def is_change(scope: Scope) -> bool:
    """Whether a request changes something, rather than asks."""
    return scope["method"] not in _READS and not scope["path"].startswith(_QUESTIONS)


class Admission:
    """Answers so many requests at once, and refuses others; waiting for a body does not count.

    Changes take turns at the database, so only few of them are let in: they would wait in threads
    that others need, and longer than their callers do.
    """

    def __init__(self, app: ASGIApp, at_once: int) -> None:
        self.app = app
        self._at_once = at_once
        self._working = 0
        self._changing = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["path"] in ALWAYS:
            await self.app(scope, receive, send)
            return
        change = int(is_change(scope))
        if self._working >= self._at_once or (change and self._changing >= CHANGES_AT_ONCE):
            await _refuse(Overloaded(), scope, receive, send)
            return

        async def receive_idle() -> Message:
            self._count(-1, -change)
            try:
                return await receive()
            finally:
                self._count(1, change)

        self._count(1, change)
        try:
            await self.app(scope, receive_idle, send)
        except asyncio.CancelledError:
            # The server ends, and waits for this one no longer; it would answer 500 itself.
            if "status" in scope.get("state", {}):
                raise
            await _refuse(Stopping(), scope, receive, send)
        finally:
            self._count(-1, -change)

    def _count(self, working: int, changing: int) -> None:
        self._working += working
        self._changing += changing


@dataclass(frozen=True, slots=True)
class _Window:
    """What a caller may still ask."""

    item: RateLimitItem
    remaining: int
    reset_s: int
    passed: bool


class RateLimits:
    """Lets each address, and each key, ask so often.

    Every process counts for itself. A request with a key counts for both: keys that are tried out
    would otherwise cost nothing. Limits are spelt as in "600/minute".
    """

    def __init__(self, app: ASGIApp, by_address: str | None, by_key: str | None) -> None:
        self.app = app
        self._by_address = None if by_address is None else parse(by_address)
        self._by_key = None if by_key is None else parse(by_key)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["path"] in ALWAYS:
            await self.app(scope, receive, send)
            return
        windows = [self._hit(item, name) for item, name in self._list_limits(scope)]
        if not windows:
            await self.app(scope, receive, send)
            return
        nearest = min(windows, key=lambda window: (window.passed, window.remaining))
        headers = _to_headers(nearest)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        if nearest.passed:
            await self.app(scope, receive, send_with_headers)
        else:
            await _refuse(RateLimited(nearest.reset_s), scope, receive, send_with_headers)

    def _list_limits(self, scope: Scope) -> list[tuple[RateLimitItem, str]]:
        found = []
        if self._by_address is not None:
            found.append((self._by_address, _to_site(scope.get("client"))))
        key = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        if self._by_key is not None and key is not None:
            found.append((self._by_key, hashlib.blake2b(key, digest_size=16).hexdigest()))
        return found

    def _hit(self, item: RateLimitItem, name: str) -> _Window:
        passed = self._limiter.hit(item, name)
        stats = self._limiter.get_window_stats(item, name)
        wait_s = max(1, math.ceil(stats.reset_time - time.time()))
        return _Window(item, max(0, stats.remaining), wait_s, passed)


def _to_site(client: tuple[str, int] | None) -> str:
    """The address of a caller, or the network that it can choose addresses from."""
    try:
        address = ipaddress.ip_address("" if client is None else client[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, _SITE_BITS), strict=False))
    return str(address)


def _to_headers(window: _Window) -> tuple[Header, ...]:
    """The fields of the IETF draft on rate limits: the quota and its span, and what is left."""
    quota, span_s = window.item.amount, window.item.get_expiry()
    return (
        (b"ratelimit-policy", f'"default";q={quota};w={span_s}'.encode()),
        (b"ratelimit", f'"default";r={window.remaining};t={window.reset_s}'.encode()),
    )


async def _refuse(error: EntenteError, scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem_response(Request(scope), describe(error))
    await answer(scope, receive, send)
