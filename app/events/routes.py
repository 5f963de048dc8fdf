"""Routes of events."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from app.conditional import name_record
from app.db import read_session
from app.errors import NotFound
from app.events.lists import EventQuery, list_page
from app.events.models import EventPublic
from app.events.present import to_edited, to_reported
from app.events.queries import list_events
from app.events.write import CATALOGUE_FEED
from app.feeds.queries import get_event
from app.parameters import FIRST_PAGE, AsOf, CursorText, Limit, Today, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.revisions.parameters import CatalogueAt
from app.scoring import facts

router = APIRouter(prefix="/v1/events", tags=["events"])


class EventPage(BaseModel):
    """One page of events."""

    items: list[EventPublic] = Field(description="Events, in order")
    next_cursor: str | None = Field(description="Pass it as cursor for the next page; null: last")


@router.get("", operation_id="list_events", summary="List events", responses=PROBLEMS_OF_LIST)
def list_all(
    request: Request,
    response: Response,
    catalogue: CatalogueAt,
    today: Today,
    query: Annotated[EventQuery, Depends()],
    limit: Limit = 20,
    cursor: Annotated[CursorText, Query(openapi_examples=FIRST_PAGE)] = None,
) -> EventPage:
    """Acts between actors, as known on the day asked for: those of editors, then those of feeds.

    Editors' events come by id, those of feeds by feed, day and the feed's own id. However many
    reports a feed has of one day, dyad, code and publisher, they are one event.
    """
    items, next_cursor = list_page(catalogue.open(), query, today, limit, cursor)
    add_next_link(request, response, next_cursor)
    return EventPage(items=items, next_cursor=next_cursor)


@router.get(
    "/{event_id}", operation_id="get_event", summary="Show one event", responses=PROBLEMS_OF_ITEM
)
def get_one(
    request: Request,
    catalogue: CatalogueAt,
    today: Today,
    event_id: Annotated[
        str,
        Path(
            description="Id of the event",
            openapi_examples=choices(("A meeting", "catalogue.ministers-in-nagoya")),
        ),
    ],
    as_of: AsOf = None,
) -> EventPublic:
    """One event with the report that it rests on."""
    snapshot, day = catalogue.open(), as_of or today
    if not event_id.startswith(f"{CATALOGUE_FEED}."):
        with read_session(catalogue.engine) as session:
            found = get_event(session, event_id, snapshot.revision, day)
        name_record(request, found.report.revision)
        return to_reported(found)
    entry = snapshot.get("event", event_id)
    event = list_events(snapshot)[event_id]
    if not facts.visible([event], day):
        raise NotFound("event", not_on_record_that_day=True)
    name_record(request, entry.number)
    return to_edited(event)
