"""Routes of feeds."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.feeds.freshness import FeedPublic, list_feeds
from app.parameters import AsOf, Today
from app.problems import PROBLEMS_OF_LIST
from app.revisions.parameters import CatalogueAt

router = APIRouter(prefix="/v1/feeds", tags=["events"])


class FeedList(BaseModel):
    """The feeds of coded events."""

    items: list[FeedPublic] = Field(description="Feeds, by name; none when none was imported")


@router.get("", operation_id="list_feeds", summary="List feeds", responses=PROBLEMS_OF_LIST)
def list_all(catalogue: CatalogueAt, today: Today, as_of: AsOf = None) -> FeedList:
    """Feeds of coded events: how fresh they are, what came of their rows, what is missing."""
    return FeedList(items=list_feeds(catalogue.open(), as_of or today))
