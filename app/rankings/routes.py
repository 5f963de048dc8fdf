"""Routes of rankings."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.bodies import JSON, Body, read_record
from app.heavy import heavy
from app.listings.lists import find_index
from app.listings.service import ListService
from app.parameters import AsOf, Today, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST, PROBLEMS_OF_QUESTION
from app.rankings.advise import AdviceRequest, advise
from app.rankings.attribution import Comparison, Moment, attribute
from app.rankings.models import (
    AdvicePublic,
    AttributionPublic,
    PerspectivesPublic,
    RankingPublic,
    WhatIfPublic,
)
from app.rankings.perspectives import show_perspectives
from app.rankings.query import (
    AdviceQuery,
    AttributionQuery,
    RankingQuery,
    RankingRequest,
    parse_moment,
)
from app.rankings.questions import find_words, pointing_at, read_question, reading_query
from app.rankings.rank import asks_for_scores_alone, rank, rank_best
from app.rankings.what_if import WhatIfRequest, show_effects
from app.recommendations.candidates import Filters, check_filters
from app.recommendations.dossier import get_dossier
from app.recommendations.parameters import Profile
from app.recommendations.recommend import View, resolve_view
from app.records.routes import describe_body
from app.revisions.parameters import Catalogue, CatalogueAt, CatalogueNow
from app.scoring.profiles import BALANCED

router = APIRouter(prefix="/v1/rankings", tags=["rankings"])


def _answer(
    lists: ListService, catalogue: Catalogue, asked: RankingRequest, today: date, root: str
) -> RankingPublic | Response:
    with pointing_at(root):
        catalogue = catalogue.at(asked.known_at, asked.min_revision)
        day, words = asked.as_of or today, find_words(catalogue, asked.q)
        if asks_for_scores_alone(asked):
            index = find_index(lists, catalogue, day, asked.perspective)
            return Response(rank_best(index, asked, words), media_type="application/json")
        return rank(find_index(lists, catalogue, day), asked, words)


@router.post(
    "",
    operation_id="rank",
    summary="Rank with your own weights",
    response_model=RankingPublic,
    responses=PROBLEMS_OF_QUESTION,
    openapi_extra=describe_body("RankingRequest", JSON),
)
@heavy
def rank_by_body(
    request: Request,
    catalogue: CatalogueNow,
    today: Today,
    body: Annotated[Body, Depends(read_record)],
) -> RankingPublic | Response:
    """Ranks proposals by any weights, method and perspective, and says how sure that is.

    With `robustness` each item has its rank acceptabilities (SMAA-2), with `swap_points` the change
    of one weight that changes its rank, with `counterfactuals` its score and rank without each
    record it rests on. Nothing is stored; `permalink` asks the same again.
    """
    asked = read_question(RankingRequest, body)
    return _answer(request.app.state.lists, catalogue, asked, today, "body")


@router.get(
    "",
    operation_id="get_ranking",
    summary="Have a ranking again",
    response_model=RankingPublic,
    responses=PROBLEMS_OF_LIST,
)
@heavy
def rank_by_query(
    request: Request,
    catalogue: CatalogueNow,
    today: Today,
    query: Annotated[RankingQuery, Query()],
) -> RankingPublic | Response:
    """The same as the POST, as a link: own weights are repeated `weight=criterion:number`."""
    with reading_query(query.model_dump()):
        asked = query.to_request()
    return _answer(request.app.state.lists, catalogue, asked, today, "query")


@router.post(
    "/what-if",
    operation_id="what_if",
    summary="Try changes on a ranking",
    responses=PROBLEMS_OF_QUESTION,
    openapi_extra=describe_body("WhatIfRequest", JSON),
)
@heavy
def try_changes(
    catalogue: CatalogueNow, today: Today, body: Annotated[Body, Depends(read_record)]
) -> WhatIfPublic:
    """The ranking as it would be after a set of changes, on record or hypothetical, made at once.

    Every proposal is scored again from scratch; nothing is stored.
    """
    asked = read_question(WhatIfRequest, body)
    with pointing_at("body"):
        catalogue = catalogue.at(asked.known_at, asked.min_revision)
        index = get_dossier(catalogue.open())
        return show_effects(index, asked, today, find_words(catalogue, asked.q))


@router.get(
    "/attribution",
    operation_id="attribute",
    summary="Explain what changed a ranking",
    responses=PROBLEMS_OF_LIST,
)
@heavy
def explain_moves(
    catalogue: CatalogueNow, today: Today, query: Annotated[AttributionQuery, Query()]
) -> AttributionPublic:
    """How each proposal moved between two days or two instants, divided among the causes.

    The causes are new events (and other records that became known), retractions, passing time
    (decay, windows that open and shut), edits of the catalogue, and configuration (weights). Their
    parts, by the Shapley value, add up to the change of the score and of the rank.
    """
    before, after = parse_moment(query.before), parse_moment(query.after)
    one = _to_moment(catalogue, query, before, query.profile, today)
    two = _to_moment(catalogue, query, after, query.to_profile or query.profile, today)
    filters = Filters(
        domains=tuple(query.domain), actors=tuple(query.actor), actor_match=query.actor_match
    )
    check_filters(two.index.world, filters)
    return attribute(Comparison(one, two, filters, query.perspective), query.limit)


def _to_moment(
    catalogue: Catalogue,
    query: AttributionQuery,
    moment: date | datetime,
    profile_id: str,
    today: date,
) -> Moment:
    known_at, day = query.known_at, moment
    if isinstance(moment, datetime):
        known_at, day = moment, query.as_of or today
    index = get_dossier(catalogue.at(known_at, query.min_revision).open())
    view = View(day, profile_id, query.perspective)
    return Moment(index, day, resolve_view(index, view)[0])


advice_router = APIRouter(prefix="/v1/recommendations", tags=["recommendations"])


@advice_router.get(
    "",
    operation_id="recommend",
    summary="Say what to propose next",
    responses=PROBLEMS_OF_LIST,
)
@heavy
def recommend_next(
    catalogue: CatalogueNow, today: Today, query: Annotated[AdviceQuery, Query()]
) -> AdvicePublic:
    """What an actor should propose next, to whom, and why now: actionable proposals it is part of.

    They are ranked from its own perspective. Each says what speaks for it now, what stands in the
    way and what removing that would do, how sure its rank is, and what became of the nearest
    earlier attempts.
    """
    index = get_dossier(catalogue.at(query.known_at, query.min_revision).open())
    request = AdviceRequest(
        actor=query.actor,
        ranking=query.to_ranking(),
        counterparts=tuple(query.counterpart),
        domains=tuple(query.domain),
        vary=query.diversify,
        at_most=query.at_most,
        precedents=query.k,
    )
    return advise(index, request, today)


sides_router = APIRouter(prefix="/v1/proposals", tags=["proposals"])


@sides_router.get(
    "/{proposal_id}/perspectives",
    operation_id="show_perspectives",
    summary="Show a proposal from every side",
    responses=PROBLEMS_OF_ITEM,
)
@heavy
def show_sides(
    catalogue: CatalogueAt,
    today: Today,
    proposal_id: Annotated[
        str,
        Path(
            description="Id or slug of the proposal",
            openapi_examples=choices(
                ("Two gain, one loses", "trilateral-exercises"),
                ("Both alike", "resume-defence-ministerial"),
            ),
        ),
    ],
    as_of: AsOf = None,
    profile: Profile = BALANCED.profile_id,
) -> PerspectivesPublic:
    """Its score and rank for all principals together and for each of them: who gains, who loses."""
    view = View(as_of or today, profile)
    return show_perspectives(get_dossier(catalogue.open()), proposal_id, view)
