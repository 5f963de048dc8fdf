"""The OpenAPI document and the docs page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from pydantic import TypeAdapter

from app.openapi import to_text
from app.recommendations.models import ProposalDetail, ProposalPage, ScoreExplanation
from tests.examples import collect_answers
from tests.service import Service, make_service

ROOT = Path(__file__).parent.parent
COMMITTED = ROOT / "openapi" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return parsed


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def reads(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Operations that the starter catalogue alone can answer."""
    for path, methods in document["paths"].items():
        if "get" in methods and not path.startswith("/v1/profiles/{profile_id}/"):
            yield path, methods["get"]


def test_the_committed_document_is_the_one_that_is_served(starter: Service) -> None:
    assert starter.get("/openapi.json").text == COMMITTED.read_text(encoding="utf-8")
    assert to_text(starter.app.openapi()) == COMMITTED.read_text(encoding="utf-8")


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_operation_and_parameter_is_described_with_an_example(
    document: dict[str, Any],
) -> None:
    for path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
            has_example = parameter.get("examples") or "default" in parameter["schema"]
            assert has_example, (path, parameter["name"])


def test_every_property_of_every_answer_is_described(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        for field, content in schema.get("properties", {}).items():
            assert content.get("description"), (name, field)


def test_every_answer_has_an_example(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        for status, response in operation["responses"].items():
            if "$ref" in response:
                response = document["components"]["responses"][response["$ref"].split("/")[-1]]
            for media in response["content"].values():
                assert media.get("example") is not None, (path, status)


def test_the_examples_are_what_the_service_answers_today(starter: Service, tmp_path: Path) -> None:
    examples = json.loads((ROOT / "app" / "data" / "examples.json").read_text(encoding="utf-8"))
    scratch = make_service(tmp_path / "scratch.db", starter=True)
    assert collect_answers(starter, scratch) == examples


def test_every_operation_that_takes_a_body_has_an_example_of_one(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            assert media.get("example") is not None, path


@pytest.mark.parametrize(
    ("operation_id", "shape"),
    [
        ("list_proposals", ProposalPage),
        ("get_proposal", ProposalDetail),
        ("explain_score", ScoreExplanation),
    ],
)
def test_examples_fit_their_schemas(operation_id: str, shape: type) -> None:
    examples = json.loads((ROOT / "app" / "data" / "examples.json").read_text(encoding="utf-8"))
    TypeAdapter(shape).validate_python(examples[operation_id], extra="forbid")


# The starter comes without a feed: none may be given on with it.
OF_FEEDS = ("/v1/feeds", "/v1/events/imports", "/v1/forecasts/runs")
# Nothing that these name comes with the starter.
NOT_THERE = {
    "/v1/events/imports/{import_id}": "import_not_found",
    "/v1/forecasts/runs/{run_id}": "run_not_found",
}


def first_try(operation: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the docs page fills in before anybody types: path and query parameters."""
    filled: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
    for parameter in operation.get("parameters", []):
        examples = list(parameter.get("examples", {}).values())
        value = examples[0].get("value") if examples else parameter["schema"].get("default")
        if value is not None:
            filled[parameter["in"]][parameter["name"]] = value
    return filled["path"], filled["query"]


def test_the_first_click_on_try_it_out_shows_something_sensible(
    document: dict[str, Any], starter: Service
) -> None:
    for path, operation in reads(document):
        in_path, in_query = first_try(operation)
        answer = starter.get(path.format(**in_path), in_query)
        if path in NOT_THERE:
            assert answer.json()["code"] == NOT_THERE[path]
            continue
        assert answer.status_code == 200, (path, answer.text)
        if answer.headers["content-type"] == "application/json" and "items" in answer.json():
            assert answer.json()["items"] or path in OF_FEEDS, path


def test_every_other_example_of_a_parameter_works_too(
    document: dict[str, Any], starter: Service
) -> None:
    for path, operation in reads(document):
        in_path, in_query = first_try(operation)
        for parameter in operation.get("parameters", []):
            for example in parameter.get("examples", {}).values():
                filled = {"path": dict(in_path), "query": dict(in_query)}
                filled[parameter["in"]].pop(parameter["name"], None)
                if "value" in example:
                    filled[parameter["in"]][parameter["name"]] = example["value"]
                if path in NOT_THERE:
                    continue
                answer = starter.get(path.format(**filled["path"]), filled["query"])
                assert answer.status_code == 200, (path, parameter["name"], answer.text)


def test_the_docs_page_needs_no_network(starter: Service) -> None:
    page = starter.get("/docs").text
    links = re.findall(r"(?:src|href)=\"([^\"]+)\"", page)
    assert links
    for link in links:
        assert link.startswith("/docs/assets/")
        assert starter.get(link).status_code == 200
    assert "url: '/openapi.json'" in page


def test_the_root_leads_to_the_docs(starter: Service) -> None:
    answer = starter.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/docs")
