"""Writing domains."""

from sqlmodel import Session

from app.domains.models import Domain, DomainCreate
from app.revisions.models import Revision


def write_domain(session: Session, domain: DomainCreate, revision: Revision) -> None:
    """Creates the domain or replaces it; the one above it must be there."""
    session.merge(
        Domain(**domain.model_dump(), parent_id=domain.parent_id, revision=revision.number)
    )
