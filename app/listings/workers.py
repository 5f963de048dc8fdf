"""Building the rows of many proposals in processes of their own: answers go on meanwhile."""

import gc
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from threading import Thread

from sqlalchemy import URL

from app.db import make_engine, read_session
from app.listings.build import build_batch
from app.listings.index import View
from app.listings.table import Batch
from app.recommendations.dossier import get_dossier
from app.revisions.snapshot import ARCHIVED, Snapshot, load_snapshot
from app.scoring.assessment import Question

# Fewer proposals than this are built at once, in the time that a process takes to begin.
FEW = 2000
TASK_ROWS = 1000
# Tasks handed out to each worker ahead, so that it never waits.
TASKS_AHEAD = 2
NICENESS = 5
# How often a worker looks whether the service still lives, in seconds.
LOOK_EVERY_S = 1.0
# Id, revision, instant and version of a record.
Known = tuple[str, int, datetime, int]


def build_apart(snapshot: Snapshot, view: View) -> Iterator[Batch]:
    """The rows of all proposals of a snapshot in batches, in the order of ids.

    `snapshot` must be one of a database. Raises what a worker raises.
    """
    if snapshot.engine is None:
        raise ValueError("snapshot has no database")
    entries = snapshot.entries["proposal"]
    ids = snapshot.ids("proposal")
    tasks = (ids[n : n + TASK_ROWS] for n in range(0, len(ids), TASK_ROWS))
    url = snapshot.engine.url
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(
        workers, get_context("spawn"), initializer=_begin, initargs=(url, view, os.getpid())
    ) as pool:
        waiting: list[Future[Batch]] = []
        try:
            for chosen in tasks:
                found = [(i, entries[i]) for i in chosen]
                known = [(i, e.number, e.recorded_at, e.version) for i, e in found]
                waiting.append(pool.submit(_build, known))
                if len(waiting) > TASKS_AHEAD * workers:
                    yield waiting.pop(0).result()
            for future in waiting:
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Worker:
    """What one process works with."""

    view: View
    rest: Snapshot


# The one of this process, once it has begun.
_OWN: list[_Worker] = []


def _begin(url: URL, view: View, service: int) -> None:
    """Reads all but the proposals. Answers come first where processors are few."""
    os.nice(NICENESS)
    # Reading records makes no cycles, so there is nothing to sweep in a process that does no more.
    gc.disable()
    Thread(target=_end_with, args=(service,), daemon=True).start()
    with read_session(make_engine(url, max_connections=2)) as session:
        rest = load_snapshot(session, view.revision, without=ARCHIVED)
    _OWN.append(_Worker(view, rest))


def _end_with(service: int) -> None:
    """Ends the process soon after the service that began it was killed."""
    while os.getppid() == service:
        time.sleep(LOOK_EVERY_S)
    os._exit(1)


def _build(known: Sequence[Known]) -> Batch:
    worker = _OWN[0]
    snapshot = worker.rest.with_archived("proposal", known)
    dossier = get_dossier(snapshot)
    question = Question(dossier.world, worker.view.day, worker.view.perspective)
    return build_batch(dossier, question, [i for i, *_ in known])
