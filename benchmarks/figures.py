"""What repeated measurements say: median and quartiles, ratios within rounds, growth."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some figures with their quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{say(self.median)} ({say(self.low)} to {say(self.high)})"


def spread(figures: Sequence[float]) -> Spread:
    """Median and quartiles of at least one figure."""
    if len(figures) == 1:
        return Spread(figures[0], figures[0], figures[0])
    low, _, high = statistics.quantiles(figures, n=4, method="inclusive")
    return Spread(statistics.median(figures), low, high)


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """How many times the second figure of each round goes into the first."""
    return [a / b for a, b in zip(over, under, strict=True)]


def percentile(figures: Sequence[float], share: float) -> float:
    """The figure that this share of them, 0 to 1, does not exceed (nearest rank)."""
    if not figures:
        return math.nan
    return sorted(figures)[max(math.ceil(share * len(figures)), 1) - 1]


def exponent(sizes: tuple[float, float], costs: tuple[float, float]) -> float:
    """The b of cost ~ size^b between two sizes: 0 does not grow, 1 is linear."""
    return math.log(costs[1] / costs[0]) / math.log(sizes[1] / sizes[0])


def slope(times: Sequence[float], figures: Sequence[float]) -> float:
    """How much the figures grow a unit of time, by least squares; 0 where that is not known."""
    if len(set(times)) < 2:
        return 0.0
    return statistics.linear_regression(times, figures).slope


def say(figure: float) -> str:
    """A number with about three digits."""
    if not math.isfinite(figure):
        return "-"
    if figure == 0 or abs(figure) >= 100:
        return f"{figure:,.0f}"
    places = 2 - math.floor(math.log10(abs(figure)))
    return f"{figure:.{max(places, 0)}f}"
