"""Writing evidence."""

from collections.abc import Iterable

from app.sources.models import Evidence, EvidenceCreate


def evidence_rows(owner: str, owner_id: str, claims: Iterable[EvidenceCreate]) -> list[Evidence]:
    """Rows for the claims under one record; `owner` names its kind."""
    rows = []
    for number, claim in enumerate(claims, 1):
        fields = claim.model_dump(exclude={"source"}) | {f"{owner}_id": owner_id}
        row_id = f"{owner}.{owner_id}.{number:03}"
        rows.append(Evidence(id=row_id, source_id=claim.source, **fields))
    return rows
