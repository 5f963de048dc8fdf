"""Routes of ranked lists."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from app import __version__
from app.conditional import is_known, stream, to_etag
from app.db import read_session
from app.errors import Fault, InvalidParameters
from app.listings.lists import find_index
from app.listings.lists import list_proposals as list_from
from app.listings.service import to_list_etag
from app.negotiation import choose_media_type
from app.parameters import Today, add_next_link
from app.problems import PROBLEMS_OF_LIST, PROBLEMS_OF_TABLE
from app.proposals.search import find_matching
from app.recommendations.dossier import get_dossier
from app.recommendations.formats import CSV, JSON_LINES, to_csv, to_json_lines
from app.recommendations.models import ProposalPage
from app.recommendations.parameters import ListQuery, LookQuery, SelectQuery
from app.recommendations.recommend import resume, stream_all
from app.revisions.parameters import Catalogue, CatalogueAt

JSON = "application/json"
router = APIRouter(prefix="/v1/proposals", tags=["proposals"])


TABLE_TYPES: dict[str, Any] = {
    CSV: {"schema": {"type": "string"}},
    JSON_LINES: {"schema": {"type": "string"}},
}


@router.get(
    "",
    operation_id="list_proposals",
    summary="List and score proposals",
    response_model=ProposalPage,
    responses=PROBLEMS_OF_TABLE | {200: {"content": TABLE_TYPES}},
)
def list_proposals(
    request: Request,
    catalogue: CatalogueAt,
    today: Today,
    query: Annotated[ListQuery, Depends()],
    look: Annotated[LookQuery, Depends()],
) -> Response:
    """Proposals that pass the filters, each scored, explained and ranked among them.

    A score is the exact sum of the points of its contributions. An unknown value counts 0.5, lowers
    the coverage and widens the interval from low to high; it is never shown as zero. No proposal's
    score depends on which others are listed. With `Accept: text/csv` or `application/jsonl`, and
    under `/v1/proposals.csv` and `.jsonl`, the whole list comes as a table.
    """
    offered = (JSON, CSV, JSON_LINES)
    media_type = choose_media_type(request.headers.get("accept"), offered)
    if media_type != JSON:
        _check_no_page(request, media_type)
        table = _to_table(request, catalogue, today, query, look, media_type)
        table.headers["Vary"] = "Accept"
        return table
    asked = query.to_request(look, today, _find_words(catalogue, query))
    day, _ = resume(asked)
    index = find_index(request.app.state.lists, catalogue, day, look.perspective)
    page = list_from(index, asked)
    response = Response(page.body, media_type=JSON)
    response.headers["ETag"] = to_list_etag(index.view, request.scope["query_string"])
    response.headers["Vary"] = "Accept"
    add_next_link(request, response, page.next_cursor)
    return response


def _check_no_page(request: Request, media_type: str) -> None:
    """Refuses what asks for a part of a list that is sent whole."""
    given = [name for name in ("limit", "cursor", "facet") if name in request.query_params]
    if given:
        detail = f"{media_type} gives the whole list; leave it out."
        raise InvalidParameters(tuple(Fault(f"/query/{name}", detail) for name in given))


def _find_words(catalogue: Catalogue, query: SelectQuery) -> frozenset[int] | None:
    if query.q is None:
        return None
    with read_session(catalogue.engine) as session:
        return find_matching(session, query.q)


def _to_table(
    request: Request,
    catalogue: Catalogue,
    today: date,
    query: SelectQuery,
    look: LookQuery,
    media_type: str,
) -> Response:
    asked = SelectQuery.to_request(query, look, today, _find_words(catalogue, query))
    meta, items = stream_all(get_dossier(catalogue.open()), asked)
    known = (query.to_fingerprint(look), meta.revision, meta.as_of, media_type, __version__)
    headers = {
        "ETag": to_etag(repr(known).encode()),
        "Cache-Control": "no-cache"
        if request.app.state.settings.open_reads
        else "private, no-cache",
        "X-Entente-Revision": str(meta.revision),
    }
    if is_known(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    stream(request)
    lines = to_csv(items, meta) if media_type == CSV else to_json_lines(items)
    return StreamingResponse(lines, media_type=media_type, headers=headers)


tables = APIRouter(prefix="/v1", tags=["proposals"])


@tables.get(
    "/proposals.csv",
    operation_id="list_proposals_as_csv",
    summary="The whole list as CSV",
    response_class=Response,
    responses=PROBLEMS_OF_LIST | {200: {"content": {CSV: TABLE_TYPES[CSV]}}},
)
def list_as_csv(
    request: Request,
    catalogue: CatalogueAt,
    today: Today,
    query: Annotated[SelectQuery, Depends()],
    look: Annotated[LookQuery, Depends()],
) -> Response:
    """The whole list, a line each: score, interval, values and points by criterion, main window.

    What is unknown is empty. A text that a spreadsheet would take for a formula has a ' before it.
    """
    return _to_table(request, catalogue, today, query, look, CSV)


@tables.get(
    "/proposals.jsonl",
    operation_id="list_proposals_as_json_lines",
    summary="The whole list as JSON Lines",
    response_class=Response,
    responses=PROBLEMS_OF_LIST | {200: {"content": {JSON_LINES: TABLE_TYPES[JSON_LINES]}}},
)
def list_as_json_lines(
    request: Request,
    catalogue: CatalogueAt,
    today: Today,
    query: Annotated[SelectQuery, Depends()],
    look: Annotated[LookQuery, Depends()],
) -> Response:
    """The whole list, one item of `/v1/proposals` on each line."""
    return _to_table(request, catalogue, today, query, look, JSON_LINES)
