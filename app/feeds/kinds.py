"""Feeds are imported report by report or loaded rolled up, never both: nothing counts twice."""

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.errors import Fault, InvalidCatalogue
from app.feeds.models import DyadDay, EventImport


def check_import(session: Session, feed: str, file_name: str) -> None:
    """Raises InvalidCatalogue for a feed whose roll-up was loaded."""
    if is_rolled_up(session, feed):
        detail = (
            f"the feed {feed} was loaded rolled up, which leaves no room for single reports; "
            "import this file under another name of a feed, or roll it up with the others"
        )
        raise InvalidCatalogue((Fault("", detail, file=file_name),))


def check_rollup(session: Session, feed: str, file_name: str) -> None:
    """Raises InvalidCatalogue for a feed of which reports were or are being imported."""
    at_work = col(EventImport.state).in_(("queued", "running"))
    query = select(EventImport.id).where(
        col(EventImport.feed) == feed, or_(col(EventImport.next_row) > 0, at_work)
    )
    if session.exec(query.limit(1)).first() is not None:
        detail = (
            f"reports of the feed {feed} were imported or are waiting to be, and would count "
            "twice; roll up files of other days only, under another name: "
            "entente events rollup --feed NAME --format FORMAT"
        )
        raise InvalidCatalogue((Fault("", detail, file=file_name),))


def check_retraction(session: Session, feed: str, file_name: str | None = None) -> None:
    """Raises InvalidCatalogue for a feed whose roll-up was loaded."""
    if is_rolled_up(session, feed):
        detail = (
            f"the feed {feed} was loaded rolled up and has no single reports; roll its files up "
            "again with: entente events rollup --without FILE"
        )
        raise InvalidCatalogue((Fault("", detail, file=file_name),))


def is_rolled_up(session: Session, feed: str, revision: int | None = None) -> bool:
    """Whether the roll-up of a feed was loaded, by that revision or ever."""
    query = select(DyadDay.revision).where(col(DyadDay.feed) == feed)
    if revision is not None:
        query = query.where(col(DyadDay.revision) <= revision)
    return session.exec(query.limit(1)).first() is not None
