"""The meter: requests counted by route, method and status, with how long they took."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate

# Upper ends of the buckets of durations, in seconds.
ENDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


# Requests that are counted together: method, template of the route, status.
Kind = tuple[str, str, int]


@dataclass(slots=True)
class Durations:
    """How many requests of one kind took how long."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(ENDS) + 1))
    total_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Counts one request."""
        self.counts[bisect_left(ENDS, seconds)] += 1
        self.total_s += seconds

    def cumulated(self) -> list[tuple[str, int]]:
        """How many took at most so long, by the end of each bucket as Prometheus spells it."""
        names = [*map(str, ENDS), "+Inf"]
        return list(zip(names, accumulate(self.counts), strict=True))


@dataclass(slots=True)
class Meter:
    """Counts of one process; they are added to on its event loop only, so nothing is locked."""

    in_flight: int = 0
    durations: defaultdict[Kind, Durations] = field(default_factory=lambda: defaultdict(Durations))
