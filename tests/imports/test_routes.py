"""Importing over HTTP, on both databases."""

import json
from typing import Any

import pytest
import yaml

from app.proposals.models import to_proposal_id
from tests.catalogues import REPORT, catalogue, evidence, proposal
from tests.conftest import Make
from tests.service import Service

TYPES = ("application/json", "application/yaml", "application/x-ndjson", "application/jsonl")


def to_text(content: dict[str, list[Any]], media_type: str) -> str:
    if media_type == "application/yaml":
        return yaml.safe_dump(content)
    if media_type == "application/json":
        return json.dumps(content, indent=1)
    kinds = {"priorities": "priority"}
    lines = [
        json.dumps({kinds.get(section, section.removesuffix("s")): record})
        for section, records in content.items()
        for record in records
    ]
    return "\n\n".join(lines)


def send(service: Service, content: Any, media_type: str = TYPES[0], **params: Any) -> Any:
    text = content if isinstance(content, str | bytes) else to_text(content, media_type)
    headers = service.authorisation() | {"Content-Type": media_type}
    return service.request("POST", "/v1/imports", content=text, headers=headers, params=params)


@pytest.mark.parametrize("media_type", TYPES)
def test_a_catalogue_is_imported_whole_and_again_changes_nothing(
    both_empty: Service, media_type: str
) -> None:
    first = send(both_empty, catalogue(), media_type)
    assert first.status_code == 200, first.text
    body = first.json()
    assert (body["first_revision"], body["last_revision"]) == (1, both_empty.revision())
    assert body["counts"]["proposal"] == {"created": 1}
    assert body["counts"]["actor"]["created"] == 251
    assert [i["slug"] for i in both_empty.items(as_of="2020-02-10")] == ["joint-patrol"]
    again = send(both_empty, catalogue(), media_type).json()
    assert (again["first_revision"], again["changes"]) == (None, [])
    assert again["counts"]["proposal"] == {"unchanged": 1}
    assert both_empty.revision() == body["last_revision"]


def test_a_dry_run_shows_the_differences_and_stores_nothing(both: Service) -> None:
    before = both.revision()
    changed = catalogue(proposal(next_step="Go"), proposal("new-plan"))
    shown = send(both, changed, dry_run="true").json()
    assert both.revision() == before
    assert shown["dry_run"] is True
    assert shown["counts"]["proposal"] == {"updated": 1, "created": 1}
    assert {c["resource_id"]: (c["outcome"], c["diff"]) for c in shown["changes"]} == {
        "prp-8ff9d2d1445b": (
            "updated",
            [{"path": "/next_step", "change": "added", "before": None, "after": "Go"}],
        ),
        to_proposal_id("new-plan"): ("created", []),
    }
    done = send(both, changed).json()
    assert done["changes"] == shown["changes"]


@pytest.mark.parametrize("media_type", TYPES)
def test_every_fault_is_told_with_its_line_and_pointer(both: Service, media_type: str) -> None:
    before = both.revision()
    content = {
        "sources": [REPORT | {"reliability": "Z"}, REPORT | {"id": "b", "colour": "mauve"}],
        "domains": [{"id": "x", "name": "X", "description": "X"}],
        "profiles": [{"id": "p", "name": "P", "description": "D", "weights": {"luck": 1}}],
    }
    answer = send(both, content, media_type)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_catalogue")
    errors = {e["pointer"]: e["line"] for e in answer.json()["errors"]}
    if "json" in media_type and media_type != "application/json":
        assert errors.keys() == {"/source/reliability", "/source", "/profile/weights"}
        assert sorted(errors.values()) == [1, 3, 7]
    else:
        assert errors.keys() == {"/sources/0/reliability", "/sources/1", "/profiles/0/weights"}
        assert all(line > 1 for line in errors.values())
    assert "mauve" not in answer.text
    assert "colour" not in answer.text
    assert "luck" not in answer.text
    assert both.revision() == before


def test_lines_are_those_of_the_text(small: Service) -> None:
    wrong = json.dumps({"sources": [REPORT | {"reliability": "Z"}]}, indent=1)
    [error] = send(small, wrong).json()["errors"]
    assert '"reliability"' in wrong.splitlines()[error["line"] - 1]
    dangling = json.dumps({"proposals": [proposal(domains=["nowhere"])]}, indent=1)
    [error] = send(small, dangling).json()["errors"]
    assert "nowhere" in dangling.splitlines()[error["line"] - 1]
    assert error["pointer"] == "/proposals/0/domains/0"


def test_all_or_nothing(both: Service) -> None:
    before = both.revision()
    content = catalogue(proposal("fine"), proposal("wrong", domains=["nowhere"]))
    content["sources"].append(REPORT | {"id": "never-stored"})
    assert send(both, content).status_code == 422
    assert both.revision() == before
    assert both.get("/v1/sources/never-stored").status_code == 404


def test_a_deleted_record_comes_back_when_it_is_imported(both: Service) -> None:
    both.write("DELETE", "/v1/proposals/joint-patrol", If_Match="*")
    assert send(both, catalogue()).json()["counts"]["proposal"] == {"created": 1}
    assert both.get("/v1/proposals/joint-patrol").status_code == 200


def test_a_state_that_was_deleted_does_not_come_back_by_itself(small: Service) -> None:
    assert small.write("DELETE", "/v1/actors/TUV", If_Match="*").status_code == 200
    assert send(small, {}).json()["changes"] == []
    assert small.get("/v1/actors/TUV").status_code == 410


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        ("{", "application/json", 422, "invalid_catalogue"),
        ("[]", "application/json", 422, "invalid_catalogue"),
        ('{"sources": [], "sources": []}', "application/json", 422, "invalid_catalogue"),
        ('{"source": {}, "actor": {}}', "application/x-ndjson", 422, "invalid_catalogue"),
        ('{"planet": {}}', "application/x-ndjson", 422, "invalid_catalogue"),
        ("a: [", "application/yaml", 422, "invalid_catalogue"),
        ("a: &a [*a]", "application/yaml", 422, "invalid_catalogue"),
        ("[" * 50_000, "application/yaml", 422, "invalid_catalogue"),
        ("!!python/object:os.system x", "application/yaml", 422, "invalid_catalogue"),
        (b"\xff\xfe", "application/yaml", 422, "invalid_catalogue"),
        ("{}", "text/plain", 415, "unsupported_media_type"),
        ("{}", "", 415, "unsupported_media_type"),
        ("{}", "application/json; charset=utf-8", 200, None),
        ("", "application/yaml", 200, None),
        ("", "application/x-ndjson", 200, None),
    ],
)
def test_what_cannot_be_read_is_refused(
    small: Service, content: str | bytes, media_type: str, status: int, code: str | None
) -> None:
    answer = send(small, content, media_type)
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text


def test_a_catalogue_that_is_too_large_is_refused(make_both: Make) -> None:
    service = make_both("small", max_import_bytes=2000)
    assert send(service, catalogue()).json()["code"] == "body_too_large"
    assert send(service, {"sources": [REPORT]}).status_code == 200


def test_an_import_is_carried_out_once(both: Service) -> None:
    headers = both.authorisation() | {"Idempotency-Key": "i"}
    content = {"sources": [REPORT | {"id": "new", "note": "n"}]}
    first = both.request("POST", "/v1/imports", json=content, headers=headers)
    again = both.request("POST", "/v1/imports", json=content, headers=headers)
    assert first.json()["counts"]["source"] == {"created": 1}
    assert again.content == first.content
    claim = evidence("new")
    assert claim["source_id"] == both.get("/v1/sources/new").json()["id"]
