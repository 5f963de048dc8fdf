"""Writing a proposal with all its parts as one document."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, SQLModel, col, delete

from app.proposals.models import Proposal, ProposalBase, ProposalCreate, ProposalDomain
from app.proposals.parts import (
    Attempt,
    Factor,
    Judgement,
    Participant,
    Position,
    Transition,
    Window,
)
from app.proposals.queries import find_proposal_id
from app.proposals.search import index_text
from app.sources.models import EvidenceCreate
from app.sources.write import evidence_rows

PARTS = (
    ProposalDomain,
    Participant,
    Transition,
    Judgement,
    Factor,
    Window,
    Attempt,
    Position,
)
Rested = tuple[SQLModel, str, list[EvidenceCreate]]


def to_proposal_id(slug: str) -> str:
    """The id of a proposal first seen under this slug; the same on every installation."""
    return "prp-" + hashlib.blake2b(slug.encode(), digest_size=6).hexdigest()


def write_proposal(
    session: Session, document: ProposalCreate, revision: int, now: datetime
) -> None:
    """Creates the proposal or replaces it, with all its parts, by what the document says."""
    proposal_id = find_proposal_id(session, document.slug) or to_proposal_id(document.slug)
    own_fields = document.model_dump(include=set(ProposalBase.model_fields))
    session.merge(Proposal(id=proposal_id, updated_at=now, revision=revision, **own_fields))
    session.flush()
    for table in PARTS:
        session.exec(delete(table).where(col(table.proposal_id) == proposal_id))
    session.add_all(
        ProposalDomain(proposal_id=proposal_id, domain_id=domain_id, position=position)
        for position, domain_id in enumerate(document.domains)
    )
    session.add_all(
        Participant(
            proposal_id=proposal_id,
            actor_id=p.actor,
            role=p.role,
            joined_on=p.joined_on,
            position=position,
        )
        for position, p in enumerate(document.participants)
    )
    rested = list(_rested_rows(proposal_id, document))
    session.add_all(row for row, _, _ in rested)
    session.flush()
    for row, row_id, claims in rested:
        session.add_all(evidence_rows(type(row).__name__.lower(), row_id, claims))
    index_text(
        session, proposal_id, (document.title, document.summary, document.next_step, document.slug)
    )


def _rested_rows(proposal_id: str, document: ProposalCreate) -> Iterator[Rested]:
    """Every part that rests on evidence, with its id and that evidence."""
    for t in document.transitions:
        row_id = f"{proposal_id}.{t.happened_on}"
        fields = t.model_dump(exclude={"evidence"})
        yield (
            Transition(id=row_id, proposal_id=proposal_id, **fields),
            row_id,
            t.evidence,
        )
    for j in document.judgements:
        row_id = f"{proposal_id}.{j.actor}.{j.measure}.{j.judged_on}"
        fields = j.model_dump(exclude={"actor", "evidence"})
        yield (
            Judgement(id=row_id, proposal_id=proposal_id, actor_id=j.actor, **fields),
            row_id,
            j.evidence,
        )
    for p in document.positions:
        row_id = f"{proposal_id}.{p.actor}.{p.stated_on}"
        fields = p.model_dump(exclude={"actor", "evidence"})
        yield (
            Position(id=row_id, proposal_id=proposal_id, actor_id=p.actor, **fields),
            row_id,
            p.evidence,
        )
    for table, keyed in (
        (Factor, document.factors),
        (Window, document.windows),
        (Attempt, document.attempts),
    ):
        for part in keyed:
            row_id = f"{proposal_id}.{part.key}"
            fields = part.model_dump(exclude={"key", "evidence"})
            yield table(id=row_id, proposal_id=proposal_id, **fields), row_id, part.evidence
