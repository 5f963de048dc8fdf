"""Routes of ranked proposals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from app.conditional import name_record
from app.parameters import Today, choices
from app.problems import PROBLEMS_OF_ITEM
from app.recommendations.dossier import get_dossier
from app.recommendations.models import ProposalDetail, ScoreExplanation
from app.recommendations.parameters import LookQuery
from app.recommendations.recommend import explain_one, show_one
from app.revisions.parameters import CatalogueAt

JSON = "application/json"
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
    detail = show_one(get_dossier(catalogue.open()), proposal_id, look.to_view(today))
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
    return explain_one(get_dossier(catalogue.open()), proposal_id, look.to_view(today))
