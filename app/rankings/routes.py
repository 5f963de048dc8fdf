"""Routes of rankings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ValidationError

from app.bodies import JSON, Body, read_record
from app.db import read_session
from app.errors import InvalidParameters, InvalidRecord, UnknownReference
from app.parameters import Today
from app.problems import PROBLEMS_OF_LIST, PROBLEMS_OF_QUESTION
from app.proposals.search import find_matching
from app.rankings.models import RankingPublic
from app.rankings.query import RankingQuery, RankingRequest
from app.rankings.rank import rank
from app.recommendations.index import get_index
from app.records.change import list_shape_faults
from app.records.routes import describe_body
from app.revisions.parameters import Catalogue, CatalogueNow

router = APIRouter(prefix="/v1/rankings", tags=["rankings"])


def validate_query(shape: type[BaseModel], content: Any, root: str) -> Any:
    """The question as the shape. Raises InvalidParameters or InvalidRecord, by where it stood."""
    try:
        if isinstance(content, bytes):
            return shape.model_validate_json(content, strict=True)
        return shape.model_validate(content)
    except ValidationError as error:
        faults = tuple(list_shape_faults(error, (root,)))
        raise (InvalidRecord if root == "body" else InvalidParameters)(faults) from None


@contextmanager
def pointing_at(root: str) -> Iterator[None]:
    """Makes faults point where the question stood: /body instead of /query."""
    try:
        yield
    except UnknownReference as error:
        error.pointer = error.pointer.replace("/query", f"/{root}", 1)
        raise
    except InvalidParameters as error:
        error.faults = tuple(
            replace(f, pointer=f.pointer.replace("/query", f"/{root}", 1)) for f in error.faults
        )
        raise


def find_words(catalogue: Catalogue, words: str | None) -> frozenset[int] | None:
    """The revisions of proposals that hold the words; None if there are no words."""
    if words is None:
        return None
    with read_session(catalogue.engine) as session:
        return find_matching(session, words)


def _answer(catalogue: Catalogue, request: RankingRequest, today: Any, root: str) -> RankingPublic:
    with pointing_at(root):
        catalogue = catalogue.at(request.known_at)
        index = get_index(catalogue.open())
        return rank(index, request, today, find_words(catalogue, request.q))


@router.post(
    "",
    operation_id="rank",
    summary="Rank with your own weights",
    responses=PROBLEMS_OF_QUESTION,
    openapi_extra=describe_body("RankingRequest", JSON),
)
def rank_by_body(
    catalogue: CatalogueNow, today: Today, body: Annotated[Body, Depends(read_record)]
) -> RankingPublic:
    """Ranks proposals by any weights, method and perspective, and says how sure that is.

    With `robustness` each item has its rank acceptabilities (SMAA-2), with `swap_points` the change
    of one weight that changes its rank, with `counterfactuals` its score and rank without each
    record it rests on. Nothing is stored; `permalink` asks the same again.
    """
    request = validate_query(RankingRequest, body.data, "body")
    return _answer(catalogue, request, today, "body")


@router.get(
    "", operation_id="get_ranking", summary="Have a ranking again", responses=PROBLEMS_OF_LIST
)
def rank_by_query(
    catalogue: CatalogueNow, today: Today, query: Annotated[RankingQuery, Query()]
) -> RankingPublic:
    """The same as the POST, as a link: own weights are repeated `weight=criterion:number`."""
    try:
        request = query.to_request()
    except ValidationError as error:
        raise InvalidParameters(tuple(list_shape_faults(error, ("query",)))) from None
    return _answer(catalogue, request, today, "query")
