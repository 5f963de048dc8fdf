"""The parts of a proposal, edited singly, on both databases."""

from typing import Any

import pytest

from tests.catalogues import evidence, judgement, position
from tests.service import Service

AT = "/v1/proposals/joint-patrol"
NEW: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "participants": ("DNK", {"actor_id": "DNK", "role": "observer"}, {"role": "facilitator"}),
    "judgements": ("DNK.gain.2020-01-10", judgement("DNK", "gain", "low"), {"level": "none"}),
    "factors": (
        "weather",
        {
            "key": "weather",
            "kind": "obstacle",
            "title": "Ice",
            "severity": "low",
            "since_on": "2020-01-05",
            "evidence": [evidence()],
        },
        {"easing_on": "2020-02-01"},
    ),
    "windows": (
        "summer",
        {
            "key": "summer",
            "title": "Summer",
            "reason": "No ice",
            "strength": "low",
            "basis": "editorial",
            "announced_on": "2020-01-05",
            "opens_on": "2020-06-01",
        },
        {"closes_on": "2020-08-31"},
    ),
    "attempts": (
        "second-patrol",
        {
            "key": "second-patrol",
            "title": "A second patrol",
            "outcome": "failed",
            "happened_on": "2019-09-01",
            "reason": "Storms",
            "evidence": [evidence()],
        },
        {"outcome": "held"},
    ),
    "positions": ("DNK.2020-01-10", position("DNK", "neutral"), {"stance": "favours"}),
    "transitions": (
        "2020-02-01",
        {
            "status": "negotiating",
            "happened_on": "2020-02-01",
            "reason": "Talks",
            "evidence": [evidence()],
        },
        {"reason": "Talks began"},
    ),
}


@pytest.mark.parametrize("plural", NEW)
def test_a_part_is_added_shown_changed_and_deleted(both: Service, plural: str) -> None:
    key, document, patch = NEW[plural]
    before = both.revision()
    made = both.write("POST", f"{AT}/{plural}", document)
    assert made.status_code == 201, made.text
    path = made.headers["location"]
    assert path == f"/v1/proposals/prp-8ff9d2d1445b/{plural}/{key}"
    assert made.json()["key"] == key
    shown = both.get(path)
    assert shown.json() == made.json()
    assert shown.headers["etag"].startswith(f'"{before + 1}-')
    assert both.write("POST", f"{AT}/{plural}", document).json()["code"] == "already_exists"

    assert both.write("PATCH", path, patch).status_code == 428
    changed = both.write("PATCH", path, patch, If_Match=shown.headers["etag"])
    assert changed.status_code == 200, changed.text
    assert changed.json()["record"] | patch == changed.json()["record"]
    assert both.write("DELETE", path, If_Match=shown.headers["etag"]).status_code == 412
    gone = both.write("DELETE", path, If_Match=changed.headers["etag"])
    assert gone.status_code == 200, gone.text
    assert both.get(path).status_code == 404
    assert both.write("DELETE", path, If_Match="*").json()["code"] == "part_not_found"
    assert both.revision() == before + 3
    first, last = both.get(f"{AT}/history", {"limit": 4}).json()["items"][::3]
    assert first["record"] == last["record"]


def test_evidence_is_edited_under_its_part(both: Service) -> None:
    claims = f"{AT}/factors/budget/evidence"
    made = both.write("POST", claims, evidence("later-report", 5, bearing="undermines"))
    assert made.status_code == 201, made.text
    assert made.headers["location"].endswith("/factors/budget/evidence/2")
    assert both.get(made.headers["location"]).json()["record"]["source_id"] == "later-report"
    wrong = both.write("PATCH", f"{claims}/2", {"credibility": 9}, If_Match="*").json()
    assert wrong["errors"][0]["pointer"] == "/body/credibility"
    assert both.write("PATCH", f"{claims}/2", {"credibility": 6}, If_Match="*").is_success
    assert both.write("DELETE", f"{claims}/1", If_Match="*").status_code == 422  # the only support
    assert both.write("DELETE", f"{claims}/2", If_Match="*").is_success
    assert both.get(f"{claims}/2").json()["code"] == "evidence_not_found"
    unknown = both.write("POST", claims, evidence("rumour")).json()
    assert unknown["errors"][0]["detail"].startswith("No source has this id")


def test_a_step_that_is_not_legal_is_refused_with_those_that_are(both: Service) -> None:
    before = both.revision()
    for status, day in (("draft", "2020-02-01"), ("open", "2020-02-01"), ("agreed", "2019-12-01")):
        step = NEW["transitions"][1] | {"status": status, "happened_on": day}
        answer = both.write("POST", f"{AT}/transitions", step)
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
        assert "may come" in answer.json()["errors"][0]["detail"]
    assert both.revision() == before
    superseded = NEW["transitions"][1] | {"status": "superseded"}
    assert both.write("POST", f"{AT}/transitions", superseded).status_code == 201
    more = NEW["transitions"][1] | {"status": "open", "happened_on": "2020-03-01"}
    final = both.write("POST", f"{AT}/transitions", more).json()
    assert "superseded is final" in final["errors"][0]["detail"]


def test_a_reviewer_moves_the_life_cycle_and_nothing_else(both: Service) -> None:
    headers = {"Authorization": f"Bearer {both.make_key('review')}"}
    step = both.request("POST", f"{AT}/transitions", json=NEW["transitions"][1], headers=headers)
    assert step.status_code == 201, step.text
    other = both.request("POST", f"{AT}/factors", json=NEW["factors"][1], headers=headers)
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")


def test_parts_of_what_is_not_there_are_404(small: Service) -> None:
    for path in (f"{AT}/factors/none", "/v1/proposals/none/factors/budget"):
        assert small.get(path).status_code == 404
        assert small.write("PATCH", path, {}, If_Match="*").status_code == 404
    assert small.write("POST", f"{AT}/factors/none/evidence", evidence()).status_code == 404
    assert small.write("POST", f"{AT}/participants/NOR/evidence", evidence()).status_code == 422


def test_a_part_that_breaks_the_whole_is_refused(small: Service) -> None:
    before = small.revision()
    only = small.write("DELETE", f"{AT}/participants/SWE", If_Match="*")
    assert only.json()["code"] == "invalid_record"
    for body in ({"colour": "red"}, [], "x", {"severity": "huge"}):
        answer = small.write("PATCH", f"{AT}/factors/budget", body, If_Match="*")
        assert answer.status_code == 422, body
    assert small.revision() == before
