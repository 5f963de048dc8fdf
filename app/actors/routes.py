"""Routes of actors."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.actors.models import (
    Actor,
    ActorDetail,
    ActorKind,
    ActorMatch,
    ActorNamePublic,
    ActorPublic,
)
from app.actors.present import to_fact, to_public
from app.actors.queries import find_actor, list_actors, list_names, list_priorities
from app.actors.resolve import resolve
from app.db import ReadSession
from app.errors import NotFound, UnknownReference
from app.pagination import decode_cursor, encode_cursor, fingerprint
from app.parameters import AsOf, CursorText, Limit, Today, Words, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.scoring import facts
from app.sources.queries import group_evidence

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
    session: ReadSession,
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
    if parent is not None and find_actor(session, parent) is None:
        raise UnknownReference("actor", "/query/parent")
    bound_to = _bind(kind, parent)
    after = decode_cursor(cursor, bound_to, (str,))[0] if cursor else None
    found = list_actors(
        session,
        kind=kind,
        parent_id=parent,
        after_id=None if after is None else str(after),
        limit=limit + 1,
    )
    page = found[:limit]
    next_cursor = encode_cursor((page[-1].id,), bound_to) if len(found) > limit else None
    add_next_link(request, response, next_cursor)
    return ActorPage(items=[_to_public(a) for a in page], next_cursor=next_cursor)


@router.get(
    "/resolve",
    operation_id="resolve_actor",
    summary="Find actors by name",
    responses=PROBLEMS_OF_LIST,
)
def resolve_name(
    session: ReadSession,
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
    matches = resolve(name, list_names(session), limit)
    actors = {m.actor_id: find_actor(session, m.actor_id) for m in matches}
    return ActorMatches(
        items=[
            ActorMatch(
                actor=_to_public(actor),
                matched_name=m.matched_name,
                matched_kind=m.matched_kind,
                confidence=m.confidence,
            )
            for m in matches
            if (actor := actors[m.actor_id]) is not None
        ]
    )


@router.get(
    "/{actor_id}", operation_id="get_actor", summary="Show one actor", responses=PROBLEMS_OF_ITEM
)
def get_one(
    session: ReadSession,
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
    actor = find_actor(session, actor_id)
    if actor is None:
        raise NotFound("actor")
    rows = list_priorities(session, actor_id)
    claims = group_evidence(session, of_priorities=[row.id for row in rows])
    stated = [to_fact(row, claims) for row in rows]
    day = as_of or today
    known = facts.visible(stated, day)
    return ActorDetail(
        **dict(_to_public(actor, day)),
        names=[ActorNamePublic(name=n.name, kind=n.kind) for n in list_names(session, actor_id)],
        affiliates=[_to_public(a, day) for a in list_actors(session, parent_id=actor_id)],
        priorities=[to_public(facts.with_evidence_until(p, day)) for p in reversed(known)],
    )


def _to_public(actor: Actor, day: date | None = None) -> ActorPublic:
    """An actor as it is shown; what comes after `day`, if one is given, is left out."""
    shown = ActorPublic(**actor.model_dump(exclude={"revision"}))
    if day is None:
        return shown
    return shown.model_copy(
        update={
            "office_from_on": facts.until(actor.office_from_on, day),
            "office_to_on": facts.until(actor.office_to_on, day),
        }
    )
