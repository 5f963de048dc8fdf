"""A page of the list over HTTP: the service beside other ways to answer such a request.

Each server is one process on a core of its own; the load has the other core. All run at the same
time and are loaded in turn, round by round, so that what the machine does meanwhile falls on all
alike. The steady figure is the processor time of the server for each request.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks import contenders, machine, queries, servers
from benchmarks.catalogue import actor_ids, domain_ids
from benchmarks.figures import ratios, spread
from benchmarks.load import (
    CONNECTIONS,
    Load,
    NothingAnswered,
    Paths,
    has_wrk,
    run_load,
    write_paths,
)
from benchmarks.markdown import Section
from benchmarks.svg import draw_bars

BARE = "bare ASGI function, the same bytes"
SAME, DIFFERENT = "this service, the same query", "this service, every query different"
WARMING_S = 1.0
HEADER = (
    "answers",
    "bare / this",
    "CPU, us",
    "requests a second",
    "p50, ms",
    "p99, ms",
    "bytes",
    "RSS / PSS, MB",
)
# A server that answers nothing in this time is given up, in seconds.
LONGEST_S = 20.0
# Enough for every round of a service that answers as fast as the bare function does.
QUERIES = 300_000


@dataclass(slots=True)
class Contender:
    """A server with the paths that it is asked for, and what was measured in each round."""

    name: str
    server: servers.Server
    paths: Paths
    cpu_us: list[float] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    memory: tuple[float, float] = (0.0, 0.0)
    least_s: float = 0.0

    def warm(self) -> None:
        """Loads it for the first time, and finds how long it must be loaded for some answers.

        Raises NothingAnswered.
        """
        seconds = WARMING_S
        while True:
            try:
                run_load(self.server.port, self.paths, seconds)
            except NothingAnswered:
                if seconds > LONGEST_S:
                    raise
                seconds = self.least_s = 4 * seconds
            else:
                return

    def measure(self, seconds: float) -> None:
        """Loads it once."""
        before = self.server.cpu_seconds()
        load = run_load(self.server.port, self.paths, max(seconds, 2 * self.least_s))
        self.cpu_us.append((self.server.cpu_seconds() - before) / load.requests * 1e6)
        self.loads.append(load)
        self.server.wait_until_idle()
        self.memory = self.server.memory()


def compare_lists(database: Path, folder: Path, rounds: int, seconds: float) -> Section:
    """Measures all contenders on a service's SQLite file. Temporary files go to the folder."""
    section = Section("A page of the list over HTTP")
    with ExitStack() as stack:
        found = _start(database, folder, stack, section)
        for contender in found:
            contender.warm()
        for _ in range(rounds):
            for contender in found:
                contender.measure(seconds)
    _tell(section, found, seconds)
    return section


def _start(database: Path, folder: Path, stack: ExitStack, section: Section) -> list[Contender]:
    """Starts all servers; one that cannot be had is named in the section."""
    page = write_paths(folder / "page.txt", [queries.REPEATED])
    env = servers.entente_env(f"sqlite:///{database}")
    own = stack.enter_context(servers.serve(SAME, servers.SERVE_WORDS, folder / "log", env))
    own.wait("/readyz")
    body, copy = folder / "page.json", folder / "usual.db"
    body.write_bytes(httpx.get(own.url + queries.REPEATED, timeout=60).content)
    section.say(f"The service's own page of {queries.PAGE} has {body.stat().st_size:,} bytes.")
    contenders.copy_with_scores(database, copy)
    env = {contenders.BODY: str(body), contenders.DATABASE: str(copy)}
    rows = f"/{copy.stem}/proposal.json?_size={queries.PAGE}&_sort_desc=revision&_shape=objects"
    found = []
    for name, factory, path in (
        (BARE, "bare", queries.REPEATED),
        ("FastAPI route, the same bytes", "constant_route", queries.REPEATED),
        ("FastAPI route, checked parameters, the same bytes", "validated_route", queries.REPEATED),
        ("usual list: SQLModel and response_model", "usual_list", queries.REPEATED),
        ("Datasette, rows of a table", "datasette", rows),
    ):
        if factory == "datasette" and machine.find_version("datasette") is None:
            section.say("Datasette is not installed and was left out.")
            continue
        words = servers.uvicorn_words(factory)
        server = stack.enter_context(servers.serve(name, words, folder / "log", env))
        server.wait(path)
        found.append(Contender(name, server, write_paths(folder / f"{factory}.txt", [path])))
    different = queries.list_queries(actor_ids(), domain_ids(), QUERIES)
    return [
        *found,
        Contender(SAME, own, page),
        Contender(DIFFERENT, own, write_paths(folder / "different.txt", different)),
    ]


def _tell(section: Section, found: Sequence[Contender], seconds: float) -> None:
    bare = found[0]
    section.tabulate(HEADER, [_to_row(contender, bare) for contender in found])
    section.say(
        f"{len(bare.loads)} rounds of {seconds:g} s with {CONNECTIONS} connections, by "
        f"{'wrk' if has_wrk() else 'a loop of our own'}. bare / this: how much of the bare "
        "function's speed is left, by the processor time of the server for each request."
    )
    bars = [(contender.name, spread(contender.cpu_us)) for contender in found]
    title = "Processor time of a page of the list"
    section.charts["list"] = draw_bars(title, "us of the server for each request", bars)


def _to_row(contender: Contender, bare: Contender) -> list[str]:
    loads = contender.loads
    rate = spread([load.requests / load.seconds for load in loads])
    size = sum(load.bytes for load in loads) / sum(load.requests for load in loads)
    return [
        contender.name,
        str(spread(ratios(bare.cpu_us, contender.cpu_us))),
        str(spread(contender.cpu_us)),
        str(rate),
        str(spread([load.p50_ms for load in loads])),
        str(spread([load.p99_ms for load in loads])),
        f"{size:,.0f}",
        " / ".join(f"{size:,.0f}" for size in contender.memory),
    ]
