"""Query parameters: the checks that every route shares, and those that several routes take."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, get_origin
from unicodedata import category

from fastapi import Depends, HTTPException, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.openapi.models import Example
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from app.errors import Fault, InvalidParameters
from app.fields import Day, Instant
from app.pagination import MAX_CURSOR_LENGTH, next_link

EXAMPLE_DAY = "2021-04-30"


async def check_query(request: Request) -> None:
    """Refuses parameters that the route does not know, that are empty, or that are repeated."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    repeatable = dict(_declared(route.dependant))
    given = Counter(name for name, _ in request.query_params.multi_items())
    empty = {name for name, value in request.query_params.multi_items() if not value.strip()}
    faults = []
    for name, times in given.items():
        if name not in repeatable:
            names = ", ".join(sorted(repeatable)) or "none"
            # The unknown name itself is the caller's text, and never repeated.
            fault = Fault("/query", f"A parameter is not known here. Known are: {names}.")
        elif name in empty:
            fault = Fault(f"/query/{name}", "It is empty; give it a value or leave it out.")
        elif times > 1 and not repeatable[name]:
            fault = Fault(f"/query/{name}", "It is given more than once; give it once.")
        else:
            continue
        faults.append(fault)
    if faults:
        raise InvalidParameters(tuple(dict.fromkeys(faults)))
    if any(not str(value).isprintable() for value in request.path_params.values()):
        raise HTTPException(404)  # no id has such characters, and not every database takes them


def _declared(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The query parameters of a route, and whether each may be repeated."""
    for parameter in dependant.query_params:
        shape = parameter.field_info.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            for name, field in shape.model_fields.items():
                yield field.alias or name, get_origin(field.annotation) is list
            continue
        yield parameter.alias, get_origin(parameter.field_info.annotation) in (list, tuple)
    for needed in dependant.dependencies:
        yield from _declared(needed)


def add_next_link(request: Request, response: Response, next_cursor: str | None) -> None:
    """Names the next page in the Link header, with the same parameters."""
    query = request.query_params.multi_items()
    link = next_link(request.url.path, query, next_cursor)
    if link is not None:
        response.headers["Link"] = link


async def get_today(request: Request) -> date:
    """The day looked at unless the caller names another."""
    today: date = request.app.state.lists.get_today()
    return today


def utc_today() -> date:
    """Today, in UTC."""
    return datetime.now(UTC).date()


Today = Annotated[date, Depends(get_today)]


def choices(*examples: tuple[str, object]) -> dict[str, Example]:
    """Named examples of a parameter; one without a value stands for leaving it out.

    The docs page fills in the first and offers the others.
    """
    return {
        f"{number}": Example(summary=summary)
        if value is None
        else Example(summary=summary, value=value)
        for number, (summary, value) in enumerate(examples, 1)
    }


FIRST_PAGE = choices(("First page", None))
AsOf = Annotated[
    Day | SkipJsonSchema[None],
    Query(
        description=(
            "The day the world is looked at, YYYY-MM-DD; nothing dated or published later is "
            "known. Today (UTC) by default"
        ),
        openapi_examples=choices(("The day after the first article", EXAMPLE_DAY), ("Today", None)),
    ),
]


KnownAt = Annotated[
    Instant | SkipJsonSchema[None],
    Query(
        description=(
            "The instant the catalogue is looked at, RFC 3339: every edit recorded later is "
            "unknown. Pass meta.known_at of an answer to have that answer again. Now by default"
        ),
        openapi_examples=choices(("Now", None)),
    ),
]


MOST_REVISION = 2**63 - 1
ABOUT_MIN_REVISION = (
    "Revision that must be seen, such as that of your own last change: an answer is never of an "
    "older one, and 412 says that this replica has not got it yet. Any by default"
)
MinRevision = Annotated[
    int,
    Query(
        ge=0,
        le=MOST_REVISION,
        description=ABOUT_MIN_REVISION,
        openapi_examples=choices(("Any", None)),
    ),
]


def _is_searchable(words: str) -> str:
    if not any(c.isalnum() for c in words) or any(category(c) in ("Cc", "Cs") for c in words):
        raise ValueError("must hold a letter or a digit, and no control characters")
    return words


Words = Annotated[str, StringConstraints(max_length=200), AfterValidator(_is_searchable)]
Limit = Annotated[int, Query(ge=1, le=100, description="Items on a page, 1 to 100")]
CursorText = Annotated[
    Annotated[str, StringConstraints(max_length=MAX_CURSOR_LENGTH)] | SkipJsonSchema[None],
    Query(
        description=(
            "next_cursor of the page before; the other parameters must be the same as for that "
            "page, but for limit and facet"
        )
    ),
]
