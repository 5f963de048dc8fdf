"""The indexes of this process: the current one, and those of other days, sides and states."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Lock
from typing import TypeGuard

from app.errors import IndexNotReady
from app.interpreter import settle
from app.listings.build import build_batch
from app.listings.files import IndexFiles
from app.listings.index import RankingIndex, View, make_from
from app.listings.items import Items
from app.listings.postings import make_postings, to_arrays
from app.listings.table import change_table, make_table
from app.listings.touch import list_touched
from app.listings.workers import FEW, build_apart
from app.recent import Recent
from app.recommendations.dossier import Dossier, get_dossier
from app.revisions.queries import find_changes
from app.revisions.snapshot import Snapshot
from app.scoring.assessment import JOINT, Question
from app.scoring.profiles import BALANCED
from app.tracing import Attributes, span

log = logging.getLogger("uvicorn.error")
# Indexes of other days, sides or past states kept ready; each is about as large as the current one.
KEPT_OTHERS = 4
# Revisions between an index and the one it is made from, at most.
MOST_CHANGES = 50_000
# Rows that may follow those in the order of ids, before the index is made whole again.
MOST_ADDED = 2000
# How long requests wait for an index from when it begins to be made, in seconds.
WAIT_S = 1.0


@dataclass(frozen=True, slots=True)
class _Making:
    """An index that is being made, and when that began."""

    view: View
    future: Future[RankingIndex]
    began: float

    @property
    def is_over(self) -> bool:
        """Whether it is made, or could not be."""
        return self.future.done()


class Indexes:
    """The ranking indexes of one database.

    Each is made in a thread of its own, however many ask for it. Those who ask wait a little from
    when that began; then they are served by an older one of the same day, or told to come again.
    """

    def __init__(self, files: IndexFiles) -> None:
        self._files = files
        self._lock = Lock()
        self._current: RankingIndex | None = None
        self._others = Recent[View, RankingIndex](KEPT_OTHERS)
        self._making: dict[View, _Making] = {}
        self._leading: _Making | None = None
        self._makers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="index")

    @property
    def current(self) -> RankingIndex | None:
        """The index that was made last of the latest catalogue on the current day."""
        return self._current

    def load(self, today: date, read: Callable[[int], Dossier]) -> None:
        """Takes up the index that was kept on disk, if there is one of today."""
        found = self._files.load(today, read)
        if found is not None:
            self._current = found
            settle()

    def follow(self, snapshot: Snapshot, today: date, wait_s: float = WAIT_S) -> RankingIndex:
        """The index of today from all sides, of this snapshot or a later one if it can be.

        Raises IndexNotReady.
        """
        while True:
            current = self._current
            if _is_late_enough(current, snapshot, today):
                return current
            try:
                # One that is being made already may be of an earlier revision: then once more.
                _wait(self._lead(snapshot, today), wait_s)
            except IndexNotReady:
                if current is not None and current.view.day == today:
                    return current
                raise

    def at(
        self, snapshot: Snapshot, day: date, perspective: str, wait_s: float = WAIT_S
    ) -> RankingIndex:
        """The index of exactly this snapshot, on a day, from a side. Those asked last are kept.

        Raises IndexNotReady.
        """
        view = View(snapshot.revision, day, perspective)
        with self._lock:
            current = self._current
            if current is not None and current.view == view:
                return current
            found = self._others.find(view)
            if found is not None:
                return found
            making = self._begin(view, snapshot, leads=False)
        return _wait(making, wait_s)

    def stop(self) -> None:
        """Makes no more."""
        self._makers.shutdown(wait=False, cancel_futures=True)

    def _lead(self, snapshot: Snapshot, today: date) -> _Making:
        """The making of the current index: only one at a time, however many changes come."""
        with self._lock:
            if self._leading is None or self._leading.is_over or self._leading.view.day != today:
                view = View(snapshot.revision, today, JOINT)
                self._leading = self._begin(view, snapshot, leads=True)
            return self._leading

    def _begin(self, view: View, snapshot: Snapshot, *, leads: bool) -> _Making:
        """The making of an index; it is begun unless it is under way already.

        What is begun `leads` to the current index if nothing later has by then. The caller has the
        lock.
        """
        if view in self._making:
            return self._making[view]
        future = self._makers.submit(self._make, view, snapshot, leads)
        making = self._making[view] = _Making(view, future, time.monotonic())
        future.add_done_callback(lambda _: self._making.pop(view, None))
        return making

    def _make(self, view: View, snapshot: Snapshot, leads: bool) -> RankingIndex:
        current = self._current
        # A start needs the index of today, and that of the next day once it has come.
        is_kept = leads or (current is not None and _is_next_day(current.view, view))
        base = self._find_base(view)
        asked: Attributes = {"entente.revision": view.revision, "entente.day": view.day.isoformat()}
        with span("make index", asked) as making:
            found = make_index(snapshot, view, self._files, base, keep=is_kept)
            making.set_attribute("entente.proposals", len(found.table))
        with self._lock:
            current = self._current
            if not leads:
                self._others.put(view, found)
            elif current is None or _follows(current.view, view):
                self._current = found
        return found

    def _find_base(self, view: View) -> RankingIndex | None:
        """The nearest index of an earlier state, from which that view is some steps away."""
        with self._lock:
            kept = [*self._others.values(), *([self._current] if self._current else [])]
        earlier = [i for i in kept if i.view.revision <= view.revision and _is_alike(i.view, view)]
        return max(earlier, key=lambda index: index.view.revision, default=None)


def _wait(making: _Making, wait_s: float) -> RankingIndex:
    """The index, once it is made. Raises IndexNotReady so long after it was begun."""
    try:
        left = making.began + wait_s - time.monotonic()
        return making.future.result(timeout=max(left, 0))
    except TimeoutError:
        raise IndexNotReady from None
    except BrokenProcessPool as error:
        # A worker was killed, perhaps for want of memory: the next request tries again.
        log.error("the ranking index could not be made: a worker ended")
        raise IndexNotReady from error


def _follows(one: View, other: View) -> bool:
    """Whether the other is of another day, as a clock that is set back has it, or later."""
    return one.day != other.day or one.revision < other.revision


def _is_next_day(one: View, other: View) -> bool:
    """Whether the other is of the same catalogue, from the same side, a day later."""
    return replace(one, day=one.day + timedelta(days=1)) == other


def _is_alike(one: View, other: View) -> bool:
    """Whether two views differ in the revision only."""
    return (one.day, one.perspective) == (other.day, other.perspective)


def _is_late_enough(
    found: RankingIndex | None, snapshot: Snapshot, today: date
) -> TypeGuard[RankingIndex]:
    return found is not None and (
        found.view.day == today and found.view.revision >= snapshot.revision
    )


def make_index(
    snapshot: Snapshot,
    view: View,
    files: IndexFiles,
    base: RankingIndex | None = None,
    *,
    keep: bool = False,
) -> RankingIndex:
    """The index of a snapshot: by small steps from an earlier one, where that is near enough.

    One that is made whole of many proposals is kept on disk, if that is wanted.
    """
    stepped = None if base is None else _step(snapshot, view, base)
    if stepped is not None:
        return stepped
    dossier = get_dossier(snapshot)
    if len(dossier.proposals) >= FEW:
        made = files.make(view, dossier, build_apart(snapshot, view), keep=keep)
        settle()
        return made
    question = Question(dossier.world, view.day, view.perspective)
    batch = build_batch(dossier, question, list(dossier.proposals))
    items = Items()
    table = make_table(batch, items.reserve(len(batch.ids)))
    items.put(table.stamps, BALANCED.microweights, batch.items)
    return make_from(view, dossier, table, make_postings(to_arrays(batch.keys)), items)


def _step(snapshot: Snapshot, view: View, base: RankingIndex) -> RankingIndex | None:
    """The index after what changed since an earlier one; None where it must be made whole."""
    if snapshot.engine is None:
        return None
    changes = find_changes(snapshot.engine, base.view.revision, view.revision, limit=MOST_CHANGES)
    touched = None if changes is None else list_touched(base, snapshot, changes)
    if touched is None or len(touched) > FEW:
        return None
    dossier = get_dossier(snapshot)
    question = Question(dossier.world, view.day, view.perspective)
    batch = build_batch(dossier, question, list(touched))
    unlisted = touched - set(batch.ids)
    deleted = [base.table.row_of[i] for i in unlisted if i in base.table.row_of]
    first = base.items.reserve(len(batch.ids))
    table, rows = change_table(base.table, batch, deleted, first)
    if len(table.ids) - table.sorted_rows > MOST_ADDED:
        return None
    base.items.put(table.stamps[rows], BALANCED.microweights, batch.items)
    known = [row for row in (*rows, *deleted) if row < len(base.table.ids)]
    base.items.retire(base.table.stamps[known])
    keys = dict(zip(rows, batch.keys, strict=True)) | dict.fromkeys(deleted, ())
    index = make_from(view, dossier, table, base.postings.change(keys), base.items)
    index.carry(base, [*rows, *deleted])
    return index
