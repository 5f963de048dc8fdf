"""Creating, changing and deleting records over HTTP, on both databases."""

import json
from typing import Any

import pytest

from app.records.kinds import KINDS
from tests.catalogues import REPORT, catalogue, priority, proposal
from tests.service import Service

NEW: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "actors": (
        "swe-mod",
        {"id": "swe-mod", "kind": "body", "name": "Ministry of Defence", "parent_id": "SWE"},
        {"description": "In Stockholm"},
    ),
    "domains": (
        "security.arctic",
        {"id": "security.arctic", "name": "Arctic", "description": "The north"},
        {"name": "High north"},
    ),
    "sources": (
        "gazette",
        {"id": "gazette", "title": "G", "available_on": "2020-01-01", "reliability": "B"},
        {"reliability": "A"},
    ),
    "profiles": (
        "cautious",
        {"id": "cautious", "name": "C", "description": "D", "weights": {"tractability": 1}},
        {"weights": {"tractability": 0.5, "precedent": 0.5}},
    ),
    "priorities": (
        "NOR.health.2020-01-05",
        priority("NOR", "health", "low"),
        {"level": "high"},
    ),
    "events": (
        "catalogue.call",
        catalogue()["events"][0] | {"key": "call"},
        {"intensity": 1.5},
    ),
    "proposals": ("prp-f5e8a8ac5d0d", proposal("new-plan"), {"title": "A better title"}),
}
RESOURCE = {kind.plural: kind.resource for kind in KINDS}


def code(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["code"]


@pytest.mark.parametrize("plural", NEW)
def test_a_record_is_created_read_changed_and_deleted(both: Service, plural: str) -> None:
    _, document, patch = NEW[plural]
    before = both.revision()
    made = both.write("POST", f"/v1/{plural}", document)
    assert made.status_code == 201, made.text
    resource_id = made.json()["id"]
    path = f"/v1/{plural}/{resource_id}"
    assert made.headers["location"] == path
    assert (made.json()["revision"], made.json()["version"]) == (before + 1, 1)

    record = both.get(f"{path}/record")
    shown = {k: v for k, v in record.json()["record"].items() if k in document}
    assert json.loads(json.dumps(shown, sort_keys=True)).keys() == document.keys()
    assert both.get(path).status_code == 200
    # Any representation of the record names its revision.
    for answer in (made, record, both.get(path)):
        assert answer.headers["etag"].startswith(f'"{before + 1}-')

    changed = both.write("PATCH", path, patch, If_Match=record.headers["etag"])
    assert changed.status_code == 200, changed.text
    assert changed.json()["record"] | patch == changed.json()["record"]
    assert (changed.json()["revision"], changed.json()["version"]) == (before + 2, 2)
    stale = both.write("PATCH", path, {}, If_Match=record.headers["etag"])
    assert code(stale, 412) == "precondition_failed"

    gone = both.write("DELETE", path, If_Match=changed.headers["etag"])
    assert (gone.status_code, gone.json()["revision"]) == (200, before + 3)
    assert code(both.get(path), 410) == f"{RESOURCE[plural]}_gone"
    assert code(both.get(f"{path}/record"), 410) == f"{RESOURCE[plural]}_gone"
    assert code(both.write("PATCH", path, patch, If_Match="*"), 410)
    history = both.get(f"{path}/history").json()["items"]
    assert [r["action"] for r in history] == ["delete", "update", "create"]
    assert [r["number"] for r in history] == [before + 3, before + 2, before + 1]
    assert history[0]["record"] is None
    assert history[1]["record"] == changed.json()["record"]
    assert {d["path"].split("/")[1] for d in history[1]["diff"]} == set(patch)

    again = both.write("POST", f"/v1/{plural}", document)
    assert (again.status_code, again.json()["version"]) == (201, 4)


def test_the_diff_names_parts_by_their_keys(small: Service) -> None:
    document = proposal()
    document["factors"][0]["severity"] = "high"
    document["factors"][0]["evidence"][0]["credibility"] = 1
    tag = small.get("/v1/proposals/joint-patrol").headers["etag"]
    patch = {"factors": document["factors"], "next_step": "Go", "attempts": []}
    small.write("PATCH", "/v1/proposals/joint-patrol", patch, If_Match=tag)
    [latest, _] = small.get("/v1/proposals/joint-patrol/history").json()["items"]
    found = {d["path"]: (d["change"], d["before"], d["after"]) for d in latest["diff"]}
    removed = found.pop("/attempts")
    assert (removed[0], list(removed[1])) == ("removed", ["first-patrol"])
    assert found == {
        "/next_step": ("added", None, "Go"),
        "/factors/budget/severity": ("changed", "moderate", "high"),
        "/factors/budget/evidence/1/credibility": ("changed", 2, 1),
    }
    assert latest["principal"].startswith("key:")


def test_a_change_needs_the_state_it_is_about(both: Service) -> None:
    path = "/v1/sources/report"
    for method in ("PATCH", "DELETE"):
        assert code(both.write(method, path, {}), 428) == "precondition_required"
        for wrong in ('"1-x"', '"nonsense"', 'W/"99999-x"'):
            assert code(both.write(method, path, {}, If_Match=wrong), 412)
        for wrong in ("nonsense", ""):
            assert code(both.write(method, path, {}, If_Match=wrong), 422)
    own = both.get(path).headers["etag"]
    several = f'"1-x", {own}'
    assert both.write("PATCH", path, {"note": "n"}, If_Match=several).status_code == 200
    assert both.write("PATCH", path, {"note": "m"}, If_Match="*").status_code == 200


def test_a_patch_that_changes_nothing_records_nothing(both: Service) -> None:
    before = both.revision()
    answer = both.write("PATCH", "/v1/sources/report", {"publisher": "Test Press"}, If_Match="*")
    assert (answer.status_code, both.revision()) == (200, before)
    assert answer.json()["revision"] <= before


def test_null_takes_a_field_away_and_what_is_needed_cannot_be_taken(small: Service) -> None:
    path = "/v1/sources/report"
    taken = small.write("PATCH", path, {"publisher": None}, If_Match="*")
    assert taken.json()["record"]["publisher"] is None
    assert code(small.write("PATCH", path, {"title": None}, If_Match="*"), 422) == "invalid_record"
    for body in ([], "x", 1):
        assert code(small.write("PATCH", path, body, If_Match="*"), 422)


@pytest.mark.parametrize(
    ("path", "patch"),
    [
        ("/v1/sources/report", {"id": "other"}),
        ("/v1/proposals/joint-patrol", {"slug": "other"}),
        ("/v1/priorities/NOR.security.2020-01-05", {"stated_on": "2020-01-06"}),
        ("/v1/events/catalogue.visit", {"key": "other"}),
    ],
)
def test_what_makes_the_id_never_changes(small: Service, path: str, patch: dict[str, str]) -> None:
    answer = small.write("PATCH", path, patch, If_Match="*")
    assert code(answer, 422) == "invalid_record"
    assert answer.json()["errors"][0]["pointer"] == f"/body/{next(iter(patch))}"


def test_an_id_is_taken_once(both: Service) -> None:
    before = both.revision()
    assert code(both.write("POST", "/v1/sources", REPORT), 409) == "already_exists"
    assert code(both.write("POST", "/v1/proposals", proposal()), 409) == "already_exists"
    assert both.revision() == before


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/sources/report", "proposal prp-8ff9d2d1445b"),
        ("/v1/actors/NOR", "actor nor-defence"),
        ("/v1/domains/security", "domain security.patrols"),
    ],
)
def test_what_others_refer_to_stays(both: Service, path: str, named: str) -> None:
    before = both.revision()
    answer = both.write("DELETE", path, If_Match="*")
    assert code(answer, 409) == "still_referenced"
    assert named in answer.json()["errors"][0]["detail"]
    assert both.revision() == before


def test_references_must_lead_somewhere(both: Service) -> None:
    before = both.revision()
    document = proposal("wrong", domains=["nowhere"], merged_into="nothing")
    answer = both.write("POST", "/v1/proposals", document)
    assert code(answer, 422) == "invalid_record"
    assert {e["pointer"] for e in answer.json()["errors"]} == {
        "/body/domains/0",
        "/body/merged_into",
    }
    assert both.revision() == before


def test_chains_never_loop(small: Service) -> None:
    for slug in ("b-plan", "c-plan"):
        small.write("POST", "/v1/proposals", proposal(slug))
    path = "/v1/proposals"
    assert small.write(
        "PATCH", f"{path}/b-plan", {"supersedes": ["c-plan"]}, If_Match="*"
    ).is_success
    looped = small.write("PATCH", f"{path}/c-plan", {"supersedes": ["b-plan"]}, If_Match="*")
    assert code(looped, 422) == "invalid_record"
    itself = small.write("PATCH", f"{path}/c-plan", {"merged_into": "c-plan"}, If_Match="*")
    assert code(itself, 422) == "invalid_record"
    merged = small.write("PATCH", f"{path}/c-plan", {"merged_into": "joint-patrol"}, If_Match="*")
    assert merged.is_success
    onward = small.write("PATCH", f"{path}/b-plan", {"merged_into": "c-plan"}, If_Match="*")
    assert code(onward, 422) == "invalid_record"
    council = {"id": "aa", "kind": "group", "name": "A", "parent_id": "nordic-council"}
    small.write("POST", "/v1/actors", council)
    under = small.write("PATCH", "/v1/actors/nordic-council", {"parent_id": "aa"}, If_Match="*")
    assert code(under, 422) == "invalid_record"


def test_a_merged_proposal_is_no_longer_listed_and_says_where_it_went(both: Service) -> None:
    both.write("POST", "/v1/proposals", proposal("copy"))
    assert {i["slug"] for i in both.items(as_of="2020-02-10")} == {"joint-patrol", "copy"}
    both.write("PATCH", "/v1/proposals/copy", {"merged_into": "joint-patrol"}, If_Match="*")
    assert {i["slug"] for i in both.items(as_of="2020-02-10")} == {"joint-patrol"}
    detail = both.get("/v1/proposals/copy", {"as_of": "2020-02-10"}).json()
    assert detail["merged_into"] == "joint-patrol"


def test_what_replaces_what_is_shown_on_both_sides(small: Service) -> None:
    small.write("POST", "/v1/proposals", proposal("better", supersedes=["joint-patrol"]))
    day = {"as_of": "2020-02-10"}
    assert small.get("/v1/proposals/better", day).json()["supersedes"] == ["joint-patrol"]
    assert small.get("/v1/proposals/joint-patrol", day).json()["superseded_by"] == ["better"]


def test_a_new_proposal_is_compared_with_those_that_are_there(small: Service) -> None:
    alike = small.write("POST", "/v1/proposals", proposal("alike", title="Title of joint patrols"))
    assert [s["slug"] for s in alike.json()["similar"]] == ["joint-patrol"]
    other = proposal("other", title="Vaccines", summary="Share doses.", domains=["health"])
    assert small.write("POST", "/v1/proposals", other).json()["similar"] == []
    listed = small.get("/v1/proposals/alike/similar").json()["items"]
    assert [s["slug"] for s in listed] == ["joint-patrol", "other"]
    assert listed[0]["likely_duplicate"]
    assert not listed[1]["likely_duplicate"]
    assert listed[0]["likeness"] > listed[1]["likeness"]


def test_a_history_has_pages(small: Service) -> None:
    for n in range(5):
        small.write("PATCH", "/v1/sources/report", {"note": f"{n}"}, If_Match="*")
    url, seen = "/v1/sources/report/history?limit=2", []
    while url:
        page = small.get(url)
        seen += [r["number"] for r in page.json()["items"]]
        url = page.links.get("next", {}).get("url")
    assert len(seen) == 6
    assert seen == sorted(seen, reverse=True)


def test_an_answer_to_a_write_is_one_revision_in_the_feed(both: Service) -> None:
    before = both.revision()
    made = both.write("POST", "/v1/sources", NEW["sources"][1])
    page = both.get("/v1/changes", {"after": before}).json()
    assert [r["number"] for r in page["items"]] == [made.json()["revision"]]
    assert page["items"][0]["record"] == made.json()["record"]
    assert page["items"][0]["recorded_at"] == made.json()["recorded_at"]
    assert (page["next_after"], page["latest"]) == (before + 1, before + 1)
