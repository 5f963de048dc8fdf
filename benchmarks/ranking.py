"""Ranking by own weights: the best 20 of up to a million proposals, and what it costs.

The unit is one read of the matrix of values from memory, its sum. All ways are timed in turn,
round by round, by processor time. Their best rows are checked by a sort of whole numbers.
"""

import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from app.scoring.assessment import CRITERIA
from app.scoring.profiles import BALANCED
from benchmarks.figures import exponent, ratios, say, spread
from benchmarks.markdown import Section
from benchmarks.measuring import MEGABYTE
from benchmarks.ranking_ways import Counted, K, Ready, Way, list_ways
from benchmarks.svg import draw_lines

UNKNOWN = 500
# A way is called again and again for as long as this in each round, and once at least.
ROUND_S = 0.1
# A way that is slower than this is timed in fewer rounds.
SLOW_S, FEW = 1.0, 3


def draw_values(kind: str, size: int, seed: int = 1) -> Counted:
    """Counted values in thousandths, `size` rows of 8, of one of the kinds below."""
    return KINDS[kind](np.random.default_rng(seed), size).astype(np.int16)


def _ascending(rng: np.random.Generator, size: int) -> np.ndarray:
    """The best come last: whoever keeps a running threshold replaces it all the time."""
    values = _random(rng, size)
    return values[np.argsort(values @ np.array(BALANCED.microweights), kind="stable")]


def _random(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.integers(0, 1001, (size, len(CRITERIA)))


KINDS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "random": _random,
    "skewed": lambda rng, size: (1000 * rng.beta(0.4, 4, (size, len(CRITERIA)))).round(),
    "all ties": lambda rng, size: np.tile(rng.integers(0, 1001, len(CRITERIA)), (size, 1)),
    "all unknown": lambda _, size: np.full((size, len(CRITERIA)), UNKNOWN),
    "ascending": _ascending,
}


@dataclass(slots=True)
class Timed:
    """A way with its values ready, and seconds of processor time for a ranking in each round."""

    way: Way
    ready: Ready
    calls: int = 1
    seconds: list[float] = field(default_factory=list)
    used: int = 0

    def warm(self, counted: Counted) -> None:
        """Ranks twice: to check it and see what memory it needs, and to see how long it takes."""
        tracemalloc.start()
        best = self.ready.rank()
        self.used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        check_best(self.way.name, best, counted)
        self.calls = max(round(ROUND_S / max(self._time(), 1e-6)), 1)

    def measure(self, number: int) -> None:
        """Times it in one round."""
        if number < FEW or self.seconds[0] < SLOW_S:
            self.seconds.append(self._time())

    def _time(self) -> float:
        start = self.ready.cpu_seconds()
        for _ in range(self.calls):
            self.ready.rank()
        return (self.ready.cpu_seconds() - start) / self.calls


def check_best(name: str, best: Sequence[int] | None, counted: Counted) -> None:
    """Raises AssertionError unless the rows have the best scores there are, best first."""
    if best is None:
        return
    scores = counted.astype(np.int64) @ np.array(BALANCED.microweights)
    own = scores[list(best)]
    # Ways that count in floating point may swap scores that are nearly equal.
    told = np.abs(own - np.sort(scores)[::-1][:K]).max()
    assert told <= scores.max() * 1e-5, f"{name} does not find the best"


def measure(kind: str, size: int, ways: Sequence[Way], rounds: int) -> list[Timed]:
    """Times all ways that take so many proposals; the unit is the first."""
    counted = draw_values(kind, size)
    with ExitStack() as stack:
        found = [
            Timed(way, stack.enter_context(way.prepare(counted)))
            for way in ways
            if size <= way.most
        ]
        for timed in found:
            timed.warm(counted)
        for number in range(rounds):
            for timed in found:
                timed.measure(number)
    return found


BySize = dict[int, list[Timed]]


def compare_rankings(
    sizes: Sequence[int], rounds: int, server: str | None, found: BySize
) -> Section:
    """Measures all ways by size and by distribution; fills in what random values took by size."""
    section = Section(f"Ranking by own weights: the best {K}")
    ways, missing = list_ways(server)
    if missing:
        section.say(f"Not here, and left out: {', '.join(missing)}.")
    found |= {size: measure("random", size, ways, rounds) for size in sorted(sizes)}
    section.say("Times the sum of the matrix, random values; growth is the exponent of the cost.")
    _tabulate(section, found, _to_ratio, "growth", _to_growth)
    section.say("Milliseconds of processor time, random values.")
    _tabulate(section, found, _to_ms, "values, MB + more in a call, MB", _to_memory)
    section.say(
        "Values as kept at the largest size tried. What a call needs on top is what Python and "
        "numpy allocate; that of databases is not seen."
    )
    largest = max(sizes)
    kinds = {"random": found[largest]}
    kinds |= {kind: measure(kind, largest, ways, rounds) for kind in KINDS if kind != "random"}
    section.say(f"Times the sum of the matrix, {largest:,} proposals, by how values are spread.")
    names = [timed.way.name for timed in kinds["random"]]
    rows = zip(
        names, *([_to_ratio(t, all_[0]) for t in all_] for all_ in kinds.values()), strict=True
    )
    section.tabulate(["", *kinds], rows)
    title = f"Processor time to find the best {K} by own weights"
    lines = {
        name: [(float(size), 1e3 * spread(timed.seconds).median) for size, timed, _ in line]
        for name, line in _lines(found).items()
    }
    section.charts["ranking"] = draw_lines(title, ("proposals", "ms"), lines)
    return section


Line = list[tuple[int, Timed, Timed]]


def _lines(found: BySize) -> dict[str, Line]:
    """For each way the sizes that it took, with what was timed then and the unit of that size."""
    lines: dict[str, Line] = {}
    for size, all_timed in found.items():
        for timed in all_timed:
            lines.setdefault(timed.way.name, []).append((size, timed, all_timed[0]))
    return lines


def _tabulate(
    section: Section,
    found: BySize,
    to_cell: Callable[[Timed, Timed], str],
    last: str,
    to_last: Callable[[Line], str],
) -> None:
    rows = []
    for name, line in _lines(found).items():
        cells = {size: to_cell(timed, unit) for size, timed, unit in line}
        rows.append([name, *(cells.get(size, "-") for size in found), to_last(line)])
    section.tabulate(["", *(f"{size:,}" for size in found), last], rows)


def _to_ratio(timed: Timed, unit: Timed) -> str:
    return str(spread(ratios(timed.seconds, unit.seconds[: len(timed.seconds)])))


def _to_ms(timed: Timed, unit: Timed) -> str:
    del unit
    return str(spread([1e3 * seconds for seconds in timed.seconds]))


def _to_growth(line: Line) -> str:
    """The exponent from each size to the next."""
    medians = [(size, spread(timed.seconds).median) for size, timed, _ in line]
    steps = pairwise(medians)
    return ", ".join(say(exponent((a, b), (cost, more))) for (a, cost), (b, more) in steps)


def _to_memory(line: Line) -> str:
    _, timed, _ = line[-1]
    return f"{say(timed.ready.held / MEGABYTE)} + {say(timed.used / MEGABYTE)}"
