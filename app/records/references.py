"""What a record refers to. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.actors.models import ActorCreate, PriorityCreate
from app.domains.models import DomainCreate
from app.events.models import EventCreate
from app.proposals.models import ProposalCreate, to_proposal_id
from app.revisions.models import Resource
from app.sources.models import EvidenceCreate, SourceCreate
from app.strict_json import Pointer

RESTED_PARTS = ("transitions", "judgements", "factors", "windows", "attempts", "positions")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference, at a place in a record, to the `resource` with the id `wanted`."""

    place: Pointer
    resource: Resource
    wanted: str


def of_nothing(_: object) -> Iterator[Reference]:
    """The references of a record that stands for itself."""
    return iter(())


def of_actor(actor: ActorCreate) -> Iterator[Reference]:
    """To the actor it belongs to."""
    if actor.parent_id is not None:
        yield Reference(("parent_id",), "actor", actor.parent_id)


def of_domain(domain: DomainCreate) -> Iterator[Reference]:
    """To the domain above it."""
    if domain.parent_id is not None:
        yield Reference(("id",), "domain", domain.parent_id)


def of_source(source: SourceCreate) -> Iterator[Reference]:
    """To the actor on whose side it is published."""
    if source.actor_id is not None:
        yield Reference(("actor_id",), "actor", source.actor_id)


def of_priority(priority: PriorityCreate) -> Iterator[Reference]:
    """To its actor, its domain and the sources of its evidence."""
    yield Reference(("actor_id",), "actor", priority.actor_id)
    yield Reference(("domain_id",), "domain", priority.domain_id)
    yield from _of_evidence((), priority.evidence)


def of_event(event: EventCreate) -> Iterator[Reference]:
    """To both actors and to the source."""
    yield Reference(("actor_id",), "actor", event.actor_id)
    yield Reference(("recipient_id",), "actor", event.recipient_id)
    yield Reference(("source_id",), "source", event.source_id)


def of_proposal(proposal: ProposalCreate) -> Iterator[Reference]:
    """To domains, actors, the sources of its evidence, and other proposals."""
    if proposal.merged_into is not None:
        yield Reference(("merged_into",), "proposal", to_proposal_id(proposal.merged_into))
    for n, slug in enumerate(proposal.supersedes):
        yield Reference(("supersedes", n), "proposal", to_proposal_id(slug))
    for n, domain_id in enumerate(proposal.domains):
        yield Reference(("domains", n), "domain", domain_id)
    for name in ("participants", "judgements", "positions"):
        for n, part in enumerate(getattr(proposal, name)):
            yield Reference((name, n, "actor_id"), "actor", part.actor_id)
    for name in RESTED_PARTS:
        for n, part in enumerate(getattr(proposal, name)):
            yield from _of_evidence((name, n), part.evidence)


def _of_evidence(place: Pointer, evidence: Iterable[EvidenceCreate]) -> Iterator[Reference]:
    for n, claim in enumerate(evidence):
        yield Reference((*place, "evidence", n, "source_id"), "source", claim.source_id)
