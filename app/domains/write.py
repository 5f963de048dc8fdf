"""Writing domains."""

from sqlmodel import Session

from app.domains.models import Domain, DomainCreate


def write_domain(session: Session, domain: DomainCreate, revision: int) -> None:
    """Creates the domain or replaces it; the one above it must be there."""
    above, _, _ = domain.id.rpartition(".")
    session.merge(
        Domain(
            id=domain.id,
            name=domain.name,
            description=domain.description,
            parent_id=above or None,
            revision=revision,
        )
    )
    session.flush()
