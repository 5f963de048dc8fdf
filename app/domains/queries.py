"""Reading the domain tree."""

from app.domains.models import DomainCreate
from app.revisions.snapshot import Snapshot


def list_domains(snapshot: Snapshot) -> dict[str, DomainCreate]:
    """The whole tree, by id: every domain after the one above it."""
    return snapshot.share(_read_domains, ("domain",))


def _read_domains(snapshot: Snapshot) -> dict[str, DomainCreate]:
    return snapshot.documents("domain", DomainCreate)
