"""The k best rows under any weights beside one read of the values from memory.

Run as `python -m benchmarks.ranking_kernel [--rows N ...] [--best K ...] [--repeat N]`. The read is
of a matrix (8, n) of float32, done in two ways: its sum (`np.add.reduce`), and its largest value
(`np.max`), the fastest read that numpy has. Every round times ranking and both reads one after the
other; the reads evict from the caches what ranking left there, and the other way round. Told are
medians over the rounds, ratios within a round with their quartiles, in processor time of the whole
process, and the ratio of wall time. Every ranking is compared with a plain sort first.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.profiles import BALANCED
from app.scoring.top import Block, rank_top, to_blocks

SEED = 1
WARM_UP = 3
WEIGHTS = {
    "balanced": BALANCED.microweights,
    "odd": (142_857, 142_857, 142_857, 142_857, 142_857, 142_857, 142_857, 1),
    "one": (0, 0, 0, 1_000_000, 0, 0, 0, 0),
}

Millivalues = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each round: processor time and wall time."""

    cpu: NDArray[np.float64]
    wall: NDArray[np.float64]


def shapes(rows: int) -> dict[str, Callable[[], Millivalues]]:
    """Values of n rows, random and not."""

    def drawn(steps: int = 1000) -> Millivalues:
        whole = np.random.default_rng(SEED).integers(0, steps + 1, (rows, 8))
        return (whole * (1000 // steps)).astype(np.int16)

    def one_constant() -> Millivalues:
        millivalues = drawn()
        millivalues[:, 1] = 500
        return millivalues

    return {
        "random": drawn,
        "coarse": lambda: drawn(4),
        "all unknown": lambda: np.full((rows, 8), 500, np.int16),
        "identical": lambda: np.repeat(drawn()[:1], rows, axis=0),
        "ascending": lambda: np.sort(drawn(), axis=0),
        "descending": lambda: np.sort(drawn(), axis=0)[::-1],
        "one constant": one_constant,
    }


def time_in_turn(works: list[Callable[[], object]], rounds: int) -> list[Times]:
    """Times of each work, all of them in each round."""
    found = np.empty((2, len(works), WARM_UP + rounds))
    for turn in range(WARM_UP + rounds):
        for n, work in enumerate(works):
            cpu, wall = time.process_time(), time.perf_counter()
            work()
            found[:, n, turn] = time.process_time() - cpu, time.perf_counter() - wall
    return [Times(found[0, n, WARM_UP:], found[1, n, WARM_UP:]) for n in range(len(works))]


def tell(ratios: NDArray[np.float64]) -> str:
    """Median and quartiles."""
    low, middle, high = np.percentile(ratios, (25, 50, 75))
    return f"{middle:.2f} ({low:.2f}-{high:.2f})"


def compare(
    blocks: list[Block], matrix: Block, weights: tuple[int, ...], k: int, rounds: int
) -> str:
    """The cells of one line."""
    own, added, largest = time_in_turn(
        [
            lambda: rank_top(blocks, weights, k),
            lambda: np.add.reduce(matrix, axis=None),
            lambda: np.max(matrix),
        ],
        rounds,
    )
    cells = [f"{1000 * float(np.median(t.cpu)):.3f}" for t in (own, added, largest)]
    cells += [tell(own.cpu / read.cpu) for read in (added, largest)]
    cells += [f"{float(np.median(own.wall / read.wall)):.2f}" for read in (added, largest)]
    return " | ".join(cells)


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--best", type=int, nargs="+", default=[20, 100, 1000])
    parser.add_argument("--repeat", type=int, default=31)
    asked = parser.parse_args()
    print("CPU milliseconds, and ratios of ranking to a read\n")
    print(
        "| rows | values | weights | k | ranking | sum | max | CPU / sum | CPU / max "
        "| wall / sum | wall / max |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for rows in asked.rows:
        for name, make in shapes(rows).items():
            millivalues = make()
            blocks, matrix = to_blocks(millivalues), to_blocks(millivalues, rows)[0]
            for called, weights in WEIGHTS.items():
                units = millivalues.astype(np.int64) @ np.array(weights)
                order = np.lexsort((np.arange(rows), -units))
                for k in asked.best:
                    assert np.array_equal(rank_top(blocks, weights, k), order[:k])
                    cells = compare(blocks, matrix, weights, k, asked.repeat)
                    print(f"| {rows:,} | {name} | {called} | {k} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
