"""The OpenAPI document, with real answers as examples, and the docs page that needs no network."""

import base64
import hashlib
import json
import re
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app import __version__
from app.answer_headers import POLICY
from app.imports.format import CatalogueFile
from app.imports.retraction_routes import RetractionCreate
from app.problems import PROBLEM_MEDIA_TYPE, Problem, example_problem
from app.rankings.query import RankingRequest
from app.rankings.what_if import WhatIfRequest
from app.records.kinds import KINDS
from app.records.parts import PART_SHAPES
from app.security import BEARER_SCHEME
from app.sources.models import EvidenceCreate

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
* **`known_at`** looks at any past state of the catalogue: pass `meta.known_at` of an answer to have
  that answer again, whatever was edited or deleted since.

What should Japan propose to South Korea in spring 2021, how sure is that, who loses, and what would
change it? Execute, as they are filled in: **Say what to propose next**, **Rank with your own
weights**, **Show a proposal from every side**, **Try changes on a ranking**.

To **write**, make a key with `entente keys create --name NAME --scope write` and send it as
`Authorization: Bearer KEY` (*Authorize* below). A change of a record needs `If-Match` with the ETag
you read; one with an `Idempotency-Key` is carried out once. Every change is a revision:
`/v1/changes` gives them in order, `/history` by record.

Every error is `application/problem+json` (RFC 9457) and says what to do. Unknown, empty and
repeated parameters are errors. Lists carry `next_cursor` and a `Link` header.

Start with **List and score proposals**: *Try it out*, then *Execute*.
"""
TAGS = [
    {"name": "proposals", "description": "What actors could do together, scored and explained"},
    {"name": "recommendations", "description": "What to propose next, to whom, and why now"},
    {"name": "windows", "description": "When acting is easier, over all proposals"},
    {"name": "scorecard", "description": "How past ranks did"},
    {"name": "rankings", "description": "Own weights, robustness, what would change a rank"},
    {"name": "actors", "description": "States, organisations, bodies, persons and groups"},
    {"name": "domains", "description": "The tree of policy fields"},
    {"name": "sources", "description": "Publications that evidence was taken from"},
    {"name": "profiles", "description": "Sets of weights"},
    {"name": "priorities", "description": "How much actors say that domains matter to them"},
    {"name": "events", "description": "Dated acts between actors"},
    {"name": "forecasts", "description": "How likely an actor is to act before long, and why"},
    {"name": "parts of proposals", "description": "Participants, factors, windows... singly"},
    {"name": "imports", "description": "Whole catalogues at once"},
    {"name": "changes", "description": "What changed, in order"},
    {"name": "health", "description": "Whether the service lives and can answer"},
]
# Reads that are too long for a query, so they are sent as bodies.
QUESTIONS = ("rank", "what_if")
DOCS_ASSETS = "/docs/assets"
JSON_MEDIA_TYPE = "application/json"
# What a schema says about a field besides what it allows.
_ABOUT = ("title", "description", "default", "examples")

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

router = APIRouter(include_in_schema=False)


class Api(FastAPI):
    """An application that describes itself whole: its problems and real answers included.

    Requests come in through its `entry`, which whoever is in front of the framework may wrap.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.entry: ASGIApp = super().__call__
        self._completed: dict[str, Any] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection; those that are not HTTP, as its own start, are the framework's."""
        app = self.entry if scope["type"] == "http" else super().__call__
        await app(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, the same at every call."""
        document = super().openapi()
        if document is not self._completed:
            self._completed = _complete(document)
        return document


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    """Adds what FastAPI does not know: the shape of problems, and examples."""
    document["components"]["schemas"] |= _describe_shapes()
    answers, requests = _read("examples.json"), _read("requests.json")
    shared = document["components"].setdefault("responses", {})
    for path in document["paths"].values():
        for method, operation in path.items():
            _add_example(operation, answers)
            _share_problems(operation, shared)
            _fill_in(operation)
            _add_request(operation, requests)
            is_read = method == "get" or operation["operationId"] in QUESTIONS
            if is_read and "security" in operation:
                operation["security"] = [{}, {BEARER_SCHEME: []}]
    return document


def _fill_in(operation: dict[str, Any]) -> None:
    """Gives every parameter examples to choose from, where the docs page looks for them."""
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        if schema.get("default") == []:
            del schema["default"]  # the docs page would take it for what to fill in
        if "examples" not in parameter and ("examples" in schema or "default" not in schema):
            values = schema.get("examples", [])
            parameter["examples"] = {
                str(n): {"summary": _to_summary(value), "value": value}
                for n, value in enumerate(values, 1)
            } or {"1": {"summary": "Left out"}}


def _to_summary(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _describe_shapes() -> dict[str, Any]:
    """The schemas of problems and of bodies, which routes read for themselves."""
    bodies: list[type[BaseModel]] = [
        *(kind.shape for kind in KINDS),
        *PART_SHAPES.values(),
        EvidenceCreate,
    ]
    questions = (RankingRequest, WhatIfRequest, RetractionCreate)
    shapes: list[type[BaseModel]] = [Problem, CatalogueFile, *questions, *bodies]
    _, described = models_json_schema(
        [(shape, "validation") for shape in shapes],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Any] = described["$defs"]
    for schema in schemas.values():
        _allow_null(schema)
    identities = {kind.shape.__name__: kind.identity for kind in KINDS}
    patches = {
        f"{shape.__name__}Patch": _to_patch(
            schemas[shape.__name__], identities.get(shape.__name__, ())
        )
        for shape in bodies
    }
    return schemas | patches


def _allow_null(schema: dict[str, Any]) -> None:
    """Says that a field which is null by default may be null: query parameters do not say it."""
    for name, field in schema.get("properties", {}).items():
        if field.get("default", ...) is None:
            schema["properties"][name] = _or_null(field) | {"default": None}


def _to_patch(schema: dict[str, Any], identity: tuple[str, ...]) -> dict[str, Any]:
    """The schema of a merge patch: every field may be left out, and null takes it away."""
    fields = {name: field for name, field in schema["properties"].items() if name not in identity}
    return {
        "title": f"{schema['title']}Patch",
        "description": "Fields to change; null takes one away. Lists are replaced whole.",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _or_null(field) for name, field in fields.items()},
    }


def _or_null(field: dict[str, Any]) -> dict[str, Any]:
    inner = field.get("additionalProperties")
    if isinstance(inner, dict):
        field = field | {"additionalProperties": {"anyOf": [inner, {"type": "null"}]}}
    choices = field.get("anyOf", [{k: v for k, v in field.items() if k not in _ABOUT}])
    null = {"type": "null"}
    about = {k: v for k, v in field.items() if k in _ABOUT and k != "default"}
    return {"anyOf": choices if null in choices else [*choices, null]} | about


def _add_request(operation: dict[str, Any], requests: dict[str, Any]) -> None:
    """Puts a body that can be sent as it is beside its schema."""
    body = requests.get(operation["operationId"])
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if body is not None and media_type.endswith("json"):
            operation["requestBody"]["content"][media_type] = content | {"example": body}


def to_text(document: dict[str, Any]) -> str:
    """The document as it is committed and served."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _add_example(operation: dict[str, Any], answers: dict[str, Any]) -> None:
    """Puts a real answer beside its schema; those that are no JSON stand by their media types."""
    for status in {"200", "201", "202"} & operation["responses"].keys():
        for media_type, content in operation["responses"][status]["content"].items():
            key = operation["operationId"] if media_type == JSON_MEDIA_TYPE else media_type
            if key in answers:
                content["example"] = answers[key]


def _share_problems(operation: dict[str, Any], shared: dict[str, Any]) -> None:
    """Describes each problem once, with what it looks like, and refers to that."""
    for status, response in operation["responses"].items():
        if PROBLEM_MEDIA_TYPE in response.get("content", {}):
            name = f"Problem{status}"
            response["content"][PROBLEM_MEDIA_TYPE]["example"] = example_problem(int(status))
            if shared.setdefault(name, response) != response:
                raise ValueError(f"two descriptions of problem {status}")
            operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _read(name: str) -> dict[str, Any]:
    """Answers of the service on its starter catalogue, or requests to it, by operation id."""
    text = files("app").joinpath("data", name).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


@router.get("/openapi.json")
def get_document(request: Request) -> Response:
    """The document as committed."""
    return Response(to_text(request.app.openapi()), media_type=JSON_MEDIA_TYPE)


@router.get("/docs")
def get_docs(request: Request) -> HTMLResponse:
    """Swagger UI, from files that come with the service."""
    root = request.scope.get("root_path", "")
    page = get_swagger_ui_html(
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
    setattr(request.state, POLICY, _to_policy(bytes(page.body).decode()))
    return page


def _to_policy(page: str) -> str:
    """What the docs page may do: run its own files and the script in it, and ask this service."""
    scripts = (script.encode() for script in _SCRIPT.findall(page))
    hashes = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    allowed = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in hashes)])
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


@router.get("/")
def get_root(request: Request) -> RedirectResponse:
    """To the docs page."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")
