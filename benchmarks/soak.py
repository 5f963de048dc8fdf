"""A soak with faults: twice what the service can answer, while it and its database are struck.

Run as `python -m benchmarks.soak [--seconds S] [--proposals N] [--sqlite | --postgresql]`. First it
finds how many requests of the mix (90 % lists, 9 % rankings, 1 % changes) are answered a second
where four clients never pause. Then requests come at twice that rate, to two replicas on PostgreSQL
or one process on SQLite, while one fault follows the other. A change is sent again with the same
Idempotency-Key until it is acknowledged, as its caller would.

At the end every acknowledged change must be on record exactly once, no answer may have been a 5xx
other than 503, no list may have mixed two revisions, and `entente verify` must find nothing.
Written to docs/reliability.md, or to `--to`. The exit code is 1 if anything does not hold.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from benchmarks import catalogue, mixed, queries, servers
from benchmarks.connections import Answer, Connection, connect, to_request
from benchmarks.faults import FAULTS, Fault, Place, open_place
from benchmarks.figures import percentile, say
from benchmarks.history import History, Seen, read_list
from benchmarks.machine import describe_machine
from benchmarks.markdown import Section

CLIENTS, CAPACITY_S = 4, 8.0
# Requests that wait for an answer at a time; more are not sent, as a caller gives up.
MOST_WAITING = 400
# How long a caller waits before it sends a change again, in seconds, and for how long it does once
# no other requests come.
RETRY_AFTER_S, WITHIN_S = 1.0, 60.0
GIVES_UP_S = 40.0
FOREIGN = "no connection"
INTRODUCTION = """# Reliability

Made by `python -m benchmarks.soak{words}`; do not edit. Twice the requests that the service can
answer, 90 % lists, 9 % rankings and 1 % changes, while it and its database are struck by faults.
The load comes from the same machine. Lists are answered first, so changes, which cost most, are
refused for now most often: those after a fault wait as long as any other at such a load.
"""


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
            except OSError as error:
                # The process is gone, and with it all others.
                idle.clear()
                lost = error
            except BaseException:
                connection.close()
                raise
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
        except (OSError, TimeoutError) as error:
            name = "no answer" if isinstance(error, TimeoutError) else FOREIGN
            self._soak.statuses[kind, name] += 1
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


async def strike(soak: Soak, load: Load, faults: Sequence[Fault], seconds: float) -> None:
    """One fault after the other, with as much time between them; notes when all was well again."""
    pause = seconds / (len(faults) + 1)
    for fault in faults:
        await asyncio.sleep(pause)
        await asyncio.to_thread(fault.strike, soak.place)
        begun = time.perf_counter()
        while (answer := await load.ask("list", to_request("GET", queries.REPEATED))) is None or (
            answer.status != 200
        ):
            await asyncio.sleep(0.02)
        listed = time.perf_counter() - begun
        await load.change()
        soak.recoveries.append((fault.name, listed, time.perf_counter() - begun))
        print(f"  {fault.name}: lists after {listed:.1f} s", flush=True)
    await asyncio.sleep(pause)


async def sample(soak: Soak) -> None:
    """Notes the memory of all replicas from time to time."""
    while True:
        soak.memory.append(sum(replica.own_mb() for replica in soak.place.replicas))
        await asyncio.sleep(1.0)


async def run(place: Place, key: str, seconds: float) -> Soak:
    """Finds the capacity, then loads the service at twice that under faults."""
    first = place.replicas[0].port
    connection = await connect(first)
    listed = await connection.ask(to_request("GET", queries.REPEATED))
    soak = Soak(place, History.begin(read_list(listed.body)), 0.0)
    load, ended = Load(soak, key), asyncio.Event()
    soak.capacity = await load.measure_capacity()
    begun = time.perf_counter()
    sampling = asyncio.create_task(sample(soak))
    sending = asyncio.create_task(load.run(2 * soak.capacity, ended))
    await strike(soak, load, FAULTS[place.kind], seconds)
    ended.set()
    await sending
    sampling.cancel()
    soak.seconds = time.perf_counter() - begun
    await check_changes(soak, await connect(first))
    return soak


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


def tell(soak: Soak, proposals: int) -> Section:
    """The outcome as a report."""
    section = Section(soak.place.title)
    processes = len(soak.place.replicas)
    section.say(
        f"{proposals:,} proposals, {processes} {'process' if processes == 1 else 'processes'}, "
        f"{soak.seconds:.0f} s. {CLIENTS} clients without pause had {soak.capacity:,.0f} answers a "
        f"second, so {2 * soak.capacity:,.0f} requests a second were due; {soak.not_sent:,} were "
        f"not sent, because {MOST_WAITING} waited already."
    )
    rows = [
        (kind, status, f"{n:,}")
        for (kind, status), n in sorted(soak.statuses.items(), key=lambda each: each[0])
    ]
    section.tabulate(("requests", "outcome", "number"), rows)
    p50, p99 = (percentile(soak.lists_ms, share) for share in (0.5, 0.99))
    half, most = (say(percentile(soak.changes_s, share)) for share in (0.5, 0.9))
    section.say(
        f"Lists that were answered: p50 {say(p50)} ms, p99 {say(p99)} ms. Changes, from when they "
        f"were first sent to when they were acknowledged: p50 {half} s, p90 {most} s."
    )
    header = ("fault", "first list after it, s", "first change after it, s")
    section.tabulate(header, [(n, f"{a:.2f}", f"{b:.2f}") for n, a, b in soak.recoveries])
    columns = ("memory of all processes, MB", "a quarter on", "half way", "at the end", "most")
    marks = [soak.memory[round((len(soak.memory) - 1) * share)] for share in (0, 0.25, 0.5, 1)]
    section.tabulate(columns, [[say(mark) for mark in (*marks, max(soak.memory))]])
    acknowledged = len(soak.changes) - soak.unacknowledged
    section.tabulate(
        ("must hold", "seen"),
        [
            ("acknowledged changes that are not on record: 0", f"{soak.lost} of {acknowledged:,}"),
            ("changes that were made twice: 0", f"{soak.twice}; {soak.sent_again:,} sent again"),
            ("changes that were never acknowledged: 0", str(soak.unacknowledged)),
            ("answers 5xx other than 503: 0", str(soak.errors)),
            ("lists that mix two revisions: 0", f"{len(soak.mixed)} of {len(soak.seen):,}"),
            ("`entente verify`: nothing differs", soak.verified),
        ],
    )
    section.lines += [f"* {fault}" for fault in soak.mixed[:10]]
    return section


def soak_on(kind: str, proposals: int, seconds: float, logs: Path | None) -> Soak:
    """A soak on one kind of database."""
    with tempfile.TemporaryDirectory(prefix="entente-") as name, ExitStack() as stack:
        place = stack.enter_context(open_place(kind, Path(name), proposals))
        soak = uvloop.run(run(place, place.key, seconds))
        words = servers.entente_words("verify")
        env = os.environ | servers.entente_env(place.url)
        done = subprocess.run(  # noqa: S603 ourselves
            words, cwd=servers.ROOT, env=env, check=False, capture_output=True, text=True
        )
        if logs is not None:
            logs.mkdir(parents=True, exist_ok=True)
            for replica in place.replicas:
                shutil.copyfile(replica.log, logs / f"{kind}-{replica.log.name}")
        soak.verified = done.stdout.strip().splitlines()[-1] if done.stdout else done.stderr
        return soak


def main() -> None:
    """Writes the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--proposals", type=int, default=5_000)
    parser.add_argument("--sqlite", action="store_true", help="only on SQLite")
    parser.add_argument("--postgresql", action="store_true", help="only on PostgreSQL")
    parser.add_argument("--logs", type=Path, help="a folder to keep what the service logged")
    parser.add_argument("--to", type=Path, default=servers.ROOT / "docs" / "reliability.md")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    kinds = [k for k in ("sqlite", "postgresql") if getattr(asked, k)] or ["sqlite", "postgresql"]
    machine = Section("The machine")
    machine.lines += [f"* {name}: {told}" for name, told in describe_machine()] + [""]
    soaks = []
    for kind in kinds:
        print(f"{kind}: {asked.seconds:g} s", flush=True)
        soaks.append(soak_on(kind, asked.proposals, asked.seconds, asked.logs))
    words = f" --seconds {asked.seconds:g} --proposals {asked.proposals}"
    sections = [machine, *(tell(soak, asked.proposals) for soak in soaks)]
    text = INTRODUCTION.format(words=words) + "\n" + "\n".join(s.write("soak") for s in sections)
    asked.to.write_text(text, encoding="utf-8")
    print(text)
    sys.exit(0 if all(soak.is_sound for soak in soaks) else 1)


if __name__ == "__main__":
    main()
