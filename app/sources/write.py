"""Writing sources and evidence."""

from collections.abc import Iterable

from sqlmodel import Session

from app.revisions.models import Revision
from app.sources.models import Evidence, EvidenceCreate, Source, SourceCreate
from app.sources.queries import to_evidence_id


def evidence_rows(owner: str, owner_id: str, claims: Iterable[EvidenceCreate]) -> list[Evidence]:
    """Rows for the claims under one record; `owner` names its kind."""
    rows = []
    for number, claim in enumerate(claims, 1):
        fields = claim.model_dump() | {f"{owner}_id": owner_id}
        rows.append(Evidence(id=to_evidence_id(owner, owner_id, number), **fields))
    return rows


def write_source(session: Session, source: SourceCreate, revision: Revision) -> None:
    """Creates the source or replaces it."""
    session.merge(Source(**source.model_dump(), revision=revision.number))
