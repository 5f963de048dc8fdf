"""Routes of sources."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from app.conditional import name_record
from app.pagination import encode_cursor, fingerprint, paginate
from app.parameters import CursorText, Limit, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.revisions.parameters import CatalogueAt
from app.sources.models import SourceBase, SourceCreate, SourcePublic
from app.sources.queries import list_sources

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
    catalogue: CatalogueAt,
    limit: Limit = 20,
    cursor: Annotated[CursorText, Query(openapi_examples=_CURSOR_EXAMPLES)] = None,
) -> SourcePage:
    """Publications that evidence was taken from, each with its Admiralty reliability, by id."""
    page, next_cursor = paginate(list_sources(catalogue.open()), limit, cursor, BOUND_TO)
    add_next_link(request, response, next_cursor)
    return SourcePage(items=[_to_public(s) for s in page], next_cursor=next_cursor)


@router.get(
    "/{source_id}", operation_id="get_source", summary="Show one source", responses=PROBLEMS_OF_ITEM
)
def get_one(
    request: Request,
    catalogue: CatalogueAt,
    source_id: Annotated[
        str,
        Path(
            description="Slug of the source",
            openapi_examples=choices(("The first article", "diplomat-2021-04-29")),
        ),
    ],
) -> SourcePublic:
    """One publication."""
    entry = catalogue.open().get("source", source_id)
    name_record(request, entry.number)
    return _to_public(entry.read(SourceCreate))


def _to_public(source: SourceBase) -> SourcePublic:
    return SourcePublic(**source.model_dump())
