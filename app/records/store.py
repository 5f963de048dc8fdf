"""The one door of every change: tables and one revision a changed record, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Literal

from sqlmodel import Session, col, delete

from app.records.check import Change
from app.records.kinds import KINDS
from app.revisions.diff import list_differences
from app.revisions.models import Action, Difference
from app.revisions.record import Recorder
from app.revisions.snapshot import Snapshot

Outcome = Literal["created", "updated", "deleted", "unchanged"]
_ACTIONS: dict[Outcome, Action] = {"created": "create", "updated": "update", "deleted": "delete"}
_ORDER = {kind.resource: number for number, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Stored:
    """One change and what came of it: the latest revision of the record, and its differences."""

    change: Change
    outcome: Outcome
    number: int
    recorded_at: datetime
    version: int
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """Where changes go through: a transaction with the writers' lock, and the state it sees."""

    session: Session
    snapshot: Snapshot
    recorder: Recorder

    @classmethod
    def open(cls, session: Session, snapshot: Snapshot, *, now: datetime, principal: str) -> "Door":
        """A door for changes in the name of a principal."""
        return cls(session, snapshot, Recorder(session, now=now, principal=principal))

    def store_all(
        self, changes: Sequence[Change], on_record: Callable[[], None] = lambda: None
    ) -> list[Stored]:
        """Stores checked changes, each after those that it refers to; equal ones are left alone."""
        stored = []
        for change in _in_order(changes):
            stored.append(self._store(change))
            on_record()
        return stored

    def plan(self, change: Change) -> tuple[Outcome, tuple[Difference, ...]]:
        """What a change would come to."""
        before = self.snapshot.find(*change.key)
        if change.document is None:
            return "deleted", ()
        if before is None:
            return "created", ()
        old = before.read(change.kind.shape)
        if old == change.document:
            return "unchanged", ()
        return "updated", tuple(list_differences(old, change.document))

    def _store(self, change: Change) -> Stored:
        outcome, differences = self.plan(change)
        before = self.snapshot.entries[change.kind.resource].get(change.resource_id)
        if outcome == "unchanged" and before is not None:
            return Stored(change, outcome, before.number, before.recorded_at, before.version)
        document = change.document
        revision = self.recorder.record(
            action=_ACTIONS[outcome],
            resource=change.kind.resource,
            resource_id=change.resource_id,
            record=None if document is None else document.model_dump_json(),
            differences=differences,
        )
        if document is None:
            table = change.kind.table
            self.session.exec(delete(table).where(col(table.id) == change.resource_id))  # type: ignore[attr-defined]
        else:
            change.kind.write(self.session, document, revision)
        version = before.version + 1 if before else 1
        return Stored(change, outcome, revision.number, revision.recorded_at, version, differences)


def _in_order(changes: Sequence[Change]) -> list[Change]:
    """Changes by kind, each after those of its kind that it refers to."""
    by_key = {change.key: change for change in changes}
    sorter: TopologicalSorter[tuple[str, str]] = TopologicalSorter()
    for change in sorted(changes, key=lambda c: _ORDER[c.kind.resource]):
        found = change.kind.references(change.document) if change.document is not None else ()
        needed = [(r.resource, r.wanted) for r in found]
        sorter.add(change.key, *(key for key in needed if key in by_key))
    ordered = [by_key[key] for key in sorter.static_order()]  # type: ignore[index]
    return sorted(ordered, key=lambda c: _ORDER[c.kind.resource])
