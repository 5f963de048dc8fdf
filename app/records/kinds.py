"""The kinds of records of the catalogue: what each is called, shaped, stored, and refers to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session, SQLModel

from app.actors.models import Actor, ActorCreate, Priority, PriorityCreate
from app.actors.queries import priority_id
from app.actors.write import write_actor, write_priority
from app.domains.models import Domain, DomainCreate
from app.domains.write import write_domain
from app.events.models import Event, EventCreate
from app.events.write import event_id, write_event
from app.keys.models import Scope
from app.profiles.models import Profile, ProfileCreate
from app.profiles.write import write_profile
from app.proposals.models import Proposal, ProposalCreate, to_proposal_id
from app.proposals.write import write_proposal
from app.records import references
from app.records.references import Reference
from app.revisions.models import Resource, Revision
from app.sources.models import Source, SourceCreate
from app.sources.write import write_source


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. Its id is made of the `identity` fields, which never change."""

    resource: Resource
    plural: str
    shape: type[BaseModel]
    table: type[SQLModel]
    identity: tuple[str, ...]
    identify: Callable[[Any], str]
    write: Callable[[Session, Any, Revision], None]
    references: Callable[[Any], Iterable[Reference]]
    scopes: tuple[Scope, ...] = ("write",)


# A kind comes after those that it refers to.
KINDS = (
    Kind(
        "actor", "actors", ActorCreate, Actor, ("id",), lambda a: a.id, write_actor,
        references.of_actor,
    ),
    Kind(
        "domain", "domains", DomainCreate, Domain, ("id",), lambda d: d.id, write_domain,
        references.of_domain,
    ),
    Kind(
        "source", "sources", SourceCreate, Source, ("id",), lambda s: s.id, write_source,
        references.of_source,
    ),
    Kind(
        "profile", "profiles", ProfileCreate, Profile, ("id",), lambda p: p.id, write_profile,
        references.of_nothing,
    ),
    Kind(
        "priority", "priorities", PriorityCreate, Priority, ("actor_id", "domain_id", "stated_on"),
        priority_id, write_priority, references.of_priority,
    ),
    Kind(
        "event", "events", EventCreate, Event, ("key",), event_id, write_event,
        references.of_event, ("write", "ingest"),
    ),
    Kind(
        "proposal", "proposals", ProposalCreate, Proposal, ("slug",),
        lambda p: to_proposal_id(p.slug), write_proposal, references.of_proposal,
    ),
)  # fmt: skip
KIND_OF: dict[Resource, Kind] = {kind.resource: kind for kind in KINDS}
