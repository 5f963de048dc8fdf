"""Writing events of the catalogue's own feed."""

from sqlmodel import Session

from app.events.models import Event, EventCreate
from app.revisions.models import Revision

CATALOGUE_FEED = "catalogue"


def event_id(event: EventCreate) -> str:
    """The id of an event of the catalogue's own feed."""
    return f"{CATALOGUE_FEED}.{event.key}"


def write_event(session: Session, event: EventCreate, revision: Revision) -> None:
    """Creates the event or replaces it."""
    session.merge(
        Event(
            id=event_id(event),
            feed=CATALOGUE_FEED,
            revision=revision.number,
            **event.model_dump(exclude={"key"}),
        )
    )
