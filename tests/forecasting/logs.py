"""Made-up logs of events for tests."""

import numpy as np

from app.forecasting.events import EventLog


def make_log(
    events: int = 300, actors: int = 6, types: int = 3, days: int = 40, seed: int = 1
) -> EventLog:
    """Events at random, some pairs and types more often than others."""
    rng = np.random.default_rng(seed)
    who = rng.zipf(1.5, (2, events)) % actors
    kinds = rng.zipf(1.7, events) % types
    when = np.sort(rng.integers(0, days, events))
    return EventLog(who[0], kinds, who[1], when, actors, types)


def to_log(rows: list[tuple[int, int, int, int]], actors: int, types: int) -> EventLog:
    """A log of rows: actor, type, recipient, day."""
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    return EventLog(*(column.copy() for column in columns), actors, types)
