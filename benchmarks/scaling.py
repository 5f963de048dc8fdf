"""What grows with the catalogue: import, start-up, lists and rankings of the service by size."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from benchmarks import queries, servers
from benchmarks.catalogue import Maker, actor_ids, domain_ids, write_parts
from benchmarks.load import run_load, write_paths
from benchmarks.machine import SERVER_CORE
from benchmarks.measuring import MEGABYTE

# An import or a start-up that takes longer is given up, and told as such.
IMPORT_WITHIN_S, START_WITHIN_S = 900.0, 300.0
QUERIES = 100_000
# An import holds its records in memory until they are stored.
LINES = 110_000
# What the service reads of the database when it starts: the latest revision of each record.
READ_ROWS = """
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(
    "SELECT r.number, r.recorded_at, r.resource, r.resource_id, r.record FROM revision r JOIN "
    "(SELECT max(number) AS number FROM revision GROUP BY resource, resource_id) l "
    "ON l.number = r.number").fetchall()
print(len(rows))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A process that ended: seconds, those of the processor, and the most megabytes."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Start:
    """A start of the service: seconds until ready, those of processors, until the first list."""

    ready: float
    cpu_seconds: float
    first_list: float


@dataclass(slots=True)
class Size:
    """What was measured with so many proposals; seconds but where it says otherwise."""

    proposals: int
    database: Path
    imported: Run
    read: list[Run] = field(default_factory=list)
    anew: list[Start] = field(default_factory=list)
    again: list[Start] = field(default_factory=list)
    list_cpu: list[float] = field(default_factory=list)
    ranking_cpu: list[float] = field(default_factory=list)
    memory_mb: float = 0.0


def run_timed(words: Sequence[str], log: Path, env: dict[str, str], within_s: float) -> Run:
    """Runs a command on the servers' core. Raises RuntimeError, or TimeoutExpired."""
    with log.open("ab") as told:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 ourselves
            [*servers.pin(SERVER_CORE), *words],
            cwd=servers.ROOT,
            env=os.environ | {"PYTHONPATH": str(servers.ROOT)} | env,
            stdout=told,
            stderr=told,
        )
        try:
            return _wait(process, start, start + within_s)
        finally:
            if process.poll() is None:
                servers.end(process)


def _wait(process: "subprocess.Popen[bytes]", start: float, until: float) -> Run:
    while time.perf_counter() < until:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
            peak = used.ru_maxrss * 1024 / MEGABYTE
            return Run(seconds, used.ru_utime + used.ru_stime, peak)
        time.sleep(0.002)
    raise subprocess.TimeoutExpired(process.args, until - start)


def import_size(proposals: int, folder: Path) -> Size:
    """Imports a catalogue into a new SQLite file. Raises TimeoutExpired."""
    database = folder / f"entente-{proposals}.db"
    return Size(proposals, database, import_made_up(proposals, f"sqlite:///{database}", folder))


def import_made_up(proposals: int, database_url: str, folder: Path) -> Run:
    """Imports a made-up catalogue into a new database, in parts. Raises TimeoutExpired."""
    env, log, runs = servers.entente_env(database_url), folder / "log", list[Run]()
    run_timed(servers.entente_words("migrate"), log, env, START_WITHIN_S)
    for part in write_parts(folder, Maker(proposals), LINES):
        words = servers.entente_words("import", str(part))
        runs.append(run_timed(words, log, env, IMPORT_WITHIN_S))
    return Run(
        sum(run.seconds for run in runs),
        sum(run.cpu_seconds for run in runs),
        max(run.peak_mb for run in runs),
    )


def measure_start(size: Size, folder: Path) -> None:
    """Starts the service once with and once without its index, and reads the rows alone."""
    words = [sys.executable, "-c", READ_ROWS, str(size.database)]
    size.read.append(run_timed(words, folder / "log", {}, START_WITHIN_S))
    shutil.rmtree(size.database.with_name(f"{size.database.name}-index"), ignore_errors=True)
    for start in (size.anew, size.again):
        start.append(_start(size.database, folder))


def _start(database: Path, folder: Path) -> Start:
    env = servers.entente_env(f"sqlite:///{database}")
    began = time.perf_counter()
    with servers.serve("service", servers.SERVE_WORDS, folder / "log", env) as server:
        server.wait("/readyz", START_WITHIN_S)
        ready, cpu = time.perf_counter() - began, server.cpu_seconds()
        httpx.get(server.url + queries.REPEATED, timeout=START_WITHIN_S).raise_for_status()
        return Start(ready, cpu, time.perf_counter() - began)


def measure_requests(size: Size, folder: Path, rounds: int, seconds: float) -> None:
    """Asks a warm service for lists, every query another, and for rankings, all weights others."""
    env = servers.entente_env(f"sqlite:///{size.database}")
    different = queries.list_queries(actor_ids(), domain_ids(), QUERIES)
    paths, seeds = write_paths(folder / "different.txt", different), count()
    with (
        servers.serve("service", servers.SERVE_WORDS, folder / "log", env) as server,
        httpx.Client(base_url=server.url, timeout=START_WITHIN_S) as client,
    ):
        server.wait("/readyz", START_WITHIN_S)
        client.get(queries.REPEATED).raise_for_status()
        for number in range(rounds + 1):
            before = server.cpu_seconds()
            load = run_load(server.port, paths, seconds)
            list_cpu = (server.cpu_seconds() - before) / load.requests
            ranking_cpu = _rank_on(server, client, seeds, seconds)
            if number:
                size.list_cpu.append(list_cpu)
                size.ranking_cpu.append(ranking_cpu)
        size.memory_mb = server.memory()[0]


def _rank_on(
    server: servers.Server, client: httpx.Client, seeds: Iterator[int], seconds: float
) -> float:
    """Processor time of the server for each ranking, one after the other for a while."""
    before, until, rankings = server.cpu_seconds(), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        body = queries.draw_ranking(next(seeds))
        client.post("/v1/rankings", json=body).raise_for_status()
        rankings += 1
    return (server.cpu_seconds() - before) / rankings
