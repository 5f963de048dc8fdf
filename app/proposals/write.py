"""Writing a proposal with all its parts as one document."""

from collections.abc import Iterator

from sqlmodel import Session, SQLModel, col, delete

from app.proposals.models import (
    Proposal,
    ProposalBase,
    ProposalCreate,
    ProposalDomain,
    ProposalSuperseded,
    to_proposal_id,
)
from app.proposals.parts import (
    Attempt,
    Factor,
    Judgement,
    Participant,
    Position,
    RestedPart,
    Transition,
    Window,
)
from app.proposals.search import index_text
from app.revisions.models import Revision
from app.sources.write import evidence_rows

PARTS = (
    ProposalDomain,
    ProposalSuperseded,
    Participant,
    Transition,
    Judgement,
    Factor,
    Window,
    Attempt,
    Position,
)


def write_proposal(session: Session, document: ProposalCreate, revision: Revision) -> None:
    """Creates the proposal or replaces it, with all its parts, by what the document says."""
    proposal_id = to_proposal_id(document.slug)
    session.merge(
        Proposal(
            id=proposal_id,
            updated_at=revision.recorded_at,
            revision=revision.number,
            merged_into_id=_to_id(document.merged_into),
            **document.model_dump(include=set(ProposalBase.model_fields)),
        )
    )
    session.flush()
    for table in PARTS:
        session.exec(delete(table).where(col(table.proposal_id) == proposal_id))
    session.add_all(_plain_rows(proposal_id, document))
    rested = list(_rested_rows(proposal_id, document))
    session.add_all(row for row, _, _ in rested)
    session.flush()
    for row, row_id, part in rested:
        session.add_all(evidence_rows(type(row).__name__.lower(), row_id, part.evidence))
    index_text(
        session,
        revision.number,
        (document.title, document.summary, document.next_step, document.slug),
    )


def _to_id(slug: str | None) -> str | None:
    return None if slug is None else to_proposal_id(slug)


def _plain_rows(proposal_id: str, document: ProposalCreate) -> Iterator[SQLModel]:
    """Rows of the parts that rest on no evidence."""
    for position, domain_id in enumerate(document.domains):
        yield ProposalDomain(proposal_id=proposal_id, domain_id=domain_id, position=position)
    for slug in document.supersedes:
        yield ProposalSuperseded(proposal_id=proposal_id, superseded_id=to_proposal_id(slug))
    for position, p in enumerate(document.participants):
        yield Participant(proposal_id=proposal_id, position=position, **p.model_dump())


def _rested_rows(
    proposal_id: str, document: ProposalCreate
) -> Iterator[tuple[SQLModel, str, RestedPart]]:
    """Every part that rests on evidence: its row, its id, and the part."""
    lists: tuple[tuple[type[SQLModel], list[RestedPart]], ...] = (
        (Transition, [*document.transitions]),
        (Judgement, [*document.judgements]),
        (Factor, [*document.factors]),
        (Window, [*document.windows]),
        (Attempt, [*document.attempts]),
        (Position, [*document.positions]),
    )
    for table, parts in lists:
        for part in parts:
            row_id = f"{proposal_id}.{part.part_key}"
            fields = part.model_dump(exclude={"key", "evidence"})
            yield table(id=row_id, proposal_id=proposal_id, **fields), row_id, part
