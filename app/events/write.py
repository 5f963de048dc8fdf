"""The rows of events of the catalogue's own feed."""

from collections.abc import Iterator

from app.events.models import Event, EventCreate
from app.rows import Row, Stamp, table_of

CATALOGUE_FEED = "catalogue"


def event_id(event: EventCreate) -> str:
    """The id of an event of the catalogue's own feed."""
    return f"{CATALOGUE_FEED}.{event.key}"


def list_event_rows(event: EventCreate, stamp: Stamp) -> Iterator[Row]:
    """The event's one row."""
    own = {"id": event_id(event), "feed": CATALOGUE_FEED, "revision": stamp.number}
    yield Row(table_of(Event), vars(event) | own)
