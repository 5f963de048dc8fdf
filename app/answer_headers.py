"""Headers of every answer: its request id, and what browsers must not do with it. Pure ASGI."""

import os
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.reach import Reach

# A caller's own id is kept when it is plain; anything else is replaced.
_PLAIN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_NAME = b"x-request-id"
_POLICY = b"content-security-policy"
# Answers are data: no browser is to make a page of them, or to guess that they are something else.
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
# RFC 9111 no longer has this field; caches and people know it all the same.
_OLD = (b"warning", b'111 entente "The database cannot be reached; this may be out of date"')
_NOTHING = (_POLICY, b"default-src 'none'; frame-ancestors 'none'")


class AnswerHeaders:
    """Puts the id of each request in its state, and these headers on the answer.

    An answer that brings a policy of its own for browsers keeps it. While the database is out of
    reach each has a warning.
    """

    def __init__(self, app: ASGIApp, reach: Reach) -> None:
        self.app = app
        self._reach = reach

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == _NAME), b"")
        request_id = given if _PLAIN.fullmatch(given) else os.urandom(16).hex().encode()
        scope.setdefault("state", {})["request_id"] = request_id.decode()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", ())
                policy = () if any(name == _POLICY for name, _ in own) else (_NOTHING,)
                old = (_OLD,) if self._reach.is_lost else ()
                message["headers"] = [*own, (_NAME, request_id), *_SAFE, *policy, *old]
            await send(message)

        await self.app(scope, receive, send_with_headers)
