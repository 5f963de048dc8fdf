"""Problem details (RFC 9457): every error's body, and the handlers that send it."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match

from app.errors import EntenteError, Fault, InvalidParameters
from app.problem_kinds import (
    HTTP_KINDS,
    INTERNAL,
    KINDS,
    RETRY_AFTER_S,
    TOO_LARGE,
    UNAVAILABLE,
    UNSUPPORTED,
    Description,
    Kind,
    describe,
)
from app.reach import is_unavailable

PROBLEM_MEDIA_TYPE = "application/problem+json"
# The status, by custom, of a request that the caller gave up.
CLOSED = 499


class ProblemError(BaseModel):
    """One thing that is wrong with the request."""

    pointer: str = Field(
        description="JSON Pointer into the request: /query/limit, /path/proposal_id",
        examples=["/query/limit"],
    )
    detail: str = Field(
        description="What is wrong there and what to send instead",
        examples=["Input should be greater than or equal to 1"],
    )
    line: int | None = Field(
        default=None, description="Line of the body, from 1; null where there is none"
    )


class Problem(BaseModel):
    """An error, as RFC 9457 problem details."""

    type: str = Field(
        description="Stable identifier of the kind of problem",
        examples=["urn:entente:problem:invalid-parameters"],
    )
    title: str = Field(description="The kind of problem in words", examples=["Invalid parameters"])
    status: int = Field(description="HTTP status", examples=[422])
    code: str = Field(description="Stable code for programs", examples=["invalid_parameters"])
    detail: str = Field(
        description="What to do about it", examples=["Mend the parameters that errors lists."]
    )
    request_id: str = Field(
        description="Id of this request, also in the X-Request-ID header",
        examples=["0d9c5a7e3b1f4c6d8e2a9b0c1d3e5f70"],
    )
    errors: list[ProblemError] = Field(
        default=[], description="Each thing that is wrong, where that is known"
    )


def _documented(*statuses: tuple[int, str]) -> dict[int | str, dict[str, Any]]:
    """The problems of a route for its documentation, under the media type they really have."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": why, "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}}}
        for status, why in statuses
    }


_INVALID = (422, "A parameter or the body is malformed, or names what does not exist")
_FAILED = (500, "The service failed and changed nothing")
_UNAVAILABLE = (
    503,
    "The database cannot be used now, its schema is of another version, or the ranking index that "
    "is needed is still being made",
)
_READS = (
    (401, "Reads are closed and no key was sent, or the key or token is not good"),
    (403, "The key or token lacks the scope"),
)
_MISSING = ((404, "Nothing has this id, or had it on that day"), (410, "It was deleted"))
_BODY = (
    (400, "The body is not well-formed"),
    (413, "The body is too large"),
    (415, "The body is of another media type"),
)
_STATE = (
    (
        412,
        "The record has changed since it was read, or this replica has not got the revision that "
        "min_revision names",
    ),
    (428, "If-Match is missing"),
)
_ALWAYS = (_INVALID, _FAILED, _UNAVAILABLE)
_BEHIND = _STATE[0]
PROBLEMS_OF_LIST = _documented(*_READS, _BEHIND, *_ALWAYS)
_NOT_ACCEPTABLE = (406, "The Accept header takes none of the media types offered")
PROBLEMS_OF_TABLE = _documented(*_READS, _NOT_ACCEPTABLE, _BEHIND, *_ALWAYS)
PROBLEMS_OF_READINESS = _documented(_FAILED, _UNAVAILABLE)
PROBLEMS_OF_ITEM = _documented(*_READS, *_MISSING, _BEHIND, *_ALWAYS)
_CONFLICT = (409, "The catalogue as it is does not allow it, or the same request is in flight")
PROBLEMS_OF_CREATE = _documented(*_READS, *_BODY, _CONFLICT, *_ALWAYS)
PROBLEMS_OF_QUESTION = _documented(*_READS, *_BODY, _BEHIND, *_ALWAYS)
PROBLEMS_OF_ADD = _documented(*_READS, *_BODY, *_MISSING, _CONFLICT, _STATE[0], *_ALWAYS)
PROBLEMS_OF_PATCH = _documented(*_READS, *_BODY, *_MISSING, _CONFLICT, *_STATE, *_ALWAYS)
PROBLEMS_OF_DELETE = _documented(*_READS, *_MISSING, _CONFLICT, *_STATE, *_ALWAYS)
PROBLEMS_OF_IMPORT = PROBLEMS_OF_CREATE
PROBLEMS_OF_STEP = _documented(*_READS, *_MISSING, _CONFLICT, *_ALWAYS)
PROBLEMS_OF_CHART = _documented(*_READS, *_MISSING, _NOT_ACCEPTABLE, _BEHIND, *_ALWAYS)


_EXAMPLE_FAULTS: Mapping[int, tuple[str, str, str]] = {
    404: ("proposal_not_found", "/path/proposal_id", "No proposal has this id."),
    422: ("invalid_parameters", "/query/limit", "Input should be less than or equal to 100"),
}


def example_problem(status: int) -> dict[str, Any]:
    """What a problem of this status looks like, for the documentation."""
    kinds = (*KINDS.values(), UNSUPPORTED, TOO_LARGE, INTERNAL)
    kind = next((k for k in kinds if k.status == status), INTERNAL)
    fault = _EXAMPLE_FAULTS.get(status)
    code = fault[0] if fault else kind.code
    if code == KINDS[InvalidParameters].code:
        kind = KINDS[InvalidParameters]
    faults = (Fault(fault[1], fault[2]),) if fault else ()
    request_id = "0d9c5a7e3b1f4c6d8e2a9b0c1d3e5f70"
    return _to_problem(Description(kind, code, faults), request_id).model_dump()


def problem_response(request: Request, description: Description) -> Response:
    """A problem as a response; nothing in it comes from the caller."""
    request_id = request.scope.get("state", {}).get("request_id", "")
    return Response(
        _to_problem(description, request_id).model_dump_json(),
        description.kind.status,
        headers=dict(description.headers),
        media_type=PROBLEM_MEDIA_TYPE,
    )


def _to_problem(described: Description, request_id: str) -> Problem:
    return Problem(
        type=f"urn:entente:problem:{described.code.replace('_', '-')}",
        title=described.kind.title,
        status=described.kind.status,
        code=described.code,
        detail=described.detail or described.kind.detail,
        request_id=request_id,
        errors=[
            ProblemError(pointer=f.pointer, detail=f.detail, line=f.line) for f in described.faults
        ],
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Makes every error of the application a problem."""
    app.add_exception_handler(EntenteError, _on_entente_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(PoolTimeoutError, _on_database_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_failure)


def _on_entente_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, EntenteError):
        return problem_response(request, Description(INTERNAL, INTERNAL.code))
    return problem_response(request, describe(error))


def _on_invalid_request(request: Request, error: Exception) -> Response:
    faults = []
    for found in error.errors() if isinstance(error, RequestValidationError) else []:
        if found["type"] == "none_required":
            continue  # the other half of an optional parameter, which nobody meant to give
        where, *rest = found["loc"]
        pointer = "/" + "/".join(str(part) for part in (where, *rest[:1]))
        faults.append(Fault(pointer, to_detail(found["type"], found["msg"])))
    return problem_response(request, describe(InvalidParameters(tuple(dict.fromkeys(faults)))))


def to_detail(error_type: str, message: str) -> str:
    """A validator's message without the words that only its authors need."""
    return message.removeprefix("Value error, ") if error_type == "value_error" else message


def _on_http_exception(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    fallback = Kind(status, "http_error", "Request refused", "See the status.")
    kind = HTTP_KINDS.get(status, fallback)
    response = problem_response(request, Description(kind, kind.code))
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(_allowed_methods(request)))
    return response


def _allowed_methods(request: Request) -> set[str]:
    """Every method that some route answers at this path; a path of its own comes first."""
    routes = request.app.router.routes
    own = [r.methods for r in iter_route_contexts(routes) if r.path == request.url.path]
    methods = {method for found in own for method in found or ()}
    for method in () if own else ("GET", "POST", "PUT", "PATCH", "DELETE"):
        scope = dict(request.scope) | {"method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in routes):
            methods.add(method)
    return methods | ({"HEAD"} if "GET" in methods else set())


def _on_database_error(request: Request, error: Exception) -> Response:
    """A database that cannot be used now; what it says of it is not the caller's business."""
    if not is_unavailable(error):
        raise error
    headers = {"Retry-After": RETRY_AFTER_S}
    return problem_response(request, Description(UNAVAILABLE, UNAVAILABLE.code, headers=headers))


def _on_disconnect(request: Request, error: Exception) -> Response:
    """The caller is gone before its request was whole: nobody reads the answer."""
    del request, error
    return Response(status_code=CLOSED)


def _on_failure(request: Request, error: Exception) -> Response:
    del error  # the server logs it with its trace; the caller learns nothing of it
    return problem_response(request, Description(INTERNAL, INTERNAL.code))
