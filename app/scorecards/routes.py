"""The route of the scorecard."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic.json_schema import SkipJsonSchema

from app.db import read_session
from app.errors import Fault, InvalidParameters
from app.fields import Day
from app.heavy import heavy
from app.parameters import AsOf, Today, choices
from app.problems import PROBLEMS_OF_LIST
from app.recommendations.dossier import get_dossier
from app.revisions.parameters import CatalogueAt
from app.scorecards.report import MAX_DAYS, ScorecardRequest, list_served, recompute, report
from app.scorecards.shapes import Basis, ScorecardPublic

router = APIRouter(prefix="/v1/scorecard", tags=["scorecard"])
YEAR_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class ScorecardQuery:
    """Which past rankings are looked at, and how they are measured."""

    basis: Annotated[
        Basis,
        Query(
            description=(
                "served: the default rankings kept day by day since this installation began; "
                "recomputed: rankings of past days by what is on record now"
            ),
            openapi_examples=choices(("By what is on record now", "recomputed"), ("Kept", None)),
        ),
    ] = "served"
    first: Annotated[
        Day | SkipJsonSchema[None],
        Query(
            alias="from",
            description="First day; a year before the last by default",
            openapi_examples=choices(("2020", "2020-01-01"), ("A year ago", None)),
        ),
    ] = None
    last: Annotated[
        Day | SkipJsonSchema[None],
        Query(
            alias="to",
            description="Last day; as_of by default",
            openapi_examples=choices(("Spring 2021", "2021-04-30"), ("as_of", None)),
        ),
    ] = None
    step_days: Annotated[
        int, Query(ge=1, le=365, description="Look at one ranking in so many days")
    ] = 30
    horizon_days: Annotated[
        int, Query(ge=1, le=3650, description="Within how many days a proposal has to come about")
    ] = 730
    k: Annotated[int, Query(ge=1, le=100, description="The k of precision at k")] = 5
    as_of: AsOf = None

    def to_request(self, today: date) -> ScorecardRequest:
        """What these parameters ask. Raises InvalidParameters."""
        until = self.as_of or today
        last = self.last or until
        first = self.first or last - timedelta(days=YEAR_DAYS)
        if not first <= last <= until:
            detail = "from must not be after to, nor to after as_of."
            raise InvalidParameters((Fault("/query/from", detail),))
        if (last - first).days // self.step_days >= MAX_DAYS:
            detail = f"At most {MAX_DAYS} rankings are looked at; take larger steps."
            raise InvalidParameters((Fault("/query/step_days", detail),))
        return ScorecardRequest(self.basis, first, last, self.step_days, self.horizon_days, self.k)


@router.get(
    "", operation_id="get_scorecard", summary="See how past ranks did", responses=PROBLEMS_OF_LIST
)
@heavy
def show_scorecard(
    catalogue: CatalogueAt, today: Today, query: Annotated[ScorecardQuery, Depends()]
) -> ScorecardPublic:
    """What became of the proposals that past default rankings put first.

    A proposal came about if it was agreed or implemented within the horizon. The ranking is
    measured beside a naive order and beside chance; what cannot be known yet is left out.
    """
    request, until = query.to_request(today), query.as_of or today
    index = get_dossier(catalogue.open())
    if request.basis == "recomputed":
        return report(index, recompute(index, request), request, until)
    with read_session(catalogue.engine) as session:
        kept = list_served(session, request)
    return report(index, kept, request, until)
