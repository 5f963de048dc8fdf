"""Routes of sources."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from app.db import ReadSession
from app.errors import NotFound
from app.pagination import decode_cursor, encode_cursor, fingerprint
from app.parameters import CursorText, Limit, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.sources.models import Source, SourcePublic
from app.sources.queries import find_source, list_sources

router = APIRouter(prefix="/v1/sources", tags=["sources"])
BOUND_TO = fingerprint({"sources": []})
_CURSOR_EXAMPLES = choices(
    ("First page", None),
    ("After the first article", encode_cursor(("diplomat-2021-04-29",), BOUND_TO)),
)


class SourcePage(BaseModel):
    """One page of sources."""

    items: list[SourcePublic] = Field(description="Sources, by id")
    next_cursor: str | None = Field(description="Pass it as cursor for the next page; null: last")


@router.get("", operation_id="list_sources", summary="List sources", responses=PROBLEMS_OF_LIST)
def list_all(
    request: Request,
    response: Response,
    session: ReadSession,
    limit: Limit = 20,
    cursor: Annotated[CursorText, Query(openapi_examples=_CURSOR_EXAMPLES)] = None,
) -> SourcePage:
    """Publications that evidence was taken from, each with its Admiralty reliability, by id."""
    after = decode_cursor(cursor, BOUND_TO, (str,))[0] if cursor else None
    after_id = None if after is None else str(after)
    found = list_sources(session, after_id=after_id, limit=limit + 1)
    page = found[:limit]
    next_cursor = encode_cursor((page[-1].id,), BOUND_TO) if len(found) > limit else None
    add_next_link(request, response, next_cursor)
    return SourcePage(items=[_to_public(s) for s in page], next_cursor=next_cursor)


@router.get(
    "/{source_id}", operation_id="get_source", summary="Show one source", responses=PROBLEMS_OF_ITEM
)
def get_one(
    session: ReadSession,
    source_id: Annotated[
        str,
        Path(
            description="Slug of the source",
            openapi_examples=choices(("The first article", "diplomat-2021-04-29")),
        ),
    ],
) -> SourcePublic:
    """One publication."""
    source = find_source(session, source_id)
    if source is None:
        raise NotFound("source")
    return _to_public(source)


def _to_public(source: Source) -> SourcePublic:
    return SourcePublic(**source.model_dump(exclude={"revision"}))
