"""Routes of windows over all proposals."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.pagination import fingerprint, paginate
from app.parameters import FIRST_PAGE, AsOf, CursorText, Limit, Today, add_next_link, choices
from app.problems import PROBLEMS_OF_LIST
from app.recommendations.candidates import Filters, check_filters, select_candidates
from app.recommendations.dossier import Dossier, get_dossier
from app.recommendations.present import to_meta
from app.recommendations.recommend import View, resolve_view
from app.revisions.parameters import CatalogueAt
from app.scoring.facts import WindowState
from app.windows.calendar import MEDIA_TYPE, to_calendar
from app.windows.models import OpenWindow, WindowPage
from app.windows.queries import list_windows

router = APIRouter(prefix="/v1", tags=["windows"])
STATES: tuple[WindowState, ...] = ("open", "not_yet_open")


@dataclass(frozen=True, kw_only=True)
class WindowQuery:
    """Which windows are wanted."""

    actor: Annotated[
        list[str],
        Query(
            default_factory=list,
            description="Only windows of proposals that all these actors take part in. Repeatable",
            openapi_examples=choices(("Japan and South Korea", ["JPN", "KOR"]), ("Anyone", None)),
        ),
    ]
    domain: Annotated[
        list[str],
        Query(
            default_factory=list,
            description="Only windows of proposals in these domains, or below them. Repeatable",
            openapi_examples=choices(("Any domain", None), ("Security", ["security"])),
        ),
    ]
    state: Annotated[
        list[WindowState],
        Query(
            default_factory=list,
            description="States on the day; open and not_yet_open by default. Repeatable",
            openapi_examples=choices(("Open or ahead", None), ("Open", ["open"])),
        ),
    ]
    as_of: AsOf = None

    def find(self, index: Dossier, today: date) -> dict[str, OpenWindow]:
        """The windows that these parameters ask for."""
        filters = Filters(domains=tuple(self.domain), actors=tuple(self.actor))
        check_filters(index.world, filters)
        _, question = resolve_view(index, View(self.as_of or today))
        candidates = select_candidates(index, filters, question)
        return list_windows(candidates, question.day, self.state or STATES)


@router.get(
    "/windows",
    operation_id="list_windows",
    summary="List windows of opportunity",
    responses=PROBLEMS_OF_LIST,
)
def list_all(
    request: Request,
    response: Response,
    catalogue: CatalogueAt,
    today: Today,
    query: Annotated[WindowQuery, Depends()],
    limit: Limit = 20,
    cursor: Annotated[CursorText, Query(openapi_examples=FIRST_PAGE)] = None,
) -> WindowPage:
    """Windows known on the day asked for, the one that closes first first, with what they serve.

    The same window under several proposals is listed once.
    """
    index = get_dossier(catalogue.open())
    found = query.find(index, today)
    asked = [sorted(query.actor), sorted(query.domain), sorted(query.state), query.as_of]
    page, next_cursor = paginate(found, limit, cursor, fingerprint({"windows": asked}))
    add_next_link(request, response, next_cursor)
    profile, question = resolve_view(index, View(query.as_of or today))
    meta = to_meta(index, question, profile)
    return WindowPage(items=page, next_cursor=next_cursor, meta=meta)


@router.get(
    "/windows.ics",
    operation_id="get_window_calendar",
    summary="Windows as a calendar",
    response_class=Response,
    responses=PROBLEMS_OF_LIST | {200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
def show_calendar(
    catalogue: CatalogueAt, today: Today, query: Annotated[WindowQuery, Depends()]
) -> Response:
    """The same windows as iCalendar, to subscribe to: one all-day entry each."""
    index = get_dossier(catalogue.open())
    data = to_calendar(query.find(index, today), index.known_at)
    return Response(data, media_type=MEDIA_TYPE)
