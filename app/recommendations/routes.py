"""Routes of ranked proposals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.db import ReadSession
from app.parameters import Today, add_next_link, choices
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.proposals.search import find_matching
from app.recommendations.index import RankingIndex
from app.recommendations.models import ProposalDetail, ProposalPage, ScoreExplanation
from app.recommendations.parameters import ListQuery, LookQuery
from app.recommendations.recommend import explain_one, recommend, show_one

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
    session: ReadSession,
    today: Today,
    query: Annotated[ListQuery, Depends()],
    look: Annotated[LookQuery, Depends()],
) -> ProposalPage:
    """Proposals that pass the filters, each scored, explained and ranked among them.

    A score is the exact sum of the points of its contributions. An unknown value counts 0.5, lowers
    the coverage and widens the interval from low to high; it is never shown as zero. No proposal's
    score depends on which others are listed.
    """
    index = current_index(request, session)
    matching_ids = None if query.q is None else find_matching(session, query.q)
    page = recommend(index, query.to_request(look, today, matching_ids))
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
    session: ReadSession,
    today: Today,
    proposal_id: ProposalId,
    look: Annotated[LookQuery, Depends()],
) -> ProposalDetail:
    """One proposal with all its parts as they stood on the day asked for, and its score."""
    return show_one(current_index(request, session), proposal_id, look.to_view(today))


@router.get(
    "/{proposal_id}/score",
    operation_id="explain_score",
    summary="Explain a score",
    responses=PROBLEMS_OF_ITEM,
)
def explain_score(
    request: Request,
    session: ReadSession,
    today: Today,
    proposal_id: ProposalId,
    look: Annotated[LookQuery, Depends()],
) -> ScoreExplanation:
    """Every value behind a score: the records it rests on, their evidence, and the method."""
    return explain_one(current_index(request, session), proposal_id, look.to_view(today))


def current_index(request: Request, session: ReadSession) -> RankingIndex:
    """The ranking index at the revision that this request sees."""
    index: RankingIndex = request.app.state.index_holder.current(session)
    return index
