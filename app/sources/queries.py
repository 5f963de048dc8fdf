"""Reading sources and the evidence taken from them."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.scoring import facts
from app.sources.models import OWNERS, Evidence, Source

Claims = dict[tuple[str, str], tuple[facts.Evidence, ...]]


def list_sources(
    session: Session, *, after_id: str | None = None, limit: int | None = None
) -> list[Source]:
    """Sources by id, those after `after_id` only."""
    query = select(Source).order_by(col(Source.id)).limit(limit)
    if after_id is not None:
        query = query.where(col(Source.id) > after_id)
    return list(session.exec(query).all())


def find_source(session: Session, source_id: str) -> Source | None:
    """The source with this id, if there is one."""
    return session.get(Source, source_id)


def group_evidence(session: Session, *, of_priorities: Sequence[str] | None = None) -> Claims:
    """Evidence as facts, by kind and id of the record that it belongs to: all, or of some."""
    query = select(Evidence).order_by(col(Evidence.id))
    if of_priorities is not None:
        query = query.where(col(Evidence.priority_id).in_(of_priorities))
    sources = {s.id: s for s in list_sources(session)}
    groups: dict[tuple[str, str], list[facts.Evidence]] = defaultdict(list)
    for row in session.exec(query).all():
        owner = next((k, i) for k in OWNERS if (i := getattr(row, f"{k}_id")) is not None)
        groups[owner].append(
            cite(
                sources[row.source_id],
                ref=f"evidence:{row.id}",
                claim=row.claim,
                credibility=row.credibility,
                locator=row.locator,
                supports=row.bearing == "supports",
            )
        )
    return {owner: tuple(claims) for owner, claims in groups.items()}


def cite(
    source: Source,
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
    )
