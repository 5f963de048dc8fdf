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
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import uvloop

from benchmarks import queries, servers
from benchmarks.connections import connect, to_request
from benchmarks.faults import FAULTS, Fault, Place, open_place
from benchmarks.figures import percentile, say
from benchmarks.history import History, read_list
from benchmarks.machine import describe_machine
from benchmarks.markdown import Section
from benchmarks.overload import CLIENTS, MOST_WAITING, Load, Soak, check_changes

INTRODUCTION = """# Reliability

Made by `python -m benchmarks.soak{words}`; do not edit. Twice the requests that the service can
answer, 90 % lists, 9 % rankings and 1 % changes, while it and its database are struck by faults.
The load comes from the same machine. Lists are answered first, so changes, which cost most, are
refused for now most often: those after a fault wait as long as any other at such a load.
"""


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
        soak.verified = (
            servers.run_entente(place.url, "verify", check=False).strip().splitlines()[-1]
        )
        if logs is not None:
            logs.mkdir(parents=True, exist_ok=True)
            for replica in place.replicas:
                shutil.copyfile(replica.log, logs / f"{kind}-{replica.log.name}")
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
