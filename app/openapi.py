"""The OpenAPI document, with real answers as examples, and the docs page that needs no network."""

import json
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app import __version__
from app.problems import PROBLEM_MEDIA_TYPE, Problem, example_problem

TITLE = "Entente"
SUMMARY = "Lists and scores cooperation proposals between political actors."
DESCRIPTION = """\
What should an actor propose next, to whom, in which domain, and why now?

* Every **score** (0 to 100) is the exact sum of its contributions; each value behind it names the
  records and the evidence it rests on: `/v1/proposals/{proposal_id}/score`.
* **Unknown is never zero**: it counts 0.5, lowers the coverage and widens the interval.
* **`as_of`** looks at any past day: nothing dated or published later is known.
* **`perspective`** asks what is good for one actor; **`profile`** changes the weights.
* No score depends on what else is listed, so a third proposal never reorders two others.

Every error is `application/problem+json` (RFC 9457) and says what to do. Unknown, empty and
repeated parameters are errors. Lists carry `next_cursor` and a `Link` header.

Start with **List and score proposals**: *Try it out*, then *Execute*.
"""
TAGS = [
    {"name": "proposals", "description": "What actors could do together, scored and explained"},
    {"name": "actors", "description": "States, organisations, bodies, persons and groups"},
    {"name": "domains", "description": "The tree of policy fields"},
    {"name": "sources", "description": "Publications that evidence was taken from"},
    {"name": "profiles", "description": "Sets of weights"},
    {"name": "health", "description": "Whether the service lives and can answer"},
]
DOCS_ASSETS = "/docs/assets"
JSON_MEDIA_TYPE = "application/json"

router = APIRouter(include_in_schema=False)


class Api(FastAPI):
    """An application that describes itself whole: its problems and real answers included."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, the same at every call."""
        return _complete(super().openapi())


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    """Adds what FastAPI does not know: the shape of problems, and examples."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= schema.pop("$defs") | {"Problem": schema}
    answers = _read_answers()
    for path in document["paths"].values():
        for operation in path.values():
            _add_examples(operation, answers.get(operation["operationId"]))
    return document


def to_text(document: dict[str, Any]) -> str:
    """The document as it is committed and served."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _add_examples(operation: dict[str, Any], answer: object) -> None:
    """Puts a real answer, and for each error what it looks like, beside their schemas."""
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if status == "200" and answer is not None:
            content[JSON_MEDIA_TYPE]["example"] = answer
        elif PROBLEM_MEDIA_TYPE in content:
            content[PROBLEM_MEDIA_TYPE]["example"] = example_problem(int(status))


def _read_answers() -> dict[str, object]:
    """Answers of the service on its starter catalogue, by operation id."""
    text = files("app").joinpath("data", "examples.json").read_text(encoding="utf-8")
    answers: dict[str, object] = json.loads(text)
    return answers


@router.get("/openapi.json")
def get_document(request: Request) -> Response:
    """The document as committed."""
    return Response(to_text(request.app.openapi()), media_type=JSON_MEDIA_TYPE)


@router.get("/docs")
def get_docs(request: Request) -> HTMLResponse:
    """Swagger UI, from files that come with the service."""
    root = request.scope.get("root_path", "")
    return get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title=f"{TITLE} {__version__}",
        swagger_js_url=f"{root}{DOCS_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{DOCS_ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{root}{DOCS_ASSETS}/favicon.png",
        swagger_ui_parameters={
            "displayRequestDuration": True,
            "defaultModelsExpandDepth": 0,
            "docExpansion": "list",
            "tryItOutEnabled": True,
        },
    )


@router.get("/")
def get_root(request: Request) -> RedirectResponse:
    """To the docs page."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")
