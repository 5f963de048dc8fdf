"""The feed of changes."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.parameters import choices
from app.problems import PROBLEMS_OF_LIST
from app.revisions.models import ChangePage, Resource
from app.revisions.parameters import CatalogueNow
from app.revisions.queries import list_changes

router = APIRouter(prefix="/v1/changes", tags=["changes"])
LARGEST_NUMBER = 2**31 - 1


@router.get("", operation_id="list_changes", summary="Follow changes", responses=PROBLEMS_OF_LIST)
def list_all(
    catalogue: CatalogueNow,
    resource: Annotated[
        list[Resource],
        Query(
            default_factory=list,
            description="Only changes of these kinds of records. Repeatable",
            openapi_examples=choices(("Any kind", None), ("Proposals", ["proposal"])),
        ),
    ],
    after: Annotated[
        int,
        Query(
            ge=0,
            le=LARGEST_NUMBER,
            description="Number of the last revision that you have; 0 for all",
        ),
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="Most changes wanted, 1 to 500")] = 100,
) -> ChangePage:
    """Every change of the catalogue in order, without gaps: ask again with `next_after`.

    A revision is visible to everyone once its number is, so whoever polls misses none and sees
    none twice.
    """
    return list_changes(catalogue.engine, after, limit, tuple(resource))
