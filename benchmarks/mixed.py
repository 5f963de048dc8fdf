"""A mixed load on the service: lists, rankings by own weights, and writes, all at once.

Run as `python -m benchmarks.mixed [--proposals N] [--seconds S] [--clients N] [--postgresql]`. The
service is started on a new database with a made-up catalogue of N proposals. 90 % of the requests
are lists, every query another, 9 % rankings, 1 % changes of titles. Each client asks again once it
is answered; with `--rate` requests are sent at that rate, lists alone too, and waiting for a client
counts: name as many clients as callers would open connections.

Told are the latency of lists alone and in the mix, answers by status, memory by time, and whether
any list mixed two revisions: its titles must be those that stood at the revision that it names.
The exit code is 1 if one did.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Literal

import uvloop

from benchmarks import catalogue, queries, servers
from benchmarks.connections import Answer, Connection, connect, to_request
from benchmarks.figures import percentile, say, slope
from benchmarks.history import History, Seen, read_list
from benchmarks.machine import LOAD_CORE
from benchmarks.markdown import Section
from benchmarks.scaling import import_made_up
from tests.databases import create_database, postgresql_server

Kind = Literal["list", "ranking", "write"]
SHARES: dict[Kind, float] = {"list": 0.90, "ranking": 0.09, "write": 0.01}
# More than any service on one core answers.
LISTS_A_SECOND = 5_000
# In a long load they begin anew; every change of the catalogue makes them new questions.
MOST_QUERIES = 200_000
# Lists alone are asked for this long, one at a time, before the mix.
ALONE_S = 3.0
SAMPLED_EVERY_S = 0.5
TARGET = 5.0


@dataclass(frozen=True, slots=True)
class Request:
    """A request to come, with the change that it makes if it is a write."""

    kind: Kind
    content: bytes
    slug: str = ""
    title: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of a mixed load."""

    history: History
    alone_ms: list[float] = field(default_factory=list)
    lists_ms: list[float] = field(default_factory=list)
    statuses: Counter[tuple[Kind, int]] = field(default_factory=Counter)
    seen: list[Seen] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ratio(self) -> float:
        """p99 of lists in the mix to the median of lists alone."""
        return percentile(self.lists_ms, 0.99) / percentile(self.alone_ms, 0.5)

    @property
    def faults(self) -> list[str]:
        """What is wrong with the lists that were seen."""
        return [fault for seen in self.seen for fault in self.history.find_faults(seen)]

    def take(self, request: Request, answer: Answer, ms: float, *, alone: bool = False) -> None:
        """Notes an answer, and what it took."""
        self.statuses[request.kind, answer.status] += 1
        if request.kind == "list" and answer.status == 200:
            (self.alone_ms if alone else self.lists_ms).append(ms)
            self.seen.append(read_list(answer.body, self.history.titles))
        elif request.kind == "write" and answer.status == 200:
            revision = json.loads(answer.body)["revision"]
            self.history.record(request.slug, revision, request.title)


def draw_requests(
    slugs: Sequence[str], key: str, lists: Iterator[str], seed: int = 1
) -> Iterator[Request]:
    """Requests by their shares, until there are no more lists; each write gives another title."""
    rng, numbers = random.Random(seed), count()  # noqa: S311 no secret
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/merge-patch+json",
        "If-Match": "*",
    }
    while True:
        (kind,) = rng.choices(list(SHARES), list(SHARES.values()))
        if kind == "list":
            path = next(lists, None)
            if path is None:
                return
            yield Request(kind, to_request("GET", path))
        elif kind == "ranking":
            body = queries.draw_ranking(next(numbers))
            yield Request(kind, to_request("POST", "/v1/rankings", body))
        else:
            slug, title = rng.choice(slugs), f"Edition {next(numbers)}"
            path = f"{queries.PATH}/{slug}"
            content = to_request("PATCH", path, {"title": title}, headers)
            yield Request(kind, content, slug, title)


async def run(
    server: servers.Server, key: str, seconds: float, clients: int, rate: float | None = None
) -> Outcome:
    """Loads a running service: lists alone, then the mix."""
    connections = [await connect(server.port) for _ in range(clients)]
    first = await connections[0].ask(to_request("GET", queries.REPEATED))
    outcome = Outcome(History.begin(read_list(first.body)))
    actors, domains = catalogue.actor_ids(), catalogue.domain_ids()
    most = min(round(seconds * LISTS_A_SECOND), MOST_QUERIES)
    lists = cycle(queries.list_queries(actors, domains, most))
    requests = draw_requests(list(outcome.history.titles), key, lists)
    await _ask_alone(connections[0], requests, outcome, Pace(min(ALONE_S, seconds), rate))
    sampling = asyncio.create_task(_sample(server, outcome))
    pace = Pace(seconds, rate)
    try:
        await asyncio.gather(*(_ask_on(c, requests, outcome, pace) for c in connections))
    finally:
        sampling.cancel()
        for connection in connections:
            connection.close()
    outcome.memory.append((pace.elapsed(), server.own_mb()))
    outcome.seconds = pace.elapsed()
    return outcome


class Pace:
    """When requests are due: at once, or so many a second."""

    def __init__(self, seconds: float, rate: float | None) -> None:
        self._start, self._seconds, self._rate = time.perf_counter(), seconds, rate
        self._sent = 0

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    async def next_due(self) -> float | None:
        """Waits until the next request is due, and gives that time; None at the end."""
        if self._rate is None:
            return time.perf_counter() if self.elapsed() < self._seconds else None
        due, self._sent = self._sent / self._rate, self._sent + 1
        if due >= self._seconds:
            return None
        await asyncio.sleep(max(due - self.elapsed(), 0))
        return self._start + due


async def _ask_alone(
    connection: Connection, requests: Iterator[Request], outcome: Outcome, pace: Pace
) -> None:
    for request in requests:
        if request.kind != "list":
            continue
        due = await pace.next_due()
        if due is None:
            return
        answer = await connection.ask(request.content)
        outcome.take(request, answer, 1e3 * (time.perf_counter() - due), alone=True)


async def _ask_on(
    connection: Connection, requests: Iterator[Request], outcome: Outcome, pace: Pace
) -> None:
    while (due := await pace.next_due()) is not None:
        request = next(requests, None)
        if request is None:
            return
        answer = await connection.ask(request.content)
        outcome.take(request, answer, 1e3 * (time.perf_counter() - due))


async def _sample(server: servers.Server, outcome: Outcome) -> None:
    """Notes the memory of the service from time to time."""
    start = time.perf_counter()
    while True:
        outcome.memory.append((time.perf_counter() - start, server.own_mb()))
        await asyncio.sleep(SAMPLED_EVERY_S)


def tell(outcome: Outcome, proposals: int, clients: int) -> Section:
    """The outcome as a report."""
    section = Section("A mixed load")
    answers = sum(outcome.statuses.values())
    section.say(
        f"{proposals:,} proposals, {clients} clients, {outcome.seconds:.0f} s, {answers:,} answers."
    )
    alone = percentile(outcome.alone_ms, 0.5)
    p50, p99 = (percentile(outcome.lists_ms, share) for share in (0.5, 0.99))
    cells = [say(alone), say(p50), say(p99), f"{say(outcome.ratio)} (at most {TARGET:g} wanted)"]
    header = ("lists alone, p50 ms", "in the mix, p50 ms", "p99 ms", "p99 / alone")
    section.tabulate(header, [cells])
    rows = [[kind, str(status), f"{n:,}"] for (kind, status), n in sorted(outcome.statuses.items())]
    section.tabulate(("requests", "status", "answers"), rows)
    times, memory = zip(*outcome.memory, strict=True)
    figures = [memory[0], memory[len(memory) // 2], memory[-1], 60 * slope(times, memory)]
    header = ("memory at the start, MB", "middle", "end", "slope, MB a minute")
    section.tabulate(header, [[say(figure) for figure in figures]])
    faults = outcome.faults
    shown = sum(len(seen.titles) for seen in outcome.seen)
    section.say(
        f"{len(outcome.seen):,} lists showed {shown:,} times one of the "
        f"{len(outcome.history.titles)} proposals that were changed, at "
        f"{len({seen.revision for seen in outcome.seen})} revisions; "
        f"{len(faults)} mixed two revisions."
    )
    section.lines += [f"* {fault}" for fault in faults[:10]]
    return section


@contextmanager
def serve_catalogue(
    proposals: int, database_url: str, folder: Path
) -> Iterator[tuple[servers.Server, str]]:
    """A service with a made-up catalogue, ready, and a key that may write."""
    env, log = servers.entente_env(database_url), folder / "log"
    import_made_up(proposals, database_url, folder)
    key = servers.make_key(database_url)
    with servers.serve("service", servers.SERVE_WORDS, log, env) as server:
        server.wait("/readyz")
        yield server, key


@contextmanager
def open_database(folder: Path, *, postgresql: bool) -> Iterator[str]:
    """The URL of a new database."""
    if not postgresql:
        yield f"sqlite:///{folder / 'entente.db'}"
        return
    with postgresql_server() as server:
        yield create_database(server)


def main() -> None:
    """Prints what came of a mixed load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proposals", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--rate", type=float, help="requests a second; as fast as can be if not")
    parser.add_argument("--postgresql", action="store_true", help="PostgreSQL instead of SQLite")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="entente-") as name:
        folder = Path(name)
        with (
            open_database(folder, postgresql=asked.postgresql) as url,
            serve_catalogue(asked.proposals, url, folder) as (server, key),
        ):
            os.sched_setaffinity(0, {LOAD_CORE})
            outcome = uvloop.run(run(server, key, asked.seconds, asked.clients, asked.rate))
    print(tell(outcome, asked.proposals, asked.clients).write("mixed"))
    sys.exit(1 if outcome.faults else 0)


if __name__ == "__main__":
    main()
