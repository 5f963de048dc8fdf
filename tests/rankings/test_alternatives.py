"""Counterfactuals: equal to the score once the record is really gone."""

from pathlib import Path
from typing import Any

import pytest

from tests.catalogues import PARTS, catalogue, evidence, position, proposal
from tests.feeds.feeds import act, load, withdraw, write_file
from tests.service import Service

DAY = "2020-02-10"


def list_of(service: Service, slug: str = "joint-patrol", day: str = DAY) -> dict[Any, Any]:
    asked = {"as_of": day, "counterfactuals": True, "limit": 100}
    answer = service.request("POST", "/v1/rankings", json=asked)
    assert answer.status_code == 200, answer.text
    [item] = [i for i in answer.json()["items"] if i["slug"] == slug]
    return {(c["action"], c["ref"]): c for c in item["counterfactuals"]}


def scores(service: Service, day: str = DAY) -> dict[str, tuple[float, int]]:
    return {i["slug"]: (i["score"]["value"], i["rank"]) for i in service.items(as_of=day)}


PART_REFS = [
    ("factors", "factor", "budget"),
    ("windows", "window", "summit"),
    ("attempts", "attempt", "first-patrol"),
    ("positions", "position", "SWE.2020-01-10"),
    ("judgements", "judgement", "SWE.gain.2020-01-10"),
]


@pytest.mark.parametrize(("plural", "kind", "key"), PART_REFS)
def test_without_a_part_is_what_deleting_it_gives(
    small: Service, plural: str, kind: str, key: str
) -> None:
    stances = [position("NOR", "favours"), position("SWE", "opposes")]
    small.load(catalogue(proposal(positions=stances), proposal("other", windows=[])))
    found = list_of(small)
    path = f"/v1/proposals/joint-patrol/{plural}/{key}"
    [item] = small.items(as_of=DAY, q="joint-patrol")
    assert small.write("DELETE", path, If_Match="*").status_code == 200
    expected = found["without", f"{kind}:{item['id']}.{key}"]
    assert (expected["score"], expected["rank"]) == scores(small)["joint-patrol"]


def test_without_an_event_every_proposal_between_the_two_moves(small: Service) -> None:
    small.load(catalogue(proposal(), proposal("other", windows=[], attempts=[])))
    found = list_of(small)["without", "event:catalogue.visit"]
    assert small.write("DELETE", "/v1/events/catalogue.visit", If_Match="*").status_code == 200
    assert (found["score"], found["rank"]) == scores(small)["joint-patrol"]


def test_without_a_priority_is_what_deleting_it_gives(small: Service) -> None:
    found = list_of(small)["without", "priority:SWE.security.patrols.2020-01-05"]
    path = "/v1/priorities/SWE.security.patrols.2020-01-05"
    assert small.write("DELETE", path, If_Match="*").status_code == 200
    assert (found["score"], found["rank"]) == scores(small)["joint-patrol"]


def test_without_a_claim_among_several_only_the_interval_may_move(small: Service) -> None:
    """The best grade goes: the width of the interval is that of the next best."""
    window = PARTS["windows"][0] | {"evidence": [evidence(credibility=1), evidence(credibility=6)]}
    small.load(catalogue(proposal(windows=[window])))
    assert not [ref for action, ref in list_of(small) if "window" in ref and ".001" in ref]


def test_without_its_only_claim_a_record_goes(small: Service) -> None:
    found = list_of(small)
    [item] = small.items(as_of=DAY)
    record = found["without", f"window:{item['id']}.summit"]
    claim = found["without", f"evidence:window.{item['id']}.summit.001"]
    assert claim["score"] == record["score"]


def test_an_obstacle_that_is_resolved_is_what_resolving_it_gives(small: Service) -> None:
    [item] = small.items(as_of=DAY)
    found = list_of(small)["resolved", f"factor:{item['id']}.budget"]
    path = "/v1/proposals/joint-patrol/factors/budget"
    assert small.write("PATCH", path, {"resolved_on": DAY}, If_Match="*").status_code == 200
    assert (found["score"], found["rank"]) == scores(small)["joint-patrol"]


def test_changes_are_those_of_score_and_rank_the_largest_first(starter: Service) -> None:
    asked = {"as_of": "2021-04-30", "counterfactuals": True, "limit": 3}
    for item in starter.request("POST", "/v1/rankings", json=asked).json()["items"]:
        changes = [abs(c["score_change"]) for c in item["counterfactuals"]]
        assert changes == sorted(changes, reverse=True)
        for one in item["counterfactuals"]:
            assert one["score_change"] or one["rank_change"]
            moved = one["score"] - item["score"]["value"]
            assert one["score_change"] == pytest.approx(moved, abs=1e-9)
            assert one["rank_change"] == one["rank"] - item["rank"]


def test_each_counterfactual_is_what_scoring_everything_again_gives(starter: Service) -> None:
    asked = {"as_of": "2021-04-30", "counterfactuals": True, "limit": 100}
    items = starter.request("POST", "/v1/rankings", json=asked).json()["items"]
    every = [(item["id"], c) for item in items for c in item["counterfactuals"]]
    changes = {"without": "remove", "resolved": "resolve"}
    for proposal_id, one in every[::7]:
        what_if = starter.request(
            "POST",
            "/v1/rankings/what-if",
            json={
                "as_of": "2021-04-30",
                "limit": 100,
                "changes": [{"change": changes[one["action"]], "ref": one["ref"]}],
            },
        ).json()
        [effect] = [e for e in what_if["items"] if e["id"] == proposal_id]
        assert effect["after"] == {"score": one["score"], "rank": one["rank"]}, one


def feed(service: Service, folder: Path) -> None:
    """Two acts of one type on one day, and more days than momentum names one by one."""
    days = [act(n, day=f"2020-02-{n:02}", points=str(n)) for n in range(1, 11)]
    norwegian = {"source": "Norway", "target": "Sweden"}
    load(service, write_file(folder, *days, act(20, day="2020-02-10", points="9", **norwegian)))


def test_without_a_day_of_a_feed_is_what_retracting_all_of_it_gives(
    small: Service, tmp_path: Path
) -> None:
    small.load(catalogue(proposal(), proposal("other", windows=[], attempts=[])))
    feed(small, tmp_path)
    found = list_of(small)["without", "event:icews.2020-02-10.10"]
    assert found["label"] == "CONSULT, NOR towards SWE: 2 reported"
    withdraw(small, "10", "20")
    assert (found["score"], found["rank"]) == scores(small)["joint-patrol"]


def test_of_days_that_are_named_together_only_the_latest_is_left_out(
    small: Service, tmp_path: Path
) -> None:
    feed(small, tmp_path)
    without = {ref: c for (action, ref), c in list_of(small).items() if action == "without"}
    together = without["event:icews.2020-02-02.2"]
    assert together["label"] == "CONSULT, NOR towards SWE: 1 reported"
    withdraw(small, "2")
    assert together["score"] == scores(small)["joint-patrol"][0]


def test_what_if_a_day_of_a_feed_had_not_been_is_the_same(small: Service, tmp_path: Path) -> None:
    feed(small, tmp_path)
    ref = "event:icews.2020-02-10.10"
    found = list_of(small)["without", ref]
    asked = {"as_of": DAY, "changes": [{"change": "remove", "ref": ref}]}
    answer = small.request("POST", "/v1/rankings/what-if", json=asked)
    assert answer.status_code == 200, answer.text
    [effect] = [e for e in answer.json()["items"] if e["slug"] == "joint-patrol"]
    assert effect["after"]["score"] == found["score"]
    asked["changes"] = [{"change": "remove", "ref": "event:icews.2020-02-10.20"}]
    refused = small.request("POST", "/v1/rankings/what-if", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_record")
