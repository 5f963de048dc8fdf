"""Writing events of the catalogue's own feed."""

from sqlmodel import Session

from app.events.models import Event, EventCreate

CATALOGUE_FEED = "catalogue"


def event_id(event: EventCreate) -> str:
    """The id of an event of the catalogue's own feed."""
    return f"{CATALOGUE_FEED}.{event.key}"


def write_event(session: Session, event: EventCreate, revision: int) -> None:
    """Creates the event or replaces it."""
    session.merge(
        Event(
            id=event_id(event),
            feed=CATALOGUE_FEED,
            actor_id=event.actor,
            recipient_id=event.recipient,
            source_id=event.source,
            revision=revision,
            **event.model_dump(exclude={"key", "actor", "recipient", "source"}),
        )
    )
