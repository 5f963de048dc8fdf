"""The kinds of records of the catalogue: what each is called, shaped, stored, and refers to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Table
from sqlmodel import SQLModel

from app.actors.models import Actor, ActorCreate, Priority, PriorityCreate
from app.actors.queries import priority_id
from app.actors.write import (
    OWNED_BY_ACTOR,
    OWNED_BY_PRIORITY,
    list_actor_rows,
    list_priority_rows,
)
from app.domains.models import Domain, DomainCreate
from app.domains.write import list_domain_rows
from app.events.models import Event, EventCreate
from app.events.write import event_id, list_event_rows
from app.keys.models import Scope
from app.profiles.models import Profile, ProfileCreate
from app.profiles.write import OWNED_BY_PROFILE, list_profile_rows
from app.proposals.models import Proposal, ProposalCreate, to_proposal_id
from app.proposals.write import OWNED_BY_PROPOSAL, list_proposal_rows
from app.records import references
from app.records.references import Reference
from app.revisions.models import Resource
from app.rows import Row, Stamp
from app.sources.models import Source, SourceCreate
from app.sources.write import list_source_rows


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. Its id is made of the `identity` fields, which never change.

    `list_rows` gives the row in its own table first, then what every revision adds, then rows of
    the `owned` tables, each followed by those that go with it. `owned` names the column, too, that
    has the id of the record there.
    """

    resource: Resource
    plural: str
    shape: type[BaseModel]
    table: type[SQLModel]
    identity: tuple[str, ...]
    identify: Callable[[Any], str]
    list_rows: Callable[[Any, Stamp], Iterable[Row]]
    references: Callable[[Any], Iterable[Reference]]
    owned: tuple[tuple[Table, str], ...] = ()
    scopes: tuple[Scope, ...] = ("write",)


# A kind comes after those that it refers to.
KINDS = (
    Kind(
        "actor", "actors", ActorCreate, Actor, ("id",), lambda a: a.id, list_actor_rows,
        references.of_actor, OWNED_BY_ACTOR,
    ),
    Kind(
        "domain", "domains", DomainCreate, Domain, ("id",), lambda d: d.id, list_domain_rows,
        references.of_domain,
    ),
    Kind(
        "source", "sources", SourceCreate, Source, ("id",), lambda s: s.id, list_source_rows,
        references.of_source,
    ),
    Kind(
        "profile", "profiles", ProfileCreate, Profile, ("id",), lambda p: p.id, list_profile_rows,
        references.of_nothing, OWNED_BY_PROFILE,
    ),
    Kind(
        "priority", "priorities", PriorityCreate, Priority, ("actor_id", "domain_id", "stated_on"),
        priority_id, list_priority_rows, references.of_priority, OWNED_BY_PRIORITY,
    ),
    Kind(
        "event", "events", EventCreate, Event, ("key",), event_id, list_event_rows,
        references.of_event, scopes=("write", "ingest"),
    ),
    Kind(
        "proposal", "proposals", ProposalCreate, Proposal, ("slug",),
        lambda p: to_proposal_id(p.slug), list_proposal_rows, references.of_proposal,
        OWNED_BY_PROPOSAL,
    ),
)  # fmt: skip
KIND_OF: dict[Resource, Kind] = {kind.resource: kind for kind in KINDS}
