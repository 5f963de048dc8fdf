"""Problem details (RFC 9457): the table from error to status, and every error's body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from app.errors import (
    DatabaseNotReady,
    EntenteError,
    Fault,
    InvalidCursor,
    InvalidParameters,
    NotFound,
    UnknownReference,
)
from app.request_ids import REQUEST_ID_HEADER

PROBLEM_MEDIA_TYPE = "application/problem+json"


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


@dataclass(frozen=True, slots=True)
class Kind:
    """How a class of errors looks over HTTP."""

    status: int
    code: str
    title: str
    detail: str


KINDS: Mapping[type[EntenteError], Kind] = {
    NotFound: Kind(404, "not_found", "Not found", "Nothing has the id in the path."),
    UnknownReference: Kind(
        422, "unknown", "Unknown reference", "Use an id that exists; errors says where to look."
    ),
    InvalidParameters: Kind(
        422, "invalid_parameters", "Invalid parameters", "Mend the parameters that errors lists."
    ),
    InvalidCursor: Kind(
        422,
        "invalid_cursor",
        "Invalid cursor",
        "Start again without cursor, then pass next_cursor back with the same other parameters.",
    ),
    DatabaseNotReady: Kind(
        503, "not_ready", "Not ready", "Run entente migrate with this version of the service."
    ),
}
HTTP_KINDS: Mapping[int, Kind] = {
    404: Kind(404, "not_found", "Not found", "Nothing is at this path; /docs lists what there is."),
    405: Kind(
        405, "method_not_allowed", "Method not allowed", "Use a method that the Allow header names."
    ),
}
INTERNAL = Kind(
    500,
    "internal_error",
    "Internal error",
    "The service failed and changed nothing. Tell its operator the request_id.",
)
UNAVAILABLE = Kind(
    503,
    "database_unavailable",
    "Database unavailable",
    "The database cannot be used now; nothing was changed. Try again in a moment.",
)
# Where an unknown id of each kind can be looked up.
LOOK_UP = {
    "actor": "/v1/actors/resolve?name=... finds it by name, /v1/actors lists them",
    "domain": "/v1/domains lists them",
    "profile": "/v1/profiles lists them",
}


def _documented(*statuses: tuple[int, str]) -> dict[int | str, dict[str, Any]]:
    """The problems of a route for its documentation, under the media type they really have."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": why, "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}}}
        for status, why in statuses
    }


_INVALID = (422, "A parameter is unknown, empty, malformed, or names what does not exist")
_FAILED = (500, "The service failed and changed nothing")
_UNAVAILABLE = (503, "The database cannot be used now, or its schema is of another version")
PROBLEMS_OF_LIST = _documented(_INVALID, _FAILED, _UNAVAILABLE)
PROBLEMS_OF_READINESS = _documented(_FAILED, _UNAVAILABLE)
PROBLEMS_OF_ITEM = _documented(
    (404, "Nothing has this id, or had it on that day"), _INVALID, _FAILED, _UNAVAILABLE
)


_EXAMPLE_FAULTS: Mapping[int, tuple[str, str, str]] = {
    404: ("proposal_not_found", "/path/proposal_id", "No proposal has this id."),
    422: ("invalid_parameters", "/query/limit", "Input should be less than or equal to 100"),
}


def example_problem(status: int) -> dict[str, Any]:
    """What a problem of this status looks like, for the documentation."""
    kind = next((k for k in (*KINDS.values(), INTERNAL) if k.status == status), INTERNAL)
    fault = _EXAMPLE_FAULTS.get(status)
    code = fault[0] if fault else kind.code
    if code == KINDS[InvalidParameters].code:
        kind = KINDS[InvalidParameters]
    faults = (Fault(fault[1], fault[2]),) if fault else ()
    return _to_problem(kind, faults, code, "0d9c5a7e3b1f4c6d8e2a9b0c1d3e5f70").model_dump()


def problem_response(
    request: Request, kind: Kind, faults: tuple[Fault, ...] = (), code: str | None = None
) -> Response:
    """A problem as a response; nothing in it comes from the caller."""
    request_id = request.scope.get("state", {}).get("request_id", "")
    problem = _to_problem(kind, faults, code or kind.code, request_id)
    return Response(problem.model_dump_json(), kind.status, media_type=PROBLEM_MEDIA_TYPE)


def _to_problem(kind: Kind, faults: tuple[Fault, ...], code: str, request_id: str) -> Problem:
    return Problem(
        type=f"urn:entente:problem:{code.replace('_', '-')}",
        title=kind.title,
        status=kind.status,
        code=code,
        detail=kind.detail,
        request_id=request_id,
        errors=[ProblemError(pointer=f.pointer, detail=f.detail) for f in faults],
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Makes every error of the application a problem."""
    app.add_exception_handler(EntenteError, _on_entente_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(OperationalError, _on_unavailable)
    app.add_exception_handler(Exception, _on_failure)


def _on_entente_error(request: Request, error: Exception) -> Response:
    kind = next((KINDS[c] for c in type(error).__mro__ if c in KINDS), INTERNAL)
    match error:
        case UnknownReference(resource, pointer, suggestions):
            ids = f"Did you mean {' or '.join(suggestions)}? " if suggestions else ""
            detail = f"No {resource} has this id. {ids}{LOOK_UP[resource]}."
            faults = (Fault(pointer, detail),)
            return problem_response(request, kind, faults, f"unknown_{resource}")
        case NotFound(resource, too_early):
            when = (
                "had this id on the day asked for; try a later as_of"
                if too_early
                else "has this id"
            )
            faults = (Fault(f"/path/{resource}_id", f"No {resource} {when}."),)
            return problem_response(request, kind, faults, f"{resource}_not_found")
        case InvalidParameters(faults):
            return problem_response(request, kind, faults)
        case InvalidCursor(belongs_elsewhere):
            why = "was made for another query" if belongs_elsewhere else "cannot be read"
            faults = (Fault("/query/cursor", f"This cursor {why}."),)
            return problem_response(request, kind, faults)
    return problem_response(request, kind)


def _on_invalid_request(request: Request, error: Exception) -> Response:
    faults = []
    for found in error.errors() if isinstance(error, RequestValidationError) else []:
        if found["type"] == "none_required":
            continue  # the other half of an optional parameter, which nobody meant to give
        where, *rest = found["loc"]
        pointer = "/" + "/".join(str(part) for part in (where, *rest[:1]))
        faults.append(Fault(pointer, to_detail(found["type"], found["msg"])))
    unique = tuple(dict.fromkeys(faults))
    return problem_response(request, KINDS[InvalidParameters], unique)


def to_detail(error_type: str, message: str) -> str:
    """A validator's message without the words that only its authors need."""
    return message.removeprefix("Value error, ") if error_type == "value_error" else message


def _on_http_exception(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    fallback = Kind(status, "http_error", "Request refused", "See the status.")
    response = problem_response(request, HTTP_KINDS.get(status, fallback))
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(_allowed_methods(request)))
    return response


def _allowed_methods(request: Request) -> set[str]:
    """Every method that some route answers at this path."""
    methods: set[str] = set()
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        scope = dict(request.scope) | {"method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            methods.add(method)
    return methods


def _on_unavailable(request: Request, error: Exception) -> Response:
    del error  # it names files and statements, which are not the caller's business
    return problem_response(request, UNAVAILABLE)


def _on_failure(request: Request, error: Exception) -> Response:
    del error  # the server logs it with its trace; the caller learns nothing of it
    response = problem_response(request, INTERNAL)
    # This handler stands outside all middleware, so it names the request itself.
    response.headers[REQUEST_ID_HEADER] = request.scope.get("state", {}).get("request_id", "")
    return response
