"""SMAA beside pymcdm: how many of pymcdm's rankings fit in the time of all of ours.

Run as `python -m benchmarks.robustness [--proposals N] [--samples N] [--repeat N]`. Every round
times all of them one after the other, so that what the machine does meanwhile falls on all alike;
ratios are taken within a round, and their median and spread over the rounds is told.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
from pymcdm.helpers import rankdata
from pymcdm.methods import PROMETHEE_II, TOPSIS, WSM

from app.scoring.assessment import CRITERIA
from app.scoring.profiles import BALANCED, WEIGHT_STEPS
from app.scoring.robustness import Sampling, measure_acceptability

SEED = 1
M = len(CRITERIA)
HALF_WIDTH = 0.15


def as_is(column: np.ndarray, cost: bool = False) -> np.ndarray:
    """No normalisation: values are anchored."""
    del cost
    return column


ORACLES: dict[str, Callable[[], Callable[..., np.ndarray]]] = {
    "pymcdm weighted sum": lambda: WSM(as_is),
    "pymcdm TOPSIS": lambda: TOPSIS(as_is),
    "pymcdm PROMETHEE II": lambda: PROMETHEE_II("vshape", p=np.full(M, 0.25), q=np.zeros(M)),
}
# How many of the oracle's rankings are timed in a round; the slow one needs few.
TIMED = {"pymcdm weighted sum": 200, "pymcdm TOPSIS": 200, "pymcdm PROMETHEE II": 1}


def time_once(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def sample_with(method: Callable[..., np.ndarray], values: np.ndarray, times: int) -> None:
    """The usual way: one sample of values and weights after the other, each ranked."""
    rng = np.random.default_rng(SEED)
    weights = np.array(BALANCED.microweights) / WEIGHT_STEPS
    for _ in range(times):
        drawn = rng.dirichlet(24 * weights)
        low, high = np.clip(values - HALF_WIDTH, 0, 1), np.clip(values + HALF_WIDTH, 0, 1)
        rankdata(method(rng.uniform(low, high), drawn, np.ones(M), validation=False), reverse=True)


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proposals", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    values = np.random.default_rng(SEED).random((asked.proposals, M))
    parts = values, np.clip(values - HALF_WIDTH, 0, 1), np.clip(values + HALF_WIDTH, 0, 1)
    weights = np.array(BALANCED.microweights) / WEIGHT_STEPS
    sampling = Sampling(asked.samples, SEED, concentration=24)
    page = np.arange(min(100, asked.proposals))
    own, ratios = [], {name: [] for name in ORACLES}
    for _ in range(asked.repeat):
        own.append(
            time_once(lambda: measure_acceptability("weighted_sum", parts, weights, sampling, page))
        )
        for name, make in ORACLES.items():
            method, times = make(), TIMED[name]
            each = time_once(lambda m=method, n=times: sample_with(m, values, n)) / times
            ratios[name].append(own[-1] / each)
    print(
        f"{asked.samples:,} samples of {asked.proposals:,} proposals, {M} criteria, "
        f"{asked.repeat} rounds: {statistics.median(own):.2f} s\n"
    )
    print("| beside | its rankings in that time | speed, a sample each |")
    print("|---|---|---|")
    for name, found in ratios.items():
        middle, low, high = statistics.median(found), min(found), max(found)
        print(
            f"| {name} | {middle:,.0f} ({low:,.0f} to {high:,.0f}) "
            f"| {asked.samples / middle:,.1f} x |"
        )


if __name__ == "__main__":
    main()
