"""The one door of every change: tables and one revision a changed record, in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from itertools import chain, groupby
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import Table
from sqlmodel import Session

from app.records.check import Change
from app.records.kinds import KINDS, Kind
from app.revisions.diff import list_differences
from app.revisions.models import Action, Difference
from app.revisions.record import Recorder
from app.revisions.snapshot import Entry, Snapshot
from app.rows import Row, RowWriter, table_of

Outcome = Literal["created", "updated", "deleted", "unchanged"]
_ACTIONS: dict[Outcome, Action] = {"created": "create", "updated": "update", "deleted": "delete"}
_ORDER = {kind.resource: number for number, kind in enumerate(KINDS)}
# Records that are written together: their rows are in memory meanwhile.
WRITTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change would come to."""

    change: Change
    before: Entry | None
    outcome: Outcome
    record: str | None
    differences: tuple[Difference, ...] = ()
    replaced: BaseModel | None = None


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
        """A door for changes in the name of a principal; `snapshot` is what the session sees."""
        return cls(
            session, snapshot, Recorder(session, snapshot.latest, now=now, principal=principal)
        )

    def store_all(
        self, changes: Sequence[Change], on_record: Callable[[], None] = lambda: None
    ) -> list[Stored]:
        """Stores checked changes, each after those that it refers to; equal ones are left alone."""
        stored = []
        for kind, alike in groupby(_in_order(changes), key=lambda change: change.kind):
            waiting = list(alike)
            for first in range(0, len(waiting), WRITTEN_AT_ONCE):
                plans = self.plan_all(waiting[first : first + WRITTEN_AT_ONCE])
                stored += self._store(kind, plans)
                for _ in plans:
                    on_record()
        return stored

    def plan_all(self, changes: Sequence[Change]) -> list[Plan]:
        """What changes would come to, one by one."""
        entries = [self.snapshot.entries[c.kind.resource].get(c.resource_id) for c in changes]
        texts = self.snapshot.fetch(e for e in entries if e is not None and not e.is_deleted)
        return [
            _plan(change, entry, None if entry is None else texts.get(entry.number))
            for change, entry in zip(changes, entries, strict=True)
        ]

    def _store(self, kind: Kind, plans: Sequence[Plan]) -> list[Stored]:
        """Writes what was planned of one kind."""
        writer, table = RowWriter(self.session), table_of(kind.table)
        revisions, replaced, added, gone = list[Row](), list[Row](), list[Row](), list[str]()
        others, stored = list[Row](), list[Stored]()
        outdated: dict[Table, list[str]] = {owned: [] for owned, _ in kind.owned}
        for plan in plans:
            stored.append(self._draft(plan, revisions))
            document = plan.change.document
            if document is None:
                gone.append(plan.change.resource_id)
            elif plan.outcome != "unchanged":
                own, parts = self._list_rows(kind, document)
                (added if plan.outcome == "created" else replaced).append(own)
                for owned in self._keep_changed(kind, plan.replaced, parts):
                    outdated[owned].append(own.values["id"])
                others += chain.from_iterable(parts.values())
        writer.insert(revisions)
        writer.delete(table, "id", gone)
        for owned, column in kind.owned:
            writer.delete(owned, column, outdated[owned])
        writer.insert(added)
        writer.update(table, [row.values for row in replaced])
        writer.insert(others)
        return stored

    def _list_rows(
        self, kind: Kind, document: BaseModel
    ) -> tuple[Row, dict[Table | None, list[Row]]]:
        """A record's own row, and those of its parts by the owned table that they are under."""
        own, *others = kind.list_rows(document, self.recorder.stamp)
        under: Table | None = None
        tables = {owned for owned, _ in kind.owned}
        parts: dict[Table | None, list[Row]] = {}
        for row in others:
            under = row.table if row.table in tables else under
            parts.setdefault(under, []).append(row)
        return own, parts

    def _keep_changed(
        self, kind: Kind, before: BaseModel | None, parts: dict[Table | None, list[Row]]
    ) -> list[Table]:
        """Takes away the parts that stand as they were; gives the tables of those that do not."""
        if before is None:
            return []
        _, stood = self._list_rows(kind, before)
        changed = [owned for owned, _ in kind.owned if stood.get(owned) != parts.get(owned)]
        for owned in stood.keys() - {None, *changed}:
            del parts[owned]
        return changed

    def _draft(self, plan: Plan, revisions: list[Row]) -> Stored:
        """What a plan comes to, with the revision that it needs, if any, put with the others."""
        change, before = plan.change, plan.before
        if plan.outcome == "unchanged" and before is not None:
            return Stored(change, plan.outcome, before.number, before.recorded_at, before.version)
        revisions.append(
            self.recorder.draft(
                action=_ACTIONS[plan.outcome],
                resource=change.kind.resource,
                resource_id=change.resource_id,
                record=plan.record,
                differences=plan.differences,
            )
        )
        stamp, version = self.recorder.stamp, before.version + 1 if before else 1
        return Stored(
            change, plan.outcome, stamp.number, stamp.recorded_at, version, plan.differences
        )


def _plan(change: Change, before: Entry | None, text: str | None) -> Plan:
    """What a change would come to; `text` is the record before, if it was fetched."""
    if change.document is None:
        return Plan(change, before, "deleted", None)
    record = change.document.model_dump_json()
    if before is None or before.is_deleted:
        return Plan(change, before, "created", record)
    if record == (before.text if text is None else text):
        return Plan(change, before, "unchanged", record)
    old: BaseModel = before.parse(change.kind.shape, text)
    if old == change.document:
        return Plan(change, before, "unchanged", record)
    differences = tuple(list_differences(old, change.document))
    return Plan(change, before, "updated", record, differences, old)


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """Changes by kind, each after those of its kind that it refers to."""
    by_kind = sorted(changes, key=lambda change: _ORDER[change.kind.resource])
    return [
        change
        for _, alike in groupby(by_kind, key=lambda change: change.kind)
        for change in _after_each_other(list(alike))
    ]


def _after_each_other(changes: Sequence[Change]) -> list[Change]:
    by_id = {change.resource_id: change for change in changes}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for change in changes:
        found = change.kind.references(change.document) if change.document is not None else ()
        own = change.kind.resource
        needed = [r.wanted for r in found if r.resource == own and r.wanted in by_id]
        sorter.add(change.resource_id, *needed)
    return [by_id[resource_id] for resource_id in sorter.static_order()]
