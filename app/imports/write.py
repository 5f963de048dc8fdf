"""Importing a catalogue: all of it in one transaction, or nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from app.actors.models import ActorCreate
from app.actors.states import list_states
from app.errors import InvalidCatalogue
from app.imports.parse import Document
from app.imports.read import Catalogue
from app.interpreter import uncollected
from app.records.check import Change, list_flaws
from app.records.kinds import KIND_OF
from app.records.store import Door, Outcome, Stored
from app.revisions.models import Difference, Resource
from app.revisions.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Step:
    """What an import did to one record, or would do."""

    resource: Resource
    resource_id: str
    outcome: Outcome
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do: each change, and how many records were left alone."""

    steps: list[Step] = field(default_factory=list)
    revisions: tuple[int, int] | None = None

    @property
    def counts(self) -> dict[Resource, Counter[Outcome]]:
        """How many records of each kind had each outcome."""
        counts: dict[Resource, Counter[Outcome]] = {r: Counter() for r in KIND_OF}
        for step in self.steps:
            counts[step.resource][step.outcome] += 1
        return counts

    def total(self, outcome: Outcome) -> int:
        """How many records of all kinds had this outcome."""
        return sum(step.outcome == outcome for step in self.steps)


@uncollected()
def import_catalogue(
    session: Session,
    snapshot: Snapshot,
    catalogue: Catalogue,
    *,
    now: datetime,
    principal: str,
    dry_run: bool = False,
    on_record: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Stores a catalogue whole: new records are created, changed ones updated, others left alone.

    States of ISO 3166-1 that the database never had come first; `on_record` is called once a
    record; a dry run stores nothing. The caller's session holds the transaction, and `snapshot` is
    the state it sees. Raises InvalidCatalogue, with nothing stored, when a reference leads nowhere.
    """
    _add_missing_states(catalogue, snapshot)
    flaws = list_flaws(snapshot, catalogue.changes)
    if flaws:
        raise InvalidCatalogue(tuple(catalogue.fault(f.number, f.place, f.detail) for f in flaws))
    door = Door.open(session, snapshot, now=now, principal=principal)
    if dry_run:
        return ImportReport(
            [_to_step(p.change, p.outcome, p.differences) for p in door.plan_all(catalogue.changes)]
        )
    stored = door.store_all(catalogue.changes, on_record)
    steps = [_to_step(s.change, s.outcome, s.differences) for s in stored]
    return ImportReport(steps, _to_range(stored))


def _to_step(change: Change, outcome: Outcome, differences: tuple[Difference, ...]) -> Step:
    return Step(change.kind.resource, change.resource_id, outcome, differences)


def _to_range(stored: list[Stored]) -> tuple[int, int] | None:
    numbers = [s.number for s in stored if s.outcome != "unchanged"]
    return (min(numbers), max(numbers)) if numbers else None


def _add_missing_states(catalogue: Catalogue, snapshot: Snapshot) -> None:
    """Adds the states that neither the database nor the catalogue has ever had."""
    kind = KIND_OF["actor"]
    present = {c.resource_id for c in catalogue.changes if c.kind is kind}
    present |= set(snapshot.entries["actor"])
    for state in list_states():
        if state.id not in present:
            catalogue.changes.append(_to_change(state))
            catalogue.origins.append((Document("ISO 3166-1", None), ()))


def _to_change(state: ActorCreate) -> Change:
    return Change(KIND_OF["actor"], state.id, state)
