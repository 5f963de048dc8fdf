"""Conditional requests (RFC 9110): ETag, If-None-Match, If-Match, HEAD. Pure ASGI."""

import hashlib
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Fault, InvalidParameters, PreconditionFailed, PreconditionRequired

_RECORD = "record_revision"
_STREAMED = "is_streamed"
_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_KEPT_IN_304 = ("cache-control", "etag", "vary", "link")


def name_record(request: Request, revision: int) -> None:
    """Tells which revision of its record an answer shows; its ETag then begins with that."""
    setattr(request.state, _RECORD, revision)


def stream(request: Request) -> None:
    """Tells that an answer is sent as it is made: it is not held back, and brings its own ETag."""
    setattr(request.state, _STREAMED, True)


def to_etag(body: bytes, revision: int | None = None) -> str:
    """The strong ETag of a body: a digest, after the revision of the record it shows, if any."""
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    return f'"{digest}"' if revision is None else f'"{revision}-{digest}"'


def check_if_match(header: str | None, revision: int) -> None:
    """Lets a change of a record pass if If-Match names its current revision, or is `*`.

    Any ETag of any representation of the record will do: what a change must not overlook is
    another change of the record, not another score. Raises PreconditionRequired or
    PreconditionFailed, and InvalidParameters for what is no ETag.
    """
    if header is None:
        raise PreconditionRequired
    tags = _TAG.findall(header)
    if not tags and header.strip() != "*":
        detail = "It must be * or ETags, in double quotes as answers give them."
        raise InvalidParameters((Fault("/header/If-Match", detail),))
    named = {tag.partition("-")[0] for tag in tags if "-" in tag}
    if header.strip() != "*" and str(revision) not in named:
        raise PreconditionFailed


def is_known(headers: Headers, etag: str) -> bool:
    """Whether the caller has the representation with this ETag already, by If-None-Match."""
    given = headers.get("if-none-match")
    return given is not None and names_tag(given, etag)


def names_tag(if_none_match: str, etag: str) -> bool:
    """Whether the value of If-None-Match names an ETag."""
    return if_none_match.strip() == "*" or etag.strip('"') in _TAG.findall(if_none_match)


class ConditionalReads:
    """Gives every successful GET under the given paths an ETag and answers 304; HEAD anywhere.

    `is_open` says whether answers are the same for every caller.
    """

    def __init__(self, app: ASGIApp, paths: Iterable[str], *, is_open: bool) -> None:
        self.app = app
        self._paths = tuple(paths)
        self._cache_control = "no-cache" if is_open else "private, no-cache"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        method = scope.get("method")
        is_conditional = scope.get("path", "").startswith(self._paths)
        if method != "HEAD" and not (method == "GET" and is_conditional):
            await self.app(scope, receive, send)
            return
        answer = _Answer(scope, send, self._cache_control if is_conditional else None)
        await self.app({**scope, "method": "GET"}, receive, answer.take)


class _Answer:
    """Holds an answer back until its body is whole, then sends what the request asks for."""

    def __init__(self, scope: Scope, send: Send, cache_control: str | None) -> None:
        self._scope = scope
        self._send = send
        self._cache_control = cache_control
        self._start: Message = {}
        self._parts: list[bytes] = []

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            if self._scope.get("state", {}).get(_STREAMED, False):
                await self._send(message)
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        if self._scope.get("state", {}).get(_STREAMED, False):
            await self._pass(message)
            return
        self._parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            await self._finish(b"".join(self._parts))

    async def _pass(self, message: Message) -> None:
        is_head = self._scope["method"] == "HEAD"
        await self._send({**message, "body": b""} if is_head else message)

    async def _finish(self, body: bytes) -> None:
        headers = MutableHeaders(scope=self._start)
        status = self._start["status"]
        if status == 200 and self._cache_control is not None:
            revision = self._scope.get("state", {}).get(_RECORD)
            headers.setdefault("ETag", to_etag(body, revision))
            headers.setdefault("Cache-Control", self._cache_control)
            headers.add_vary_header("Authorization")
            if is_known(Headers(scope=self._scope), headers["ETag"]):
                status, body = 304, b""
                for name in set(headers) - set(_KEPT_IN_304):
                    del headers[name]
        if self._scope["method"] == "HEAD":
            body = b""
        await self._send({**self._start, "status": status})
        await self._send({"type": "http.response.body", "body": body})
