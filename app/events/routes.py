"""Routes of events."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.actors.queries import list_actors, to_lineages
from app.coding.plover import EventType
from app.conditional import name_record
from app.errors import NotFound, UnknownReference
from app.events.models import EventPublic
from app.events.queries import list_events
from app.pagination import fingerprint, paginate
from app.parameters import FIRST_PAGE, AsOf, CursorText, Limit, Today, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.revisions.parameters import CatalogueAt
from app.scoring import facts
from app.sources.present import to_evidence

router = APIRouter(prefix="/v1/events", tags=["events"])


class EventPage(BaseModel):
    """One page of events."""

    items: list[EventPublic] = Field(description="Events, by id")
    next_cursor: str | None = Field(description="Pass it as cursor for the next page; null: last")


@router.get("", operation_id="list_events", summary="List events", responses=PROBLEMS_OF_LIST)
def list_all(
    request: Request,
    response: Response,
    catalogue: CatalogueAt,
    today: Today,
    actor: Annotated[
        str | SkipJsonSchema[None],
        Query(
            description="Only events in which this actor, or one that belongs to it, took part",
            openapi_examples=choices(("Japan", "JPN"), ("Anyone", None)),
        ),
    ] = None,
    event_type: Annotated[
        EventType | SkipJsonSchema[None],
        Query(
            description="Only events of this PLOVER type",
            openapi_examples=choices(("Any type", None), ("Talks", "CONSULT")),
        ),
    ] = None,
    as_of: AsOf = None,
    limit: Limit = 20,
    cursor: Annotated[CursorText, Query(openapi_examples=FIRST_PAGE)] = None,
) -> EventPage:
    """Acts between actors, as known on the day asked for, by id."""
    snapshot, day = catalogue.open(), as_of or today
    actors = list_actors(snapshot)
    if actor is not None and actor not in actors:
        raise UnknownReference("actor", "/query/actor")
    lineages = to_lineages(actors)
    found = {
        event_id: event
        for event_id, event in list_events(snapshot).items()
        if event_type in (None, event.event_type)
        and (actor is None or actor in lineages[event.actor_id] + lineages[event.recipient_id])
        and facts.visible([event], day)
    }
    bound_to = fingerprint({"events": [actor, event_type, as_of]})
    page, next_cursor = paginate(found, limit, cursor, bound_to)
    add_next_link(request, response, next_cursor)
    return EventPage(items=[_to_public(e) for e in page], next_cursor=next_cursor)


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
            description="Feed and key of the event",
            openapi_examples=choices(("A meeting", "catalogue.ministers-in-nagoya")),
        ),
    ],
    as_of: AsOf = None,
) -> EventPublic:
    """One event with the report that it rests on."""
    snapshot = catalogue.open()
    entry = snapshot.get("event", event_id)
    event = list_events(snapshot)[event_id]
    if not facts.visible([event], as_of or today):
        raise NotFound("event", not_on_record_that_day=True)
    name_record(request, entry.number)
    return _to_public(event)


def _to_public(event: facts.Event) -> EventPublic:
    return EventPublic(
        id=event.ref.partition(":")[2],
        ref=event.ref,
        actor_id=event.actor_id,
        recipient_id=event.recipient_id,
        event_type=event.event_type,
        intensity=event.intensity,
        summary=event.summary,
        happened_on=event.own_day,
        evidence=[to_evidence(e) for e in event.evidence],
    )
