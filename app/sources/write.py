"""The rows of sources and of evidence."""

from collections.abc import Iterable, Iterator

from app.rows import Row, Stamp, table_of
from app.sources.models import Evidence, EvidenceCreate, Source, SourceCreate
from app.sources.queries import to_evidence_id


def list_evidence(owner: str, owner_id: str, claims: Iterable[EvidenceCreate]) -> Iterator[Row]:
    """Rows for the claims under one record; `owner` names its kind."""
    for number, claim in enumerate(claims, 1):
        own = {"id": to_evidence_id(owner, owner_id, number), f"{owner}_id": owner_id}
        yield Row(table_of(Evidence), vars(claim) | own)


def list_source_rows(source: SourceCreate, stamp: Stamp) -> Iterator[Row]:
    """The source's one row."""
    yield Row(table_of(Source), vars(source) | {"revision": stamp.number})
