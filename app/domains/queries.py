"""Reading the domain tree."""

from sqlmodel import Session, col, select

from app.domains.models import Domain


def list_domains(session: Session) -> list[Domain]:
    """The whole tree, by id: every domain after the one above it."""
    return list(session.exec(select(Domain).order_by(col(Domain.id))).all())
