"""A feed of more than a year between seven states, drawn at random, and what is learned of it."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from app.db import read_session, write_session
from app.forecasts.models import DAYS, RunRecord
from app.forecasts.train import read_history, store, train
from app.revisions.snapshot import load_snapshot
from tests.feeds.feeds import NOW, act, load, write_file
from tests.service import Service

STATES = ("Norway", "Sweden", "Denmark", "Finland", "Iceland", "Estonia", "Latvia")
CODES = ("040", "042", "051", "061", "112", "130")
BEGIN, DAYS_TOLD = date(2020, 1, 1), 480
LAST = BEGIN + timedelta(days=DAYS_TOLD - 1)


def load_history(service: Service, folder: Path, *, days: int = DAYS_TOLD) -> None:
    """Imports acts; those of Norway and Sweden are many and come in bursts."""
    rng = Random(3)  # noqa: S311 no secret
    rows = []
    for day in range(days):
        on = (BEGIN + timedelta(days=day)).isoformat()
        busy = 4 if day % 20 < 8 else 1
        for source, target in (("Norway", "Sweden"), ("Sweden", "Norway"), *_draw_others(rng)):
            for _ in range(rng.randint(0, busy) if "Norway" in (source, target) else 1):
                code = rng.choice(CODES)
                number = len(rows) + 1
                rows.append(act(number, day=on, source=source, target=target, code=code))
    load(service, write_file(folder, *rows))


def _draw_others(rng: Random) -> list[tuple[str, str]]:
    pairs = [(a, b) for a in STATES[1:] for b in STATES[1:] if a != b]
    return rng.sample(pairs, 1)


def learn(service: Service, today: date = LAST, days: int = DAYS) -> RunRecord:
    """What the feeds of a service teach."""
    with read_session(service.engine) as session:
        return train(session, load_snapshot(session), today, days, lambda _: None)


# Runs by the history that they were learned from: the same teaches the same.
_LEARNED: dict[bytes, RunRecord] = {}


def learn_and_store(service: Service, today: date = LAST) -> str:
    """The id of a run that was learned and stored."""
    with read_session(service.engine) as session:
        history = read_history(session, load_snapshot(session), today, DAYS)
        revision = load_snapshot(session).revision
    events = history.events
    columns = (events.actors, events.types, events.recipients, events.days)
    key = repr((history.kinds, history.last_on)).encode() + b"".join(c.tobytes() for c in columns)
    if key not in _LEARNED:
        _LEARNED[key] = learn(service, today)
    record = _LEARNED[key].model_copy(update={"data_revision": revision})
    with write_session(service.engine) as session:
        return store(session, record, now=NOW, principal="test")
