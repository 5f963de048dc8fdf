"""The tables of growth: what each thing costs with ten times as many proposals."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.figures import exponent, ratios, say, spread
from benchmarks.markdown import Section
from benchmarks.measuring import MEGABYTE
from benchmarks.ranking import BySize
from benchmarks.scaling import Size, Start, import_size, measure_requests, measure_start
from benchmarks.servers import ROOT
from benchmarks.svg import draw_lines

BULK_IMPORT_WITHIN_S = 900.0
# What is told of each size: its name, and all its figures, in ms.
Figures = Callable[[Size], Sequence[float]]
Lines = dict[str, list[tuple[float, float]]]
SERVICE: tuple[tuple[str, Figures], ...] = (
    ("a list, CPU", lambda size: size.list_cpu),
    ("a ranking by own weights over HTTP, CPU", lambda size: size.ranking_cpu),
    ("import, CPU", lambda size: [size.imported.cpu_seconds]),
    ("start-up, index kept, CPU", lambda size: [s.cpu_seconds for s in size.again]),
    ("start-up, index made anew, CPU", lambda size: [s.cpu_seconds for s in size.anew]),
    ("reading the same rows with sqlite3, CPU", lambda size: [r.cpu_seconds for r in size.read]),
)


def measure_sizes(
    sizes: Sequence[int], folder: Path, rounds: int, seconds: float
) -> tuple[list[Size], list[str]]:
    """Measures the service at each size, and says which were given up, and why."""
    found, given_up = list[Size](), list[str]()
    for proposals in sorted(sizes):
        try:
            size = import_size(proposals, folder)
            for _ in range(rounds):
                measure_start(size, folder)
            measure_requests(size, folder, rounds, seconds)
        except (subprocess.TimeoutExpired, TimeoutError, RuntimeError) as error:
            given_up.append(f"{proposals:,} proposals: {type(error).__name__}, {error}")
            break
        found.append(size)
    return found, given_up


def tell_start(sizes: Sequence[Size], given_up: Sequence[str]) -> Section:
    """Import and start-up of each size, beside reading the same rows."""
    section = Section("Import and start-up")
    for told in given_up:
        section.say(f"Given up at {told}.")
    figures = ("import, s", "import, CPU s", "rows a second", "most memory, MB", "database, MB")
    section.tabulate(("proposals", *figures), [_to_import_row(size) for size in sizes])
    section.say(
        "`entente import` of a JSON Lines file into a new SQLite file. Start-up is from a fresh "
        "process to the first 200 of `/readyz`, and to the first list; read is a fresh process "
        "that fetches the same rows with `sqlite3` alone; files are in the cache."
    )
    header = ("ready / read", "ready, s", "first list, s", "CPU s", "read, s", "under load, MB")
    for told, starts in (
        ("The index is on disk, as it is after any start before:", [s.again for s in sizes]),
        ("The index is made anew:", [s.anew for s in sizes]),
    ):
        section.say(told)
        section.tabulate(("proposals", *header), map(_to_start_row, sizes, starts))
    return section


def tell_growth(sizes: Sequence[Size], rankings: BySize) -> Section:
    """What each thing costs by size, and the exponent of its growth."""
    section = Section("Growth")
    lines = {
        name: [(size.proposals, 1e3 * spread(figures(size)).median) for size in sizes]
        for name, figures in SERVICE
    }
    for number, timed in enumerate(next(iter(rankings.values()))):
        line = [
            (n, 1e3 * spread(found[number].seconds).median)
            for n, found in rankings.items()
            if number < len(found)
        ]
        lines[timed.way.name] = line
    numbers = sorted({n for line in lines.values() for n, _ in line})
    rows = []
    for name, line in lines.items():
        costs = dict(line)
        steps = [exponent((a, b), (x, y)) for (a, x), (b, y) in pairwise(line)]
        cells = [say(costs[n]) if n in costs else "-" for n in numbers]
        rows.append([name, *cells, ", ".join(map(say, steps))])
    section.say("Medians in ms; growth is the exponent of the cost from each size to the next.")
    section.tabulate(("", *(f"{n:,}" for n in numbers), "growth"), rows)
    section.charts["growth"] = draw_lines(
        "Cost by size",
        ("proposals", "ms"),
        {name: lines[name] for name, _ in SERVICE if lines[name]},
    )
    return section


def tell_bulk_import(proposals: int, rounds: int) -> Section:
    """What the benchmark of bulk imports prints."""
    section = Section("Bulk import beside raw SQLite")
    words = ["--proposals", str(proposals), "--rounds", str(rounds)]
    told = subprocess.run(  # noqa: S603 ourselves
        [sys.executable, "-m", "benchmarks.bulk_import", *words],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=BULK_IMPORT_WITHIN_S,
    )
    section.lines.append(told.stdout)
    return section


def _to_import_row(size: Size) -> list[str]:
    run, files = size.imported, size.database.parent.glob(f"{size.database.name}*")
    megabytes = sum(file.stat().st_size for file in files if file.is_file()) / MEGABYTE
    return [
        f"{size.proposals:,}",
        say(run.seconds),
        say(run.cpu_seconds),
        say(size.proposals / run.seconds),
        say(run.peak_mb),
        say(megabytes),
    ]


def _to_start_row(size: Size, starts: Sequence[Start]) -> list[str]:
    read, ready = [run.seconds for run in size.read], [start.ready for start in starts]
    figures = (
        ratios(ready, read),
        ready,
        [start.first_list for start in starts],
        [start.cpu_seconds for start in starts],
        read,
    )
    cells = [str(spread(each)) for each in figures]
    return [f"{size.proposals:,}", *cells, say(size.memory_mb)]
