"""The route that retracts what feeds reported."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field, field_validator
from starlette.responses import Response

from app.answers.once import Answer
from app.bodies import Body, read_record
from app.coding.cells import MAX_ID, to_id
from app.events.write import CATALOGUE_FEED
from app.feeds.retract import retract
from app.fields import Key, Line, StrictShape
from app.problems import PROBLEMS_OF_CREATE
from app.records.change import Desk, validate
from app.records.parameters import Writing, writing
from app.records.routes import describe_body

router = APIRouter(prefix="/v1/events/retractions", tags=["events"])
MOST_IDS = 10_000
FeedId = Annotated[str, Field(min_length=1, max_length=MAX_ID), AfterValidator(to_id)]


class RetractionCreate(StrictShape):
    """Reports of a feed that are not to count any more."""

    feed: Key = Field(description="The feed that reported them", examples=["icews"])
    ids: list[FeedId] = Field(
        min_length=1,
        max_length=MOST_IDS,
        description=f"The feed's own ids, up to {MOST_IDS}; some may be of reports still to come",
        examples=[["32889836"]],
    )
    reason: Line = Field(description="Why, for the change feed", examples=["Withdrawn by ICEWS"])

    @field_validator("feed")
    @classmethod
    def _is_a_feed(cls, feed: str) -> str:
        if feed == CATALOGUE_FEED:
            raise ValueError("events of editors are no feed; delete them singly")
        return feed


class RetractionPublic(BaseModel):
    """What a retraction did."""

    feed: str = Field(description="The feed")
    new: int = Field(description="Ids that were retracted now", examples=[1])
    known: int = Field(description="Ids that had been retracted before, left as they were")
    reports: int = Field(description="Reports on record that had the new ids", examples=[1])
    revision: int | None = Field(
        description="The revision that it made; null when all ids had been retracted before"
    )


@router.post(
    "",
    operation_id="retract_events",
    summary="Retract events of a feed",
    response_model=RetractionPublic,
    responses=PROBLEMS_OF_CREATE,
    openapi_extra=describe_body("RetractionCreate", ("application/json",)),
)
def retract_events(
    write: Annotated[Writing, Depends(writing("write", "ingest"))],
    body: Annotated[Body, Depends(read_record)],
) -> Response:
    """Takes reports of a feed out of every score, by the feed's own ids, in any order with them.

    Another report of the same event stands in, if there is one. The same retraction again changes
    nothing. Events that editors wrote are deleted singly instead.
    """
    asked: RetractionCreate = validate(RetractionCreate, body.content)

    def work(desk: Desk) -> Answer:
        done = retract(
            desk.door.session,
            asked.feed,
            asked.ids,
            reason=asked.reason,
            now=write.post.now,
            principal=write.post.principal,
        )
        shown = RetractionPublic(
            feed=asked.feed,
            new=done.new,
            known=done.known,
            reports=done.reports,
            revision=done.revision,
        )
        return Answer(200, shown.model_dump_json().encode())

    return write.run(work, body)
