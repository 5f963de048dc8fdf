"""The short way of ranked lists: pure ASGI in front of the routes.

It answers plain reads of `/v1/proposals` by anyone from the current index, and keeps finished
answers as long as that index is current. It repeats the one check that it skips, who may read: it
serves only where reads are open, and only those who send no key. Everything else goes on to the
routes.

No list waits for the index to take up a change that is made through this process: lists show the
state before it until the index has it, and only then is the change acknowledged.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.admission import is_change
from app.conditional import names_tag
from app.errors import EntenteError
from app.heavy import light, note_light
from app.listings.index import RankingIndex
from app.listings.lists import list_ready
from app.listings.query import parse_query, to_request
from app.listings.service import ListService, to_list_etag
from app.pagination import next_link

PATH = "/v1/proposals"
# What a header takes beside its text, about.
HEADER_BYTES = 200
# Most bytes of finished answers that are kept.
KEPT_BYTES = 64 * 1024 * 1024
# How long a list waits for an index that is being made, in seconds, before an older one serves.
WAIT_S = 1.0
# How long lists may show the state before a change that is on its way, in seconds.
OLD_FOR_S = 1.0
# How plain lists are answered: answered before, made from the index, by the routes.
OUTCOMES = ("hit", "miss", "bypass")
_PLAIN_ACCEPTS = (b"*/*", b"application/json")
Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer as it is sent, and the headers that a 304 has of it."""

    etag: str
    headers: list[Header]
    short_headers: list[Header]
    body: bytes

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return len(self.body) + sum(len(n) + len(v) + HEADER_BYTES for n, v in self.headers)


@dataclass(slots=True)
class _Cache:
    """The finished answers of one index, by their query."""

    index: RankingIndex | None = None
    answers: dict[bytes, Finished] = field(default_factory=dict)
    size: int = 0

    def of(self, index: RankingIndex) -> "_Cache":
        """The cache itself, emptied if it was of another index."""
        if self.index is not index:
            self.index, self.answers, self.size = index, {}, 0
        return self

    def put(self, query: bytes, answer: Finished) -> None:
        """Keeps an answer, and drops the oldest ones where they are too many."""
        self.answers[query] = answer
        self.size += len(query) + answer.size
        while self.size > KEPT_BYTES:
            oldest = next(iter(self.answers))
            self.size -= len(oldest) + self.answers.pop(oldest).size


class ListFront:
    """Answers plain lists itself; one for each process, used on its event loop only."""

    def __init__(
        self,
        app: ASGIApp,
        lists: ListService,
        *,
        is_open: bool,
        on_list: Callable[[Scope, int, int], None] | None = None,
    ) -> None:
        self.app = app
        # Told of each list that was answered here: the request, the status, and when it began.
        self._on_list = on_list
        self._lists = lists
        self._is_open = is_open
        self._cache = _Cache()
        self._refreshing: asyncio.Task[RankingIndex] | None = None
        self._refreshing_since = 0.0
        self._changing = 0
        self.outcomes = Counter[str]()
        self._current_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if is_change(scope):
            await self._change(scope, receive, send)
            return
        begun_ns = time.time_ns() if self._on_list else 0
        known = self._read_plain(scope)
        answer = None if known is None else await self._find_answer(scope["query_string"])
        if answer is None:
            self.outcomes["bypass"] += known is not None
            await self.app(scope, receive, send)
            return
        if known and names_tag(known.decode("latin-1"), answer.etag):
            status, headers, body = 304, answer.short_headers, b""
        else:
            status, headers, body = 200, answer.headers, answer.body
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        if self._on_list:
            self._on_list(scope, status, begun_ns)

    def _read_plain(self, scope: Scope) -> bytes | None:
        """If-None-Match, or nothing, of a request that is for this way; None: it is for another."""
        if scope.get("path") != PATH or scope.get("method") != "GET" or not self._is_open:
            return None
        known = b""
        for name, value in scope["headers"]:
            if name == b"authorization" or (name == b"accept" and value not in _PLAIN_ACCEPTS):
                return None
            if name == b"if-none-match":
                if known:
                    return None
                known = value
        return known

    async def _find_answer(self, query: bytes) -> Finished | None:
        note_light()
        index = self._find_index() or await self._refresh()
        if index is None:
            return None
        cache = self._cache.of(index)
        found = cache.answers.get(query)
        if found is not None:
            self.outcomes["hit"] += 1
            return found
        with light():
            found = _make_answer(index, query)
        if found is not None:
            self.outcomes["miss"] += 1
            cache.put(query, found)
        return found

    async def _change(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Has a change made, and its answer held back until lists show it."""

        async def send_late(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._catch_up()
            await send(message)

        self._changing += 1
        try:
            await self.app(scope, receive, send_late)
        finally:
            self._changing -= 1

    async def _catch_up(self) -> None:
        """Refreshes until lists show what is stored, or one attempt took too long."""
        for _ in range(2):  # the first may have been begun before the change was stored
            if self._lists.find_current() is None:
                await self._refresh()

    def _find_index(self) -> RankingIndex | None:
        """The index that needs no waiting: the current one, or the last one while that may be."""
        current, now = self._lists.find_current(), time.monotonic()
        if current is not None:
            self._current_at = now
            return current
        is_changing = self._changing > 0 and now - self._current_at <= OLD_FOR_S
        return self._lists.find_last() if is_changing or self._lists.reach.is_lost else None

    async def _refresh(self) -> RankingIndex | None:
        """The index once it is current; an older one of today if that takes too long."""
        refreshing, asked_at = self._refreshing, time.monotonic()
        if refreshing is None or refreshing.done():
            refreshing = asyncio.create_task(asyncio.to_thread(self._lists.refresh))
            # Those who come later may begin another while this one is waited for.
            self._refreshing, self._refreshing_since = refreshing, asked_at
        # Nobody waits anew for one that has hung for long.
        left = max(self._refreshing_since + WAIT_S - asked_at, 0)
        done, _ = await asyncio.wait({refreshing}, timeout=left)
        if done and refreshing.exception() is None:
            self._current_at = asked_at
            return refreshing.result()
        return self._lists.find_last() if not done or self._lists.reach.is_lost else None


def _make_answer(index: RankingIndex, query: bytes) -> Finished | None:
    given = parse_query(query)
    request = None if given is None else to_request(given, index)
    if given is None or request is None:
        return None
    try:
        listed = list_ready(index, request)
    except EntenteError:
        return None
    if listed is None:
        return None
    etag = to_list_etag(index.view, query)
    short: list[Header] = [
        (b"etag", etag.encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"Accept, Authorization"),
    ]
    # As they were given: plain ones are spelt in one way only.
    pairs = [pair.partition("=") for pair in query.decode("ascii").split("&") if pair]
    link = next_link(PATH, [(name, value) for name, _, value in pairs], listed.next_cursor)
    if link is not None:
        short.append((b"link", link.encode()))
    length = str(len(listed.body)).encode()
    whole = [*short, (b"content-length", length), (b"content-type", b"application/json")]
    return Finished(etag, whole, short, listed.body)
