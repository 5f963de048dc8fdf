"""Routes of dyads."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from app.errors import Fault, InvalidParameters
from app.events.chart import to_svg
from app.events.dyads import DyadPublic, DyadQuestion, Step, begin_of_coverage, show_dyad
from app.fields import Day
from app.negotiation import choose_media_type
from app.parameters import AsOf, Today, choices
from app.problems import PROBLEMS_OF_CHART
from app.revisions.parameters import CatalogueAt

JSON, SVG = "application/json", "image/svg+xml"
router = APIRouter(prefix="/v1/dyads", tags=["events"])


@router.get(
    "/{actor_id}/{recipient_id}",
    operation_id="show_dyad",
    summary="Show what one actor did towards another",
    response_model=DyadPublic,
    responses=PROBLEMS_OF_CHART | {200: {"content": {SVG: {"schema": {"type": "string"}}}}},
)
def show_one(
    request: Request,
    response: Response,
    catalogue: CatalogueAt,
    today: Today,
    actor_id: Annotated[
        str,
        Path(
            description="Id of the actor that acted; those that belong to it count for it",
            openapi_examples=choices(("Japan", "JPN")),
        ),
    ],
    recipient_id: Annotated[
        str,
        Path(
            description="Id of the actor it acted towards; those that belong to it count for it",
            openapi_examples=choices(("South Korea", "KOR")),
        ),
    ],
    step: Annotated[Step, Query(description="Length of the points of the series")] = "month",
    since: Annotated[
        Day | SkipJsonSchema[None],
        Query(
            description="First day of the series (YYYY-MM-DD); that of the coverage if left out",
            openapi_examples=choices(("Since 2018", "2018-01-01"), ("The last year", None)),
        ),
    ] = None,
    as_of: AsOf = None,
) -> DyadPublic | Response:
    """Cooperation and conflict over time, never netted; what weighs most now; and the coverage.

    Events of editors and of feeds count, each once. How many there are follows how much is written
    about a pair: look at `coverage` before you compare dyads. With `Accept: image/svg+xml` it
    comes as a chart.
    """
    media_type = choose_media_type(request.headers.get("accept"), (JSON, SVG))
    until = as_of or today
    begin = since or begin_of_coverage(until)
    if begin > until:
        raise InvalidParameters((Fault("/query/since", "It lies after as_of."),))
    asked = DyadQuestion(actor_id, recipient_id, begin, until, step)
    dyad = show_dyad(catalogue.open(), asked)
    response.headers["Vary"] = "Accept"
    if media_type == SVG:
        return Response(to_svg(dyad), media_type=SVG, headers={"Vary": "Accept"})
    return dyad
