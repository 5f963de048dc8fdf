"""Writing a checked catalogue: tables and one revision a changed record, in one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlmodel import Session, col, delete

from app.actors.models import Actor, ActorCreate, ActorName, NameKind, Priority, PriorityCreate
from app.actors.names import to_search_key
from app.actors.queries import list_actors
from app.actors.states import list_states
from app.domains.models import Domain, DomainCreate
from app.domains.queries import list_domains
from app.errors import InvalidCatalogue
from app.events.models import Event, EventCreate
from app.imports.check import KnownIds, list_faults
from app.imports.read import Catalogue
from app.profiles.models import Profile, ProfileCreate, ProfileWeight
from app.proposals.queries import find_proposal_id
from app.proposals.write import to_proposal_id, write_proposal
from app.revisions.models import Action, Resource
from app.revisions.record import list_latest_records, record_revision
from app.scoring.assessment import CRITERIA
from app.scoring.profiles import to_milliweights
from app.sources.models import Evidence, Source, SourceCreate
from app.sources.queries import list_sources
from app.sources.write import evidence_rows

CATALOGUE_FEED = "catalogue"


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes, and when."""

    session: Session
    principal: str
    now: datetime


@dataclass(slots=True)
class ImportReport:
    """How many records of each kind were created, updated or found unchanged."""

    counts: dict[Resource, Counter[str]] = field(default_factory=dict)

    def total(self, outcome: str) -> int:
        """How many records of all kinds had this outcome."""
        return sum(c[outcome] for c in self.counts.values())


Record = TypeVar("Record", bound=BaseModel)


def import_catalogue(
    session: Session,
    catalogue: Catalogue,
    *,
    now: datetime,
    principal: str,
    on_record: Callable[[], None] | None = None,
) -> ImportReport:
    """Stores a catalogue whole: new records are created, changed ones updated, others left alone.

    States that the database lacks are added first; `on_record` is called once a record. The
    caller's session holds the transaction. Raises InvalidCatalogue, with nothing stored, when a
    reference leads nowhere.
    """
    by = Writing(session, principal, now)
    report, records = ImportReport(), catalogue.records
    actors = list_actors(session)
    known = {a.id: a.parent_id for a in actors}
    states = [s for s in list_states() if s.id not in known]
    faults = list_faults(
        catalogue,
        KnownIds(
            parents=known | {s.id: None for s in states},
            domains=frozenset(d.id for d in list_domains(session)),
            sources=frozenset(s.id for s in list_sources(session)),
        ),
    )
    if faults:
        raise InvalidCatalogue(tuple(faults))
    own_states = {a.id for a in records.actors}
    parents_first = _parents_first(
        [*(s for s in states if s.id not in own_states), *records.actors]
    )
    domains = sorted(records.domains, key=lambda d: d.id)

    def store(
        resource: Resource,
        entries: Sequence[Record],
        identify: Callable[[Record], str],
        write: Callable[[Writing, Record, int], None],
    ) -> None:
        report.counts[resource] = counts = Counter[str]()
        before = list_latest_records(session, resource)
        for entry in entries:
            resource_id, record = identify(entry), entry.model_dump_json()
            if on_record is not None:
                on_record()
            action: Action = "update" if resource_id in before else "create"
            if before.get(resource_id) == record:
                counts["unchanged"] += 1
                continue
            number = record_revision(
                session,
                now=now,
                principal=principal,
                action=action,
                resource=resource,
                resource_id=resource_id,
                record=record,
            )
            write(by, entry, number)
            counts["updated" if action == "update" else "created"] += 1
        session.flush()

    store("actor", parents_first, lambda a: a.id, _write_actor)
    store("domain", domains, lambda d: d.id, _write_domain)
    store("source", records.sources, lambda s: s.id, _write_source)
    store("profile", records.profiles, lambda p: p.id, _write_profile)
    store("priority", records.priorities, priority_id, _write_priority)
    store("event", records.events, event_id, _write_event)
    store(
        "proposal",
        records.proposals,
        lambda p: find_proposal_id(session, p.slug) or to_proposal_id(p.slug),
        lambda by, p, number: write_proposal(by.session, p, number, by.now),
    )
    return report


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


def _write_actor(by: Writing, actor: ActorCreate, revision: int) -> None:
    session = by.session
    session.merge(
        Actor(
            id=actor.id,
            kind=actor.kind,
            name=actor.name,
            description=actor.description,
            office=actor.office,
            office_from_on=actor.office_from_on,
            office_to_on=actor.office_to_on,
            parent_id=actor.parent,
            revision=revision,
        )
    )
    session.flush()
    session.exec(delete(ActorName).where(col(ActorName.actor_id) == actor.id))
    names: list[tuple[NameKind, str | None]] = [("name", actor.name)]
    names += [("official", actor.official_name), ("alpha_2", actor.alpha_2)]
    names += [("alpha_3", actor.id)] if actor.kind == "state" else []
    names += [("alias", n) for n in actor.aliases] + [("demonym", n) for n in actor.demonyms]
    names += [("capital", n) for n in actor.capitals]
    session.add_all(
        ActorName(actor_id=actor.id, kind=kind, name=name, search_key=to_search_key(name))
        for kind, name in dict.fromkeys(names)
        if name is not None
    )


def _write_domain(by: Writing, domain: DomainCreate, revision: int) -> None:
    above, _, _ = domain.id.rpartition(".")
    by.session.merge(
        Domain(
            id=domain.id,
            name=domain.name,
            description=domain.description,
            parent_id=above or None,
            revision=revision,
        )
    )
    by.session.flush()


def _write_source(by: Writing, source: SourceCreate, revision: int) -> None:
    by.session.merge(Source(**source.model_dump(), revision=revision))


def _write_profile(by: Writing, profile: ProfileCreate, revision: int) -> None:
    session = by.session
    before = session.get(Profile, profile.id)
    session.merge(
        Profile(
            id=profile.id,
            name=profile.name,
            description=profile.description,
            version=before.version + 1 if before else 1,
            revision=revision,
        )
    )
    session.flush()
    session.exec(delete(ProfileWeight).where(col(ProfileWeight.profile_id) == profile.id))
    session.add_all(
        ProfileWeight(profile_id=profile.id, criterion=c, milliweight=m)
        for c, m in zip(CRITERIA, to_milliweights(profile.weights), strict=True)
    )


def priority_id(priority: PriorityCreate) -> str:
    """The id of a priority: who, about what, when."""
    return f"{priority.actor}.{priority.domain}.{priority.stated_on}"


def _write_priority(by: Writing, priority: PriorityCreate, revision: int) -> None:
    row_id = priority_id(priority)
    by.session.merge(
        Priority(
            id=row_id,
            actor_id=priority.actor,
            domain_id=priority.domain,
            level=priority.level,
            statement=priority.statement,
            stated_on=priority.stated_on,
            revision=revision,
        )
    )
    by.session.flush()
    by.session.exec(delete(Evidence).where(col(Evidence.priority_id) == row_id))
    by.session.add_all(evidence_rows("priority", row_id, priority.evidence))


def event_id(event: EventCreate) -> str:
    """The id of an event of the catalogue's own feed."""
    return f"{CATALOGUE_FEED}.{event.key}"


def _write_event(by: Writing, event: EventCreate, revision: int) -> None:
    by.session.merge(
        Event(
            id=event_id(event),
            feed=CATALOGUE_FEED,
            actor_id=event.actor,
            recipient_id=event.recipient,
            happened_on=event.on,
            source_id=event.source,
            revision=revision,
            **event.model_dump(exclude={"key", "actor", "recipient", "on", "source"}),
        )
    )
