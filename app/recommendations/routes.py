"""Routes of ranked proposals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.conditional import name_record
from app.db import read_session
from app.parameters import Today, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.proposals.search import find_matching
from app.recommendations.index import get_index
from app.recommendations.models import ProposalDetail, ProposalPage, ScoreExplanation
from app.recommendations.parameters import ListQuery, LookQuery
from app.recommendations.recommend import explain_one, recommend, show_one
from app.revisions.parameters import CatalogueAt

router = APIRouter(prefix="/v1/proposals", tags=["proposals"])

ProposalId = Annotated[
    str,
    Path(
        description="Id or slug of the proposal",
        openapi_examples=choices(
            ("Resume the defence ministers' meeting", "resume-defence-ministerial")
        ),
    ),
]


@router.get(
    "",
    operation_id="list_proposals",
    summary="List and score proposals",
    responses=PROBLEMS_OF_LIST,
)
def list_proposals(
    request: Request,
    response: Response,
    catalogue: CatalogueAt,
    today: Today,
    query: Annotated[ListQuery, Depends()],
    look: Annotated[LookQuery, Depends()],
) -> ProposalPage:
    """Proposals that pass the filters, each scored, explained and ranked among them.

    A score is the exact sum of the points of its contributions. An unknown value counts 0.5, lowers
    the coverage and widens the interval from low to high; it is never shown as zero. No proposal's
    score depends on which others are listed.
    """
    matching = None
    if query.q is not None:
        with read_session(catalogue.engine) as session:
            matching = find_matching(session, query.q)
    index = get_index(catalogue.open())
    page = recommend(index, query.to_request(look, today, matching))
    add_next_link(request, response, page.next_cursor)
    return page


@router.get(
    "/{proposal_id}",
    operation_id="get_proposal",
    summary="Show one proposal",
    responses=PROBLEMS_OF_ITEM,
)
def get_proposal(
    request: Request,
    catalogue: CatalogueAt,
    today: Today,
    proposal_id: ProposalId,
    look: Annotated[LookQuery, Depends()],
) -> ProposalDetail:
    """One proposal with all its parts as they stood on the day asked for, and its score."""
    detail = show_one(get_index(catalogue.open()), proposal_id, look.to_view(today))
    name_record(request, detail.revision)
    return detail


@router.get(
    "/{proposal_id}/score",
    operation_id="explain_score",
    summary="Explain a score",
    responses=PROBLEMS_OF_ITEM,
)
def explain_score(
    catalogue: CatalogueAt,
    today: Today,
    proposal_id: ProposalId,
    look: Annotated[LookQuery, Depends()],
) -> ScoreExplanation:
    """Every value behind a score: the records it rests on, their evidence, and the method."""
    return explain_one(get_index(catalogue.open()), proposal_id, look.to_view(today))
