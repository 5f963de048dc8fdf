"""Routes of ranked proposals."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from app.db import ReadSession
from app.parameters import AsOf, CursorText, Limit, Today, add_next_link
from app.problems import PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST
from app.proposals.models import Mechanism
from app.proposals.search import find_matching
from app.recommendations.candidates import Filters
from app.recommendations.index import RankingIndex
from app.recommendations.models import (
    FacetName,
    ProposalDetail,
    ProposalPage,
    ScoreExplanation,
    Sort,
)
from app.recommendations.recommend import (
    RankingRequest,
    View,
    explain_one,
    recommend,
    show_one,
)
from app.scoring.assessment import JOINT
from app.scoring.facts import Status
from app.scoring.profiles import BALANCED

router = APIRouter(prefix="/v1/proposals", tags=["proposals"])

Profile = Annotated[
    str,
    Query(description="Id of the profile whose weights are used; /v1/profiles lists them"),
]
Perspective = Annotated[
    str,
    Query(
        description=(
            "joint: what is good for all principals together; or an actor's id: what is good for "
            "that actor, by its own gain and its own priority"
        )
    ),
]
ProposalId = Annotated[
    str,
    Path(
        description="Id or slug of the proposal",
        examples=["resume-defence-ministerial"],
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
    actor: Annotated[
        list[str],
        Query(
            default_factory=list,
            description=(
                "Ids of actors that take part, in any role; bodies and persons that belong to an "
                "actor count for it. Repeatable"
            ),
            openapi_examples={
                "japan-and-south-korea": {
                    "summary": "Japan and South Korea",
                    "value": ["JPN", "KOR"],
                }
            },
        ),
    ],
    domain: Annotated[
        list[str],
        Query(
            default_factory=list,
            description="Ids of domains, those below them included; any of them. Repeatable",
        ),
    ],
    status: Annotated[
        list[Status],
        Query(
            default_factory=list,
            description="Where the proposal stood on the day; any of them. Repeatable",
        ),
    ],
    mechanism: Annotated[
        list[Mechanism],
        Query(default_factory=list, description="Form of the cooperation; any of them. Repeatable"),
    ],
    facet: Annotated[
        list[FacetName],
        Query(default_factory=list, description="Fields to count the results by. Repeatable"),
    ],
    actor_match: Annotated[
        Literal["all", "any"],
        Query(description="Whether all the actors must take part, or any of them"),
    ] = "all",
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f]*[^\W_][^\x00-\x1f\x7f]*$",
            description=(
                "Words that title, summary or next step must hold, in any order and any "
                "inflection; the last one may be a beginning"
            ),
        ),
    ] = None,
    min_score: Annotated[
        float | None, Query(ge=0, le=100, description="Least score, 0 to 100")
    ] = None,
    as_of: AsOf = None,
    profile: Profile = BALANCED.profile_id,
    perspective: Perspective = JOINT,
    sort: Annotated[
        Sort,
        Query(
            description=(
                "-score: best first; score: worst first; closes_on: the window that closes next "
                "first; -updated_at: latest change first; title. Equal ones in the order of ids"
            )
        ),
    ] = "-score",
    limit: Limit = 20,
    cursor: CursorText = None,
) -> ProposalPage:
    """Proposals that pass the filters, each scored, explained and ranked among them.

    A score is the exact sum of the points of its contributions. An unknown value counts 0.5, lowers
    the coverage and widens the interval from low to high; it is never shown as zero. No proposal's
    score depends on which others are listed.
    """
    filters = Filters(
        domains=tuple(domain),
        actors=tuple(actor),
        actor_match=actor_match,
        statuses=tuple(status),
        mechanisms=tuple(mechanism),
        matching_ids=None if q is None else find_matching(session, q),
    )
    query = {k: sorted(request.query_params.getlist(k)) for k in request.query_params}
    query.pop("cursor", None)
    query.pop("limit", None)
    page = recommend(
        current_index(request, session),
        RankingRequest(
            view=View(as_of or today, profile, perspective),
            filters=filters,
            min_score=min_score,
            sort=sort,
            limit=limit,
            cursor=cursor,
            facets=tuple(facet),
            query=query,
        ),
    )
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
    as_of: AsOf = None,
    profile: Profile = BALANCED.profile_id,
    perspective: Perspective = JOINT,
) -> ProposalDetail:
    """One proposal with all its parts as they stood on the day asked for, and its score."""
    view = View(as_of or today, profile, perspective)
    return show_one(current_index(request, session), proposal_id, view)


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
    as_of: AsOf = None,
    profile: Profile = BALANCED.profile_id,
    perspective: Perspective = JOINT,
) -> ScoreExplanation:
    """Every value behind a score: the records it rests on, their evidence, and the method."""
    view = View(as_of or today, profile, perspective)
    return explain_one(current_index(request, session), proposal_id, view)


def current_index(request: Request, session: ReadSession) -> RankingIndex:
    """The ranking index at the revision that this request sees."""
    index: RankingIndex = request.app.state.index_holder.current(session)
    return index
