"""Health: whether the process lives, and whether it can answer."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.errors import Stopping
from app.feeds.freshness import FeedUsed
from app.listings.service import ListService
from app.problems import PROBLEMS_OF_READINESS
from app.reach import DATABASE_ERRORS, is_unavailable
from app.schema import check_ready

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process lives."""

    status: Literal["alive"] = Field(default="alive", description="Always alive")


class Ready(BaseModel):
    """The service can answer."""

    status: Literal["ready"] = Field(default="ready", description="Always ready")
    revision: int = Field(description="Revision of the catalogue that lists show", examples=[57])
    proposals: int = Field(description="Number of proposals in the index", examples=[18])
    warnings: list[str] = Field(
        description="What an operator should look at, though the service answers",
        examples=[["Feed icews last told of 2021-04-20, 10 days ago."]],
    )


@router.get("/healthz", operation_id="health", summary="Is the process alive?")
async def get_health() -> Alive:
    """Answers as long as the process can; says nothing of the database."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="readiness",
    summary="Can it answer?",
    responses=PROBLEMS_OF_READINESS,
)
def get_readiness(request: Request) -> Ready:
    """Answers 200 when the schema fits this version and the ranking index is loaded.

    While the database cannot be reached it stays ready with a warning, as long as it has an index
    of today: reads are answered from that. A service that was asked to end is not ready.
    """
    state = request.app.state
    if state.stopping:
        raise Stopping
    lists: ListService = state.lists
    warnings = []
    try:
        with lists.reach.asking():
            check_ready(state.engine)
    except DATABASE_ERRORS as error:
        if lists.find_last() is None or not is_unavailable(error):
            raise
        warnings.append("The database cannot be reached; reads show the last revision known here.")
    index = lists.find_usable()
    warnings += [_describe(used) for used in index.feeds if used.stale or used.incomplete]
    return Ready(revision=index.view.revision, proposals=len(index.table), warnings=warnings)


def _describe(used: FeedUsed) -> str:
    told = f"Feed {used.feed} last told of {used.last_on}, {used.lag_days} days ago"
    return f"{told}; a file of it is not whole." if used.incomplete else f"{told}."
