"""The route of proposals that are alike."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.actors.queries import list_actors, to_lineages
from app.db import read_session
from app.parameters import choices
from app.problems import PROBLEMS_OF_ITEM
from app.proposals.models import ProposalCreate
from app.proposals.queries import to_id
from app.proposals.similar import SimilarPublic, list_similar, list_suspects
from app.revisions.parameters import CatalogueAt

router = APIRouter(prefix="/v1/proposals", tags=["proposals"])


class SimilarList(BaseModel):
    """Proposals like one."""

    items: list[SimilarPublic] = Field(description="Other proposals, the most alike first")


@router.get(
    "/{proposal_id}/similar",
    operation_id="list_similar",
    summary="List proposals that are alike",
    responses=PROBLEMS_OF_ITEM,
)
def list_alike(
    catalogue: CatalogueAt,
    proposal_id: Annotated[
        str,
        Path(
            description="Id or slug of the proposal",
            openapi_examples=choices(
                ("Resume the defence ministers' meeting", "resume-defence-ministerial")
            ),
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=20, description="Most proposals wanted, 1 to 20")] = 5,
) -> SimilarList:
    """Other proposals by likeness of words, domains and principals; the first may be duplicates.

    A duplicate is merged by setting its merged_into; it is then no longer listed.
    """
    snapshot = catalogue.open()
    entry = snapshot.get("proposal", to_id(proposal_id, snapshot))
    document = entry.read(ProposalCreate)
    with read_session(catalogue.engine) as session:
        others = list_suspects(document, session, snapshot)
    lineages = to_lineages(list_actors(snapshot))
    return SimilarList(items=list_similar(document, others, lineages, limit))
