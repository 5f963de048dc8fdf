"""Headers of every answer: its request id, and what browsers must not do with it. Pure ASGI."""

import random
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.reach import Reach

# A caller's own id is kept when it is plain; anything else is replaced.
_PLAIN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_NAME = b"x-request-id"
# Where in the state of a request a route puts what browsers may do with its page.
POLICY = "browser_policy"
_POLICY = b"content-security-policy"
# Answers are data: no browser is to make a page of them, or to guess that they are something else.
_SAFE = (b"x-content-type-options", b"nosniff")
_SAFE_PAGE = (_SAFE, (b"referrer-policy", b"no-referrer"))
# RFC 9111 no longer has this field; caches and people know it all the same.
_OLD = (b"warning", b'111 entente "The database cannot be reached; this may be out of date"')
_SAFE_DATA = (_SAFE, (_POLICY, b"default-src 'none'; frame-ancestors 'none'"))


class AnswerHeaders:
    """Puts the id of each request in its state, the status of its answer too, and these headers.

    A page has a policy of its own for browsers if its route put one in the state. While the
    database is out of reach each has a warning.
    """

    def __init__(self, app: ASGIApp, reach: Reach) -> None:
        self.app = app
        self._reach = reach

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        given = next((value for name, value in scope["headers"] if name == _NAME), b"")
        request_id = given if _PLAIN.fullmatch(given) else b"%032x" % random.getrandbits(128)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id.decode()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                state["status"] = message["status"]
                own = message.get("headers", ())
                policy = state.get(POLICY)
                page = _SAFE_DATA if policy is None else (*_SAFE_PAGE, (_POLICY, policy.encode()))
                message["headers"] = headers = [*own, (_NAME, request_id), *page]
                if self._reach.is_lost:
                    headers.append(_OLD)
            await send(message)

        await self.app(scope, receive, send_with_headers)
