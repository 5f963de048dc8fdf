"""Likely duplicates: how alike two proposals are, by their words, domains and principals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Field
from rapidfuzz import fuzz
from sqlmodel import Session

from app.proposals.models import ProposalCreate
from app.proposals.search import find_alike, to_words
from app.revisions.snapshot import Snapshot
from app.scoring.facts import PRINCIPAL_ROLES, domain_lineage

# How much the words, the domains and the principals count in the likeness; together 1.
WORDS_SHARE, DOMAINS_SHARE, PRINCIPALS_SHARE = 0.6, 0.15, 0.25
# Likeness from which a new proposal is worth comparing by eye.
LIKELY_DUPLICATE = 0.75
# Proposals that one is compared with, at most.
MOST_COMPARED = 500


class SimilarPublic(BaseModel):
    """A proposal that is like another."""

    id: str = Field(description="Id of the proposal", examples=["prp-1f0c2d3e4a5b"])
    slug: str = Field(description="Readable id of the proposal")
    title: str = Field(description="What is proposed, in one line")
    likeness: float = Field(
        description=(
            "0 to 1: 0.6 x the likeness of title and summary (RapidFuzz's token set ratio), 0.15 x "
            "the share of common domains, 0.25 x the share of common principals"
        ),
        examples=[0.81],
    )
    likely_duplicate: bool = Field(description=f"Whether the likeness reaches {LIKELY_DUPLICATE}")


@dataclass(frozen=True, slots=True)
class _Traits:
    text: str
    domains: frozenset[str]
    principals: frozenset[str]


def list_similar(
    document: ProposalCreate,
    others: Mapping[str, ProposalCreate],
    lineages: Mapping[str, tuple[str, ...]],
    limit: int,
) -> list[SimilarPublic]:
    """Other proposals by likeness, the most alike first, at most `limit`.

    `lineages` maps an actor to itself and those it belongs to: a ministry counts as its state.
    """
    own = _traits_of(document, lineages)
    scored = [
        (_likeness(own, _traits_of(other, lineages)), proposal_id, other)
        for proposal_id, other in others.items()
        if other.slug != document.slug and other.merged_into is None
    ]
    scored.sort(key=lambda item: (-item[0], item[1]))
    return [
        SimilarPublic(
            id=proposal_id,
            slug=other.slug,
            title=other.title,
            likeness=likeness,
            likely_duplicate=likeness >= LIKELY_DUPLICATE,
        )
        for likeness, proposal_id, other in scored[:limit]
    ]


def list_suspects(
    document: ProposalCreate, session: Session, snapshot: Snapshot
) -> dict[str, ProposalCreate]:
    """The proposals worth comparing with one, by id.

    In a large catalogue they are those that share the most telling words of its title.
    """
    ids = snapshot.ids("proposal")
    if len(ids) > MOST_COMPARED:
        numbers = set(find_alike(session, document.title, MOST_COMPARED))
        entries = snapshot.entries["proposal"]
        ids = [i for i in ids if entries[i].number in numbers]
    texts = snapshot.fetch(snapshot.entries["proposal"][i] for i in ids)
    read = ProposalCreate.model_validate_json
    return {i: read(texts[snapshot.entries["proposal"][i].number]) for i in ids}


def _traits_of(document: ProposalCreate, lineages: Mapping[str, tuple[str, ...]]) -> _Traits:
    principals = (p.actor_id for p in document.participants if p.role in PRINCIPAL_ROLES)
    return _Traits(
        text=" ".join(to_words(f"{document.title} {document.summary}")),
        domains=frozenset(d for own in document.domains for d in domain_lineage(own)),
        principals=frozenset(lineages.get(p, (p,))[-1] for p in principals),
    )


def _likeness(one: _Traits, other: _Traits) -> float:
    words = fuzz.token_set_ratio(one.text, other.text) / 100
    domains = overlap(one.domains, other.domains)
    principals = overlap(one.principals, other.principals)
    total = WORDS_SHARE * words + DOMAINS_SHARE * domains + PRINCIPALS_SHARE * principals
    return round(total, 3)


def overlap(one: Iterable[str], other: Iterable[str]) -> float:
    """Jaccard's index: the share of what is common in what there is."""
    ours, theirs = set(one), set(other)
    return len(ours & theirs) / len(ours | theirs)
