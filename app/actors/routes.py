"""Routes of actors."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.actors.models import (
    ActorCreate,
    ActorDetail,
    ActorKind,
    ActorMatch,
    ActorNamePublic,
    ActorPublic,
)
from app.actors.present import to_actor, to_priority
from app.actors.queries import list_actors, list_names, list_priorities
from app.actors.resolve import resolve
from app.conditional import name_record
from app.errors import UnknownReference
from app.pagination import encode_cursor, fingerprint, paginate
from app.parameters import AsOf, CursorText, Limit, Today, Words, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.revisions.parameters import CatalogueAt
from app.scoring import facts

router = APIRouter(prefix="/v1/actors", tags=["actors"])


def _bind(kind: ActorKind | None, parent: str | None) -> str:
    """What a cursor of the list of actors belongs to."""
    return fingerprint({"actors": [kind, parent]})


_CURSOR_EXAMPLES = choices(
    ("First page", None), ("After Japan, of any kind", encode_cursor(("JPN",), _bind(None, None)))
)


class ActorPage(BaseModel):
    """One page of actors."""

    items: list[ActorPublic] = Field(description="Actors, by id")
    next_cursor: str | None = Field(description="Pass it as cursor for the next page; null: last")


class ActorMatches(BaseModel):
    """The actors that a name may mean."""

    items: list[ActorMatch] = Field(description="Matches, best first; empty when nothing is alike")


@router.get("", operation_id="list_actors", summary="List actors", responses=PROBLEMS_OF_LIST)
def list_all(
    request: Request,
    response: Response,
    catalogue: CatalogueAt,
    kind: Annotated[
        ActorKind | SkipJsonSchema[None],
        Query(
            description="Only actors of this kind",
            openapi_examples=choices(("Any kind", None), ("Bodies", "body")),
        ),
    ] = None,
    parent: Annotated[
        str | SkipJsonSchema[None],
        Query(
            description="Only actors that belong directly to this one",
            openapi_examples=choices(("Anyone", None), ("Japan's", "JPN")),
        ),
    ] = None,
    limit: Limit = 20,
    cursor: Annotated[CursorText, Query(openapi_examples=_CURSOR_EXAMPLES)] = None,
) -> ActorPage:
    """States, organisations, bodies, persons and groups, by id."""
    actors = list_actors(catalogue.open())
    if parent is not None and parent not in actors:
        raise UnknownReference("actor", "/query/parent")
    found = {
        actor_id: actor
        for actor_id, actor in actors.items()
        if kind in (None, actor.kind) and parent in (None, actor.parent_id)
    }
    page, next_cursor = paginate(found, limit, cursor, _bind(kind, parent))
    add_next_link(request, response, next_cursor)
    return ActorPage(items=[to_actor(a) for a in page], next_cursor=next_cursor)


@router.get(
    "/resolve",
    operation_id="resolve_actor",
    summary="Find actors by name",
    responses=PROBLEMS_OF_LIST,
)
def resolve_name(
    catalogue: CatalogueAt,
    name: Annotated[
        Words,
        Query(
            description=(
                "A name as people write it: official or common name, alias, demonym, alpha-2, "
                "alpha-3, capital, or any of them misspelt"
            ),
            openapi_examples=choices(
                ("Misspelt", "Sauth Korea"), ("Demonym", "Japanese"), ("Code", "kr")
            ),
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=20, description="Most matches wanted, 1 to 20")] = 5,
) -> ActorMatches:
    """The actors that a name may mean, best first; confidence 1 is an exact name."""
    snapshot = catalogue.open()
    actors = list_actors(snapshot)
    names = [spoken for own in list_names(snapshot).values() for spoken in own]
    return ActorMatches(
        items=[
            ActorMatch(
                actor=to_actor(actors[m.actor_id]),
                matched_name=m.matched_name,
                matched_kind=m.matched_kind,
                confidence=m.confidence,
            )
            for m in resolve(name, names, limit)
        ]
    )


@router.get(
    "/{actor_id}", operation_id="get_actor", summary="Show one actor", responses=PROBLEMS_OF_ITEM
)
def get_one(
    request: Request,
    catalogue: CatalogueAt,
    today: Today,
    actor_id: Annotated[
        str,
        Path(
            description="ISO 3166-1 alpha-3 of a state, slug of any other actor",
            openapi_examples=choices(("Japan", "JPN"), ("South Korea", "KOR")),
        ),
    ],
    as_of: AsOf = None,
) -> ActorDetail:
    """One actor with its names, those who belong to it, and its priorities on the day asked for.

    Days in office after that day are not shown.
    """
    snapshot, day = catalogue.open(), as_of or today
    entry = snapshot.get("actor", actor_id)
    actor = entry.read(ActorCreate)
    stated = [p for p in list_priorities(snapshot).values() if p.actor_id == actor_id]
    below = [a for a in list_actors(snapshot).values() if a.parent_id == actor_id]
    name_record(request, entry.number)
    return ActorDetail(
        **dict(to_actor(actor, day)),
        names=[ActorNamePublic(name=n.name, kind=n.kind) for n in list_names(snapshot)[actor_id]],
        affiliates=[to_actor(a, day) for a in below],
        priorities=[
            to_priority(facts.with_evidence_until(p, day))
            for p in reversed(facts.visible(stated, day))
        ],
    )
