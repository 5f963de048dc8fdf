"""Routes of forecasts and of the runs that they rest on."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.coding.plover import EventType
from app.forecasting.runs import Side
from app.forecasts.models import RunRecord
from app.forecasts.queries import UsedRun, get_run, list_runs
from app.forecasts.show import ForecastPublic, ForecastQuestion, Horizon, show_forecast
from app.parameters import AsOf, Today, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.revisions.parameters import CatalogueAt

router = APIRouter(prefix="/v1/forecasts", tags=["forecasts"])


class RunSummary(BaseModel):
    """One training: what was learned from which days."""

    id: str = Field(description="Id of the run", examples=["run-616"])
    recorded_at: datetime = Field(description="When it was stored")
    revision: int = Field(description="Revision that it was stored with")
    model: str = Field(description="Version of the model", examples=["entente-forecast/1"])
    first_on: date = Field(description="First day that it was learned from")
    last_on: date = Field(description="Last day that it was learned from")
    events: int = Field(description="Acts that it was learned from")
    dyads: int = Field(description="Ordered pairs of top-level actors that had any")
    targets: int = Field(description="Kinds of forecasts that it can make")


class RunList(BaseModel):
    """The runs."""

    items: list[RunSummary] = Field(
        description="Runs, the one stored last first. A day goes by the run that was learned from "
        "the latest days up to it"
    )


class RunPublic(RunSummary):
    """One run with all its figures."""

    record: RunRecord = Field(description="Everything that was learned")


@router.get("", operation_id="show_forecast", summary="Forecast a dyad", responses=PROBLEMS_OF_ITEM)
def show_one(
    catalogue: CatalogueAt,
    today: Today,
    actor: Annotated[
        str,
        Query(
            description="Id of the actor that would act; it counts as the top-level actor that it "
            "belongs to",
            openapi_examples=choices(("Japan", "JPN")),
        ),
    ],
    recipient: Annotated[
        str,
        Query(
            description="Id of the actor it would act towards",
            openapi_examples=choices(("South Korea", "KOR")),
        ),
    ],
    event_type: Annotated[
        EventType | SkipJsonSchema[None],
        Query(
            description="PLOVER event type; any cooperative event if left out",
            openapi_examples=choices(("Any cooperative event", None), ("Talks", "CONSULT")),
        ),
    ] = None,
    horizon_days: Annotated[
        Horizon, Query(description="Days ahead, from the day after as_of on")
    ] = 30,
    side: Annotated[
        Side, Query(description="Who is to act: the actor, or either of the two")
    ] = "actor",
    as_of: AsOf = None,
    run: Annotated[
        str | SkipJsonSchema[None],
        Query(
            max_length=40,
            description="Id of the run to go by, though it be hindsight; that learned from the "
            "latest days up to as_of if left out",
            openapi_examples=choices(("That of the latest days", None)),
        ),
    ] = None,
) -> ForecastPublic:
    """The calibrated probability of an event within some days, taken apart.

    Each act of the past has a share of the events to expect, by a Hawkes process that was learned
    from feeds; what is expected becomes a probability by how often such forecasts came about. Too
    little history is unknown, never unlikely.
    """
    asked = ForecastQuestion(actor, recipient, event_type, horizon_days, side, as_of or today, run)
    return show_forecast(catalogue.open(), asked)


@router.get(
    "/runs", operation_id="list_forecast_runs", summary="List runs", responses=PROBLEMS_OF_LIST
)
def list_all(catalogue: CatalogueAt) -> RunList:
    """What was learned from feeds, and when; `entente forecast train` makes a run."""
    return RunList(items=[_to_summary(used) for used in list_runs(catalogue.open())])


@router.get(
    "/runs/{run_id}",
    operation_id="get_forecast_run",
    summary="Show one run",
    responses=PROBLEMS_OF_ITEM,
)
def get_one(
    catalogue: CatalogueAt,
    run_id: Annotated[str, Path(description="Id of the run", examples=["run-616"])],
) -> RunPublic:
    """One run with all its figures: the rates, and how good each kind of forecast was."""
    used = get_run(catalogue.open(), run_id)
    return RunPublic(**_to_summary(used).model_dump(), record=used.record)


def _to_summary(used: UsedRun) -> RunSummary:
    record = used.record
    return RunSummary(
        id=used.id,
        recorded_at=used.recorded_at,
        revision=used.revision,
        model=record.model,
        first_on=record.first_on,
        last_on=record.last_on,
        events=record.events,
        dyads=record.dyads,
        targets=len(record.calibrations),
    )
