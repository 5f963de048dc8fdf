"""Writing a checked catalogue: tables and one revision a changed record, in one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlmodel import Session

from app.actors.models import ActorCreate
from app.actors.queries import list_actors
from app.actors.states import list_states
from app.actors.write import priority_id, write_actor, write_priority
from app.domains.queries import list_domains
from app.domains.write import write_domain
from app.errors import InvalidCatalogue
from app.events.write import event_id, write_event
from app.imports.check import KnownIds, list_faults
from app.imports.read import Catalogue
from app.profiles.write import write_profile
from app.proposals.queries import find_proposal_id
from app.proposals.write import to_proposal_id, write_proposal
from app.revisions.models import Action, Resource
from app.revisions.record import list_latest_records, record_revision
from app.sources.queries import list_sources
from app.sources.write import write_source

Record = TypeVar("Record", bound=BaseModel)


@dataclass(slots=True)
class ImportReport:
    """How many records of each kind were created, updated or found unchanged."""

    counts: dict[Resource, Counter[str]] = field(default_factory=dict)

    def total(self, outcome: str) -> int:
        """How many records of all kinds had this outcome."""
        return sum(c[outcome] for c in self.counts.values())


@dataclass(frozen=True, slots=True)
class Writer:
    """Stores records in one transaction, in one principal's name, and counts what it did."""

    session: Session
    principal: str
    now: datetime
    on_record: Callable[[], None]
    report: ImportReport

    def store(
        self,
        resource: Resource,
        records: Sequence[Record],
        identify: Callable[[Record], str],
        write: Callable[[Session, Record, int], None],
    ) -> None:
        """Writes each record that is new or differs from its latest revision, with a revision."""
        self.report.counts[resource] = counts = Counter[str]()
        before = list_latest_records(self.session, resource)
        for record in records:
            resource_id, text = identify(record), record.model_dump_json()
            self.on_record()
            if before.get(resource_id) == text:
                counts["unchanged"] += 1
                continue
            action: Action = "update" if resource_id in before else "create"
            number = record_revision(
                self.session,
                now=self.now,
                principal=self.principal,
                action=action,
                resource=resource,
                resource_id=resource_id,
                record=text,
            )
            write(self.session, record, number)
            counts["updated" if action == "update" else "created"] += 1
        self.session.flush()


def import_catalogue(
    session: Session,
    catalogue: Catalogue,
    *,
    now: datetime,
    principal: str,
    on_record: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Stores a catalogue whole: new records are created, changed ones updated, others left alone.

    States that the database lacks are added first; `on_record` is called once a record. The
    caller's session holds the transaction. Raises InvalidCatalogue, with nothing stored, when a
    reference leads nowhere.
    """
    records = catalogue.records
    actors = [*_missing_states(session, catalogue), *records.actors]
    _check(session, catalogue, actors)
    writer = Writer(session, principal, now, on_record, ImportReport())
    writer.store("actor", _parents_first(actors), lambda a: a.id, write_actor)
    writer.store(
        "domain", sorted(records.domains, key=lambda d: d.id), lambda d: d.id, write_domain
    )
    writer.store("source", records.sources, lambda s: s.id, write_source)
    writer.store("profile", records.profiles, lambda p: p.id, write_profile)
    writer.store("priority", records.priorities, priority_id, write_priority)
    writer.store("event", records.events, event_id, write_event)
    writer.store(
        "proposal",
        records.proposals,
        lambda p: find_proposal_id(session, p.slug) or to_proposal_id(p.slug),
        lambda session, p, number: write_proposal(session, p, number, now),
    )
    return writer.report


def _missing_states(session: Session, catalogue: Catalogue) -> list[ActorCreate]:
    """The states of ISO 3166-1 that neither the database nor the catalogue has."""
    present = {a.id for a in list_actors(session)} | {a.id for a in catalogue.records.actors}
    return [s for s in list_states() if s.id not in present]


def _check(session: Session, catalogue: Catalogue, actors: Sequence[ActorCreate]) -> None:
    known = KnownIds(
        parents={a.id: a.parent_id for a in list_actors(session)}
        | {a.id: a.parent for a in actors},
        domains=frozenset(d.id for d in list_domains(session)),
        sources=frozenset(s.id for s in list_sources(session)),
    )
    faults = list_faults(catalogue, known)
    if faults:
        raise InvalidCatalogue(tuple(faults))


def _parents_first(actors: Sequence[ActorCreate]) -> list[ActorCreate]:
    by_id = {a.id: a for a in actors}
    ordered: dict[str, ActorCreate] = {}

    def place(actor: ActorCreate) -> None:
        if actor.id not in ordered:
            if actor.parent in by_id:
                place(by_id[actor.parent])
            ordered[actor.id] = actor

    for actor in actors:
        place(actor)
    return list(ordered.values())
