"""Writing sources and evidence."""

from collections.abc import Iterable

from sqlmodel import Session

from app.sources.models import Evidence, EvidenceCreate, Source, SourceCreate


def evidence_rows(owner: str, owner_id: str, claims: Iterable[EvidenceCreate]) -> list[Evidence]:
    """Rows for the claims under one record; `owner` names its kind."""
    rows = []
    for number, claim in enumerate(claims, 1):
        fields = claim.model_dump(exclude={"source"}) | {f"{owner}_id": owner_id}
        row_id = f"{owner}.{owner_id}.{number:03}"
        rows.append(Evidence(id=row_id, source_id=claim.source, **fields))
    return rows


def write_source(session: Session, source: SourceCreate, revision: int) -> None:
    """Creates the source or replaces it."""
    session.merge(Source(**source.model_dump(), revision=revision))
