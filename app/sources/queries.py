"""Reading sources and the evidence taken from them."""

from collections.abc import Sequence

from app.revisions.snapshot import Snapshot
from app.scoring import facts
from app.sources.models import EvidenceCreate, SourceBase, SourceCreate

Sources = dict[str, SourceCreate]


def list_sources(snapshot: Snapshot) -> Sources:
    """Every source, by id."""
    return snapshot.share(_read_sources, ("source",))


def _read_sources(snapshot: Snapshot) -> Sources:
    return snapshot.documents("source", SourceCreate)


def cite_all(
    sources: Sources, owner: str, owner_id: str, claims: Sequence[EvidenceCreate]
) -> tuple[facts.Evidence, ...]:
    """The claims under one record as facts; `owner` names its kind."""
    return tuple(
        cite(
            sources[claim.source_id],
            ref=f"evidence:{to_evidence_id(owner, owner_id, number)}",
            claim=claim.claim,
            credibility=claim.credibility,
            locator=claim.locator,
            supports=claim.bearing == "supports",
        )
        for number, claim in enumerate(claims, 1)
    )


def to_evidence_id(owner: str, owner_id: str, number: int) -> str:
    """The id of the evidence that stands at a number, from 1, under a record."""
    return f"{owner}.{owner_id}.{number:03}"


def cite(
    source: SourceBase,
    *,
    ref: str,
    claim: str,
    credibility: int,
    locator: str | None,
    supports: bool = True,
) -> facts.Evidence:
    """A claim with what scoring needs to know of its source."""
    return facts.Evidence(
        ref=ref,
        source_id=source.id,
        source_title=source.title,
        publisher=source.publisher,
        available_on=source.available_on,
        reliability=source.reliability,
        credibility=credibility,
        supports=supports,
        claim=claim,
        locator=locator,
        language=source.language,
        side=source.actor_id,
    )
