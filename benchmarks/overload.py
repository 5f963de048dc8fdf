"""The load of a soak: more than the service can answer, and what came of each request."""

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks import catalogue, mixed, queries
from benchmarks.connections import Answer, Connection, connect, to_request
from benchmarks.faults import Place
from benchmarks.history import History, Seen, read_list

CLIENTS, CAPACITY_S = 4, 8.0
# Requests that wait for an answer at a time; more are not sent, as a caller gives up.
MOST_WAITING = 400
# How long a caller waits before it sends a change again, in seconds, and for how long it does once
# no other requests come.
RETRY_AFTER_S, WITHIN_S = 1.0, 60.0
GIVES_UP_S = 40.0


@dataclass(slots=True)
class Change:
    """A change of a title, and the revision that it was acknowledged with."""

    slug: str
    title: str
    revision: int | None = None


@dataclass(slots=True)
class Soak:
    """What came of it."""

    place: Place
    history: History
    capacity: float
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    lists_ms: list[float] = field(default_factory=list)
    changes_s: list[float] = field(default_factory=list)
    recoveries: list[tuple[str, float, float]] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    not_sent: int = 0
    sent_again: int = 0
    seconds: float = 0.0
    lost: int = 0
    twice: int = 0
    verified: str = ""

    @property
    def errors(self) -> int:
        """Answers that must not be: 5xx other than 503."""
        return sum(
            n
            for (_, status), n in self.statuses.items()
            if status.startswith("5") and status != "503"
        )

    @property
    def mixed(self) -> list[str]:
        """Lists that are of no one revision."""
        return [fault for seen in self.seen for fault in self.history.find_faults(seen)]

    @property
    def unacknowledged(self) -> int:
        """Changes that nobody acknowledged to the end."""
        return sum(change.revision is None for change in self.changes)

    @property
    def is_sound(self) -> bool:
        """Whether all held."""
        wrong = self.errors or self.mixed or self.lost or self.twice or self.unacknowledged
        return not wrong and self.verified.startswith("Nothing differs")


class Callers:
    """Connections to the replicas, used again."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._idle: dict[int, list[Connection]] = {port: [] for port in ports}
        self._next = itertools.cycle(ports)

    async def ask(self, content: bytes) -> Answer:
        """Asks the replicas in turns, and the next one where one cannot be reached or was lost.

        Raises OSError if that is so of all, and TimeoutError.
        """
        lost: OSError = ConnectionRefusedError()
        for port in itertools.islice(self._next, 2 * len(self._ports)):
            idle = self._idle[port]
            try:
                connection = idle.pop() if idle else await connect(port)
            except OSError as error:
                lost = error
                continue
            try:
                answer = await asyncio.wait_for(connection.ask(content), GIVES_UP_S)
            except TimeoutError:  # an OSError, too
                connection.close()
                raise
            except OSError as error:
                # The process is gone, and with it all others.
                idle.clear()
                lost = error
            else:
                idle.append(connection)
                return answer
        raise lost


class Load:
    """The requests of a soak, sent when they are due."""

    def __init__(self, soak: Soak, key: str) -> None:
        self._soak, self._key = soak, key
        self._callers = Callers([replica.port for replica in soak.place.replicas])
        self._lists = itertools.cycle(
            queries.list_queries(catalogue.actor_ids(), catalogue.domain_ids(), 50_000)
        )
        self._rng, self._numbers = random.Random(7), itertools.count()  # noqa: S311 no secret
        self._slugs = list(soak.history.titles)
        self._waiting: set[asyncio.Task[None]] = set()
        self._ended_at: float | None = None

    async def measure_capacity(self) -> float:
        """Answers a second where some clients never pause."""
        until = time.perf_counter() + CAPACITY_S

        async def ask() -> None:
            while time.perf_counter() < until:
                kind = self._draw()
                await (self.change() if kind == "write" else self._read(kind))

        await asyncio.gather(*(ask() for _ in range(CLIENTS)))
        answered = self._soak.statuses.total()
        self._soak.statuses.clear()
        self._soak.lists_ms.clear()
        self._soak.changes_s.clear()
        return answered / CAPACITY_S

    def _draw(self) -> mixed.Kind:
        (kind,) = self._rng.choices(list(mixed.SHARES), list(mixed.SHARES.values()))
        return kind

    async def run(self, rate: float, ended: asyncio.Event) -> None:
        """Sends so many requests a second until it is ended, then waits for the last answers."""
        start, sent = time.perf_counter(), 0
        while not ended.is_set():
            await asyncio.sleep(max(sent / rate - (time.perf_counter() - start), 0))
            sent += 1
            kind = self._draw()
            if kind == "write":
                self._begin(self.change())
            elif len(self._waiting) > MOST_WAITING:
                self._soak.not_sent += 1
            else:
                self._begin(self._read(kind))
        self._ended_at = time.perf_counter()
        await asyncio.gather(*self._waiting)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _read(self, kind: mixed.Kind) -> None:
        if kind == "list":
            content = to_request("GET", next(self._lists))
        else:
            body = queries.draw_ranking(next(self._numbers))
            content = to_request("POST", "/v1/rankings", body)
        begun = time.perf_counter()
        answer = await self.ask(kind, content)
        if kind == "list" and answer is not None and answer.status == 200:
            self._soak.lists_ms.append(1e3 * (time.perf_counter() - begun))
            self._soak.seen.append(read_list(answer.body, self._soak.history.titles))

    async def ask(self, kind: str, content: bytes) -> Answer | None:
        """The answer; None if none came."""
        try:
            answer = await self._callers.ask(content)
        except TimeoutError:
            self._soak.statuses[kind, "no answer"] += 1
            return None
        except OSError:
            self._soak.statuses[kind, "no connection"] += 1
            return None
        self._soak.statuses[kind, str(answer.status)] += 1
        return answer

    async def change(self) -> None:
        """Makes a change, and sends it again until it is acknowledged."""
        number = next(self._numbers)
        change = Change(self._rng.choice(self._slugs), f"Edition {number}")
        self._soak.changes.append(change)
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/merge-patch+json",
            "If-Match": "*",
            "Idempotency-Key": f"soak-{number}",
        }
        path = f"{queries.PATH}/{change.slug}"
        content = to_request("PATCH", path, {"title": change.title}, headers)
        begun = time.perf_counter()
        while self._ended_at is None or time.perf_counter() < self._ended_at + WITHIN_S:
            answer = await self.ask("write", content)
            if answer is not None and answer.status == 200:
                change.revision = json.loads(answer.body)["revision"]
                self._soak.history.record(change.slug, change.revision, change.title)
                self._soak.changes_s.append(time.perf_counter() - begun)
                return
            self._soak.sent_again += 1
            # As Retry-After says; each caller a little later than the other.
            await asyncio.sleep(RETRY_AFTER_S * (1 + self._rng.random()))


async def check_changes(soak: Soak, connection: Connection) -> None:
    """Reads what is on record of every proposal that was changed."""
    for slug in soak.history.titles:
        titles = Counter[str]()
        cursor = ""
        while True:
            path = f"{queries.PATH}/{slug}/history?limit=100{cursor}"
            answer = await connection.ask(to_request("GET", path))
            page = json.loads(answer.body)
            titles.update(item["record"]["title"] for item in page["items"])
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        for change in soak.changes:
            if change.slug == slug and change.revision is not None:
                soak.lost += titles[change.title] == 0
                soak.twice += titles[change.title] > 1
