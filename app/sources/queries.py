"""Reading sources and the evidence taken from them."""

from collections import defaultdict

from sqlmodel import Session, col, select

from app.scoring import facts
from app.sources.models import OWNERS, Evidence, Source


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


def group_evidence(session: Session) -> dict[tuple[str, str], tuple[facts.Evidence, ...]]:
    """All evidence as facts, by kind and id of the record that it belongs to."""
    sources = {s.id: s for s in list_sources(session)}
    groups: dict[tuple[str, str], list[facts.Evidence]] = defaultdict(list)
    for row in session.exec(select(Evidence).order_by(col(Evidence.id))).all():
        owner = next((k, i) for k in OWNERS if (i := getattr(row, f"{k}_id")) is not None)
        groups[owner].append(to_fact(row, sources[row.source_id]))
    return {owner: tuple(claims) for owner, claims in groups.items()}


def to_fact(row: Evidence, source: Source) -> facts.Evidence:
    """One piece of evidence with what scoring needs of its source."""
    return facts.Evidence(
        ref=f"evidence:{row.id}",
        source_id=source.id,
        source_title=source.title,
        publisher=source.publisher,
        available_on=source.available_on,
        reliability=source.reliability,
        credibility=row.credibility,
        supports=row.bearing == "supports",
        claim=row.claim,
        locator=row.locator,
    )
