"""Request ids: pure ASGI middleware that names every request and says the name back."""

import os
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A caller's own id is kept when it is plain; anything else is replaced.
_PLAIN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_NAME = b"x-request-id"


class RequestIds:
    """Puts the id of each request in its state and in the X-Request-ID header of the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == _NAME), b"")
        request_id = given if _PLAIN.fullmatch(given) else os.urandom(16).hex().encode()
        scope.setdefault("state", {})["request_id"] = request_id.decode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (_NAME, request_id)]
            await send(message)

        await self.app(scope, receive, send_with_id)
