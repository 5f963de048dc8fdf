"""The service beside other ways to do what it does, all in one command.

Run as `python -m benchmarks.compare [--quick] [--million]`. It writes docs/performance.md, and the
charts docs/performance-*.svg beside it. Contenders that are not installed are named as left out;
`pip install -e ".[benchmark]"` and wrk bring them all. The whole takes up to 40 minutes, with
`--quick`, on small numbers, up to 3. Only the median of alternating rounds tells anything.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.growth import measure_sizes, tell_bulk_import, tell_growth, tell_start
from benchmarks.listing import compare_lists
from benchmarks.machine import describe_machine
from benchmarks.markdown import Section
from benchmarks.ranking import BySize, compare_rankings
from benchmarks.scaling import Size
from benchmarks.servers import ROOT
from tests.databases import postgresql_server

INTRODUCTION = """# Performance

Made by `python -m benchmarks.compare{words}`; do not edit. Figures are medians with the quartiles
in brackets, of rounds in which all contenders take turns. Ratios are taken within a round. Times
are processor times where it does not say otherwise: on a busy machine they are the steady ones.
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured; in fewer rounds where each starts the service."""

    rounds: int
    starts: int
    seconds: float
    service: tuple[int, ...]
    rankings: tuple[int, ...]
    imported: int


WHOLE = Scale(7, 3, 2.0, (1_000, 10_000, 100_000), (1_000, 10_000, 100_000, 1_000_000), 20_000)
QUICK = Scale(2, 1, 1.0, (100, 1_000), (1_000, 10_000), 1_000)
MILLION = 1_000_000
# Threads of numpy's library of linear algebra, which reads this when it is loaded; those that wait
# for work take processor time.
THREADS = "OPENBLAS_NUM_THREADS"


def measure_all(scale: Scale, server: str | None, folder: Path) -> Iterator[Section]:
    """Every part in turn. A part that fails says so, and the others go on."""
    sizes, given_up = measure_sizes(scale.service, folder, scale.starts, scale.seconds)
    if sizes:
        yield attempt(lambda: _tell_lists(sizes[-1], scale, folder))
    by_size: BySize = {}
    yield attempt(lambda: compare_rankings(scale.rankings, scale.rounds, server, by_size))
    yield tell_start(sizes, given_up)
    yield attempt(lambda: tell_bulk_import(scale.imported, scale.starts))
    yield tell_growth(sizes, by_size)


def _tell_lists(size: Size, scale: Scale, folder: Path) -> Section:
    section = compare_lists(size.database, folder, scale.rounds, scale.seconds)
    section.say(f"The catalogue has {size.proposals:,} proposals.")
    return section


def attempt(work: Callable[[], Section]) -> Section:
    """What a part tells; or that it failed, so that an hour of others is not lost."""
    try:
        return work()
    except (RuntimeError, TimeoutError, AssertionError, subprocess.SubprocessError) as error:
        section = Section("A part that failed")
        section.say(f"{type(error).__name__}: {error}")
        return section


@contextmanager
def find_postgresql() -> Iterator[str | None]:
    """The URL of a server of our own; None where PostgreSQL is not installed."""
    try:
        opened = postgresql_server()
        url = opened.__enter__()
    except ImportError:
        yield None
        return
    try:
        yield url
    finally:
        opened.__exit__(None, None, None)


def write_report(sections: list[Section], words: str, target: Path) -> None:
    """Writes the report and its charts."""
    machine = "\n".join(f"* {name}: {told}" for name, told in describe_machine())
    parts = [INTRODUCTION.format(words=words), f"## The machine\n\n{machine}\n"]
    parts += [section.write(target.stem) for section in sections]
    target.write_text("\n".join(parts), encoding="utf-8")
    for section in sections:
        for name, chart in section.charts.items():
            target.with_name(f"{target.stem}-{name}.svg").write_text(chart, encoding="utf-8")


def main() -> None:
    """Measures, and writes the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, under 3 minutes")
    parser.add_argument("--million", action="store_true", help="the service with 1,000,000, too")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "performance.md")
    asked = parser.parse_args()
    if os.environ.get(THREADS) != "1":
        os.execve(sys.executable, sys.orig_argv, os.environ | {THREADS: "1"})  # noqa: S606 ourselves
    # Asked to end, it ends its servers and removes its files.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    scale = QUICK if asked.quick else WHOLE
    if asked.million:
        scale = replace(scale, service=(*scale.service, MILLION))
    words = "".join(f" --{name}" for name in ("quick", "million") if getattr(asked, name))
    sections, start = [], time.perf_counter()
    with (
        find_postgresql() as server,
        tempfile.TemporaryDirectory(prefix="entente-") as folder,
    ):
        for section in measure_all(scale, server, Path(folder)):
            print(
                section.write(asked.to.stem), f"({time.perf_counter() - start:.0f} s)\n", flush=True
            )
            sections.append(section)
    write_report(sections, words, asked.to)


if __name__ == "__main__":
    main()
