"""Routes of priorities."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.actors.models import PriorityPublic
from app.actors.present import to_priority
from app.actors.queries import list_actors, list_priorities
from app.conditional import name_record
from app.errors import NotFound, UnknownReference
from app.pagination import fingerprint, paginate
from app.parameters import FIRST_PAGE, AsOf, CursorText, Limit, Today, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.revisions.parameters import CatalogueAt
from app.scoring import facts

router = APIRouter(prefix="/v1/priorities", tags=["priorities"])


class PriorityPage(BaseModel):
    """One page of priorities."""

    items: list[PriorityPublic] = Field(description="Priorities, by id")
    next_cursor: str | None = Field(description="Pass it as cursor for the next page; null: last")


@router.get(
    "", operation_id="list_priorities", summary="List priorities", responses=PROBLEMS_OF_LIST
)
def list_all(
    request: Request,
    response: Response,
    catalogue: CatalogueAt,
    today: Today,
    actor: Annotated[
        str | SkipJsonSchema[None],
        Query(
            description="Only priorities of this actor",
            openapi_examples=choices(("Japan's", "JPN"), ("Anyone's", None)),
        ),
    ] = None,
    as_of: AsOf = None,
    limit: Limit = 20,
    cursor: Annotated[CursorText, Query(openapi_examples=FIRST_PAGE)] = None,
) -> PriorityPage:
    """What actors have said matters to them, as known on the day asked for, by id."""
    snapshot, day = catalogue.open(), as_of or today
    if actor is not None and actor not in list_actors(snapshot):
        raise UnknownReference("actor", "/query/actor")
    found = {
        row_id: facts.with_evidence_until(stated, day)
        for row_id, stated in list_priorities(snapshot).items()
        if actor in (None, stated.actor_id) and facts.visible([stated], day)
    }
    bound_to = fingerprint({"priorities": [actor, as_of]})
    page, next_cursor = paginate(found, limit, cursor, bound_to)
    add_next_link(request, response, next_cursor)
    return PriorityPage(items=[to_priority(p) for p in page], next_cursor=next_cursor)


@router.get(
    "/{priority_id}",
    operation_id="get_priority",
    summary="Show one priority",
    responses=PROBLEMS_OF_ITEM,
)
def get_one(
    request: Request,
    catalogue: CatalogueAt,
    today: Today,
    priority_id: Annotated[
        str,
        Path(
            description="Who, about what, when",
            openapi_examples=choices(
                ("Japan on joint exercises", "JPN.security.joint-exercises.2019-11-17")
            ),
        ),
    ],
    as_of: AsOf = None,
) -> PriorityPublic:
    """One priority with the evidence known on the day asked for."""
    snapshot, day = catalogue.open(), as_of or today
    entry = snapshot.get("priority", priority_id)
    stated = list_priorities(snapshot)[priority_id]
    if not facts.visible([stated], day):
        raise NotFound("priority", not_on_record_that_day=True)
    name_record(request, entry.number)
    return to_priority(facts.with_evidence_until(stated, day))
