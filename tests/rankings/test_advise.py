"""What to propose next."""

from collections import Counter
from typing import Any

import pytest

from tests.catalogues import PARTS, catalogue, proposal
from tests.service import Service

AT = "/v1/recommendations"
DAY = "2021-04-30"


def ask(service: Service, **asked: Any) -> dict[str, Any]:
    answer = service.get(AT, {"actor": "JPN", "as_of": DAY} | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_items_are_those_of_the_list_from_the_actors_perspective(starter: Service) -> None:
    found = ask(starter, counterpart="KOR", limit=25)
    listed = starter.items(
        as_of=DAY,
        actor=["JPN", "KOR"],
        perspective="JPN",
        status=["draft", "open", "negotiating"],
    )
    scores = {item["slug"]: item["score"]["value"] for item in listed}
    assert {i["slug"]: i["score"] for i in found["items"]} == scores
    assert found["meta"]["perspective"] == "JPN"
    assert [i["position"] for i in found["items"]] == list(range(1, len(scores) + 1))


def test_each_item_says_why_now_what_stands_in_the_way_and_how_sure(starter: Service) -> None:
    for item in ask(starter, counterpart="KOR")["items"]:
        assert item["to"]
        assert item["why_now"][0]["criterion"] == "timeliness"
        assert {r["effect"] for r in item["why_now"][1:]} <= {"for"}
        assert {r["effect"] for r in item["against"]} <= {"against"}
        assert 0 <= item["robustness"]["first"] <= 1
        for obstacle in item["in_the_way"]:
            assert obstacle["score_if_resolved"] >= item["score"]
            assert obstacle["status"] in ("open", "easing")


def test_removing_an_obstacle_does_what_is_said(small: Service) -> None:
    asked = {"actor": "NOR", "as_of": "2020-02-10"}
    [item] = ask(small, **asked)["items"]
    [obstacle] = item["in_the_way"]
    path = "/v1/proposals/joint-patrol/factors/budget"
    assert small.write("PATCH", path, {"resolved_on": "2020-02-10"}, If_Match="*").is_success
    [resolved] = ask(small, **asked)["items"]
    assert resolved["score"] == obstacle["score_if_resolved"]
    assert resolved["in_the_way"] == []


def test_only_what_is_left_to_propose_is_recommended(small: Service) -> None:
    agreed = PARTS["transitions"][0] | {"status": "agreed", "happened_on": "2020-01-20"}
    negotiating = agreed | {"status": "negotiating", "happened_on": "2020-01-15"}
    done = proposal("done", transitions=[*PARTS["transitions"], negotiating, agreed])
    small.load(catalogue(proposal(), done))
    found = ask(small, actor="NOR", as_of="2020-02-10")
    assert [i["slug"] for i in found["items"]] == ["joint-patrol"]


def test_only_principals_are_asked_and_told(starter: Service) -> None:
    for item in ask(starter, actor="USA", limit=25)["items"]:
        principals = {p["actor_id"] for p in item["participants"] if p["role"] != "observer"}
        assert any(p == "USA" or p.startswith("usa") for p in principals)
    assert ask(starter, actor="who")["items"] == []


@pytest.mark.parametrize("vary", ["domain", "counterpart"])
def test_diversification_is_labelled_and_says_what_it_passed_over(
    starter: Service, vary: str
) -> None:
    plain = ask(starter, limit=25)
    found = ask(starter, limit=25, diversify=vary, at_most=1)
    assert plain["diversification"] is None
    step = found["diversification"]
    kept = [i["slug"] for i in found["items"]]
    passed = [p["slug"] for p in step["passed_over"]]
    assert sorted(kept + passed) == sorted(i["slug"] for i in plain["items"])
    assert kept == [i["slug"] for i in plain["items"] if i["slug"] in kept]
    if vary == "domain":
        roots = Counter(i["domains"][0].split(".")[0] for i in found["items"])
        assert max(roots.values()) == 1
    ranks = {i["slug"]: i["rank"] for i in plain["items"]}
    assert all(p["rank"] == ranks[p["slug"]] for p in step["passed_over"])


def test_precedents_are_the_nearest_attempts_the_proposals_own_first(starter: Service) -> None:
    for item in ask(starter, counterpart="KOR", k=4)["items"]:
        nearness = [p["nearness"] for p in item["precedents"]]
        assert len(nearness) == 4
        assert nearness == sorted(nearness, reverse=True)
        own = starter.get(f"/v1/proposals/{item['slug']}", {"as_of": DAY}).json()["attempts"]
        found = {p["ref"] for p in item["precedents"] if p["proposal_id"] == item["id"]}
        assert {a["ref"] for a in own[:4]} >= found
        assert all(p["nearness"] == 1 for p in item["precedents"] if p["ref"] in found)
        assert all(p["happened_on"] <= DAY for p in item["precedents"])
    assert ask(starter, k=0)["items"][0]["precedents"] == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({}, "/query/actor"),
        ({"actor": "nope"}, "/query/actor"),
        ({"actor": "NOR", "counterpart": "nope"}, "/query/counterpart"),
        ({"actor": "NOR", "domain": "nope"}, "/query/domain"),
        ({"actor": "NOR", "diversify": "colour"}, "/query/diversify"),
        ({"actor": "NOR", "limit": "26"}, "/query/limit"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    small: Service, query: dict[str, str], pointer: str
) -> None:
    answer = small.get(AT, query)
    assert answer.status_code == 422, answer.text
    assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]
    assert "nope" not in answer.text
