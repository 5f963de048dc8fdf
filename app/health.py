"""Health: whether the process lives, and whether it can answer."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.listings.service import ListService
from app.problems import PROBLEMS_OF_READINESS
from app.schema import check_ready

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process lives."""

    status: Literal["alive"] = Field(default="alive", description="Always alive")


class Ready(BaseModel):
    """The service can answer."""

    status: Literal["ready"] = Field(default="ready", description="Always ready")
    revision: int = Field(description="Latest revision of the catalogue", examples=[57])
    proposals: int = Field(description="Number of proposals in the index", examples=[18])


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
    """Answers 200 when the schema fits this version and the ranking index is loaded."""
    check_ready(request.app.state.engine)
    lists: ListService = request.app.state.lists
    index = lists.find_current() or lists.refresh()
    return Ready(revision=index.view.revision, proposals=len(index.table))
