"""Forecasting many dyads for one day: how long it takes, and the memory it needs.

Run as `python -m benchmarks.forecasts [--dyads N] [--acts N]`. Acts are made up: a third of them
of dyads that act often. Told are the seconds to read them in and to forecast all dyads for a new
day, and the megabytes before and after.
"""

import argparse
import os
import time

import numpy as np

from app.forecasting.calibration import Calibration
from app.forecasting.events import EventLog
from app.forecasting.excitation import HALF_LIVES_DAYS, Excitation
from app.forecasting.hawkes import Past
from app.forecasting.pairs import Target, look
from benchmarks.figures import say
from benchmarks.markdown import Section
from benchmarks.servers import own_mb

DAYS, TYPES = 730, 20
CALIBRATION = Calibration(0.9, 1.1, 0.2)


def make(dyads: int, acts: int) -> EventLog:
    """Acts on two years, seen from one side: each dyad has one at least."""
    rng = np.random.default_rng(1)
    actors = int(np.sqrt(dyads)) + 1
    others = rng.integers(0, dyads, acts - dyads)
    often = rng.random(len(others)) < 1 / 3
    others[often] %= max(dyads // 100, 1)
    who = np.concatenate([np.arange(dyads), others])
    when = np.sort(rng.integers(0, DAYS, acts))
    types = rng.integers(0, TYPES, acts)
    who = rng.permutation(who)
    return EventLog(who // actors, types, who % actors, when, actors, TYPES)


def main() -> None:
    """Prints what it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dyads", type=int, default=1_000_000)
    parser.add_argument("--acts", type=int, default=3_000_000)
    asked = parser.parse_args()
    events = make(asked.dyads, asked.acts)
    before = own_mb(os.getpid())
    begun = time.perf_counter()
    past = Past(events, events.dyads)
    past.see_until(DAYS)
    read = time.perf_counter() - begun
    rng = np.random.default_rng(2)
    weights = rng.random((len(HALF_LIVES_DAYS), TYPES, TYPES)) / 1e4
    by, target = Excitation(np.full(TYPES, 1e-4), weights), Target(np.arange(8), 30)
    begun = time.perf_counter()
    found = look(past, by, target, DAYS)
    chances = CALIBRATION.probability(found.expected, found.past_share)
    took = time.perf_counter() - begun
    section = Section("Forecasting many dyads for one day")
    header = ("dyads", "acts", "read in, s", "forecast all, s", "memory, MB more")
    cells = [
        f"{len(chances):,}",
        f"{len(events):,}",
        say(read),
        say(took),
        say(own_mb(os.getpid()) - before),
    ]
    section.tabulate(header, [cells])
    print(section.write("forecasts"))


if __name__ == "__main__":
    main()
