"""The rows of a proposal with all its parts."""

from collections.abc import Iterator

from app.proposals import search
from app.proposals.models import (
    Proposal,
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
    Transition,
    Window,
)
from app.rows import Row, Stamp, table_of
from app.sources.write import list_evidence

_RESTED = (
    ("transition", "transitions", table_of(Transition)),
    ("judgement", "judgements", table_of(Judgement)),
    ("factor", "factors", table_of(Factor)),
    ("window", "windows", table_of(Window)),
    ("attempt", "attempts", table_of(Attempt)),
    ("position", "positions", table_of(Position)),
)
# Evidence goes with the part that it is under.
OWNED_BY_PROPOSAL = tuple(
    (table, "proposal_id")
    for table in (
        table_of(ProposalDomain),
        table_of(ProposalSuperseded),
        table_of(Participant),
        *(table for *_, table in _RESTED),
    )
)


def list_proposal_rows(document: ProposalCreate, stamp: Stamp) -> Iterator[Row]:
    """The proposal's own row, then its text, and those of its parts, each with its evidence."""
    proposal_id = to_proposal_id(document.slug)
    merged_into = document.merged_into
    own = {
        "id": proposal_id,
        "updated_at": stamp.recorded_at,
        "revision": stamp.number,
        "merged_into_id": None if merged_into is None else to_proposal_id(merged_into),
    }
    yield Row(table_of(Proposal), vars(document) | own)
    yield to_text_row(document, stamp.number)
    yield from _list_plain(proposal_id, document)
    for owner, name, table in _RESTED:
        for part in getattr(document, name):
            row_id = f"{proposal_id}.{part.part_key}"
            yield Row(table, vars(part) | {"id": row_id, "proposal_id": proposal_id})
            yield from list_evidence(owner, row_id, part.evidence)


def to_text_row(document: ProposalCreate, revision: int) -> Row:
    """The text that a proposal is found by, as of a revision."""
    spoken = (document.title, document.summary, document.next_step, document.slug)
    return search.to_row(revision, spoken)


def _list_plain(proposal_id: str, document: ProposalCreate) -> Iterator[Row]:
    """Rows of the parts that rest on no evidence."""
    for position, domain_id in enumerate(document.domains):
        values = {"domain_id": domain_id, "position": position}
        yield Row(table_of(ProposalDomain), {"proposal_id": proposal_id, **values})
    for slug in document.supersedes:
        values = {"superseded_id": to_proposal_id(slug)}
        yield Row(table_of(ProposalSuperseded), {"proposal_id": proposal_id, **values})
    for position, participant in enumerate(document.participants):
        own = {"proposal_id": proposal_id, "position": position}
        yield Row(table_of(Participant), vars(participant) | own)
