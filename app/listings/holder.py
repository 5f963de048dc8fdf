"""The indexes of this process: the current one, and those of other days, sides and states."""

from collections import OrderedDict
from datetime import date
from threading import Lock
from typing import TypeGuard

from app.feeds.freshness import list_used
from app.listings.build import build_batch
from app.listings.index import RankingIndex, View
from app.listings.items import Items
from app.listings.postings import Postings, make_postings
from app.listings.table import Table, change_table, make_table
from app.listings.touch import list_touched
from app.recommendations.dossier import Dossier, get_dossier
from app.revisions.snapshot import Snapshot
from app.scoring.assessment import JOINT, Question
from app.scoring.profiles import BALANCED

# Indexes of other days, sides or past states kept ready; each is about as large as the current one.
KEPT_OTHERS = 4
# Rows added one by one since the index was last made whole.
MOST_ADDED = 2000


class Indexes:
    """The ranking indexes of one database. The current one follows the catalogue by small steps."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._others_lock = Lock()
        self._current: RankingIndex | None = None
        self._others: OrderedDict[View, RankingIndex] = OrderedDict()

    @property
    def current(self) -> RankingIndex | None:
        """The index that was made last of the latest catalogue on the current day."""
        return self._current

    def follow(self, snapshot: Snapshot, today: date) -> RankingIndex:
        """The index of today from all sides, of this snapshot or a later one."""
        found = self._current
        if _is_late_enough(found, snapshot, today):
            return found
        with self._lock:
            found = self._current
            if not _is_late_enough(found, snapshot, today):
                found = self._current = make_index(snapshot, today, JOINT, found)
        return found

    def at(self, snapshot: Snapshot, day: date, perspective: str) -> RankingIndex:
        """The index of exactly this snapshot, on a day, from a side. Those asked last are kept."""
        view = View(snapshot.revision, day, perspective)
        current = self._current
        if current is not None and current.view == view:
            return current
        with self._others_lock:
            found = self._others.pop(view, None)
            if found is None:
                found = make_index(snapshot, day, perspective, self._find_base(view))
            self._others[view] = found
            if len(self._others) > KEPT_OTHERS:
                self._others.popitem(last=False)
        return found

    def _find_base(self, view: View) -> RankingIndex | None:
        """An index of an earlier state, from which that view is few steps away."""
        for index in reversed(self._others.values()):
            if index.view.revision <= view.revision and _is_alike(index.view, view):
                return index
        return None


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
    snapshot: Snapshot, day: date, perspective: str, base: RankingIndex | None = None
) -> RankingIndex:
    """The index of a snapshot: by small steps from an earlier one, where that is near enough."""
    view = View(snapshot.revision, day, perspective)
    if base is not None and _is_alike(base.view, view):
        stepped = _step(snapshot, view, base)
        if stepped is not None:
            return stepped
    dossier = get_dossier(snapshot)
    question = Question(dossier.world, day, perspective)
    batch = build_batch(dossier, question, list(dossier.proposals))
    items = Items()
    first = items.reserve(len(batch.ids))
    table = make_table(batch, first)
    items.put(table.stamps, BALANCED.microweights, batch.items)
    return _assemble(view, dossier, table=table, postings=make_postings(batch.keys), items=items)


def _step(snapshot: Snapshot, view: View, base: RankingIndex) -> RankingIndex | None:
    """The index after what changed since an earlier one; None where it must be made whole."""
    changes = snapshot.changes_since(base.view.revision)
    if changes is None:
        return None
    before = base.read()
    touched = list_touched(base, before.snapshot, snapshot, changes)
    if touched is None:
        return None
    dossier = get_dossier(snapshot)
    batch = build_batch(dossier, Question(dossier.world, view.day, view.perspective), list(touched))
    unlisted = touched - set(batch.ids)
    deleted = [base.table.row_of[i] for i in unlisted if i in base.table.row_of]
    first = base.items.reserve(len(batch.ids))
    table, rows = change_table(base.table, batch, deleted, first)
    if len(table.ids) - table.sorted_rows > MOST_ADDED:
        return None
    base.items.put(table.stamps[rows], BALANCED.microweights, batch.items)
    keys = dict(zip(rows, batch.keys, strict=True)) | dict.fromkeys(deleted, ())
    index = _assemble(
        view, dossier, table=table, postings=base.postings.change(keys), items=base.items
    )
    index.carry_orders(base, [*rows, *deleted])
    return index


def _assemble(
    view: View, dossier: Dossier, *, table: Table, postings: Postings, items: Items
) -> RankingIndex:
    return RankingIndex(
        view=view,
        known_at=dossier.known_at,
        names=dossier.world.names,
        domain_names=dossier.world.domain_names,
        profiles=dossier.profiles,
        feeds=list_used(dossier.snapshot, view.day),
        table=table,
        postings=postings,
        items=items,
        read=lambda: dossier,
    )
