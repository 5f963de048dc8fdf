"""Rankings over HTTP: own weights, methods, robustness, swap points, permalinks."""

from decimal import Decimal
from typing import Any

import pytest

from app.scoring.assessment import CRITERIA
from tests.service import Service

DAY = "2021-04-30"
CASE: dict[str, Any] = {"actor": ["JPN", "KOR"], "as_of": DAY}


def rank(service: Service, **asked: Any) -> dict[str, Any]:
    answer = service.request("POST", "/v1/rankings", json=CASE | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def order(ranking: dict[str, Any]) -> list[str]:
    return [item["slug"] for item in ranking["items"]]


def test_without_weights_it_is_the_list(starter: Service) -> None:
    ranked, listed = rank(starter), starter.items(**CASE)
    assert order(ranked) == [item["slug"] for item in listed]
    for one, other in zip(ranked["items"], listed, strict=True):
        assert {name: one[name] for name in other} == other


def test_own_weights_are_used_as_shares_of_their_sum(starter: Service) -> None:
    ranked = rank(starter, weights={"mutual_gain": 3, "tractability": 2, "timeliness": 1})
    weights = ranked["meta"]["profile"]["weights"]
    assert (weights["mutual_gain"], weights["tractability"]) == (0.5, 0.333333)
    assert weights["timeliness"] == 0.166667
    assert ranked["meta"]["profile"]["id"] is None
    assert weights["backing"] == 0
    doubled = rank(starter, weights={"mutual_gain": 6, "tractability": 4, "timeliness": 2})
    assert doubled["items"] == ranked["items"]


def test_points_add_up_to_scores_of_any_weights(starter: Service) -> None:
    for weights in ({"mutual_gain": 1, "backing": 1, "momentum": 1}, {"timeliness": 0.1}):
        for item in rank(starter, weights=weights)["items"]:
            points = [Decimal(str(c["points"])) for c in item["score"]["contributions"]]
            assert sum(points) == Decimal(str(item["score"]["value"]))


def test_a_product_multiplies_and_others_have_no_parts(starter: Service) -> None:
    product = rank(starter, method="weighted_product")
    for item in product["items"]:
        whole = 100.0
        for part in item["score"]["contributions"]:
            assert part["points"] is None
            whole *= part["factor"]
        assert whole == pytest.approx(item["score"]["value"], abs=1e-6)
    assert product["items"][0]["score"]["contributions_are"] == "multiplicative"
    for method in ("topsis", "promethee_2"):
        ranked = rank(starter, method=method)
        parts = [c for i in ranked["items"] for c in i["score"]["contributions"]]
        assert {(c["points"], c["factor"]) for c in parts} == {(None, None)}
        assert ranked["method"]["contributions"] == "absent"
        assert ranked["method"]["can_reverse_ranks"] == (method == "promethee_2")


def test_a_permalink_gives_the_same_answer_again(starter: Service) -> None:
    asked = {
        "weights": {"mutual_gain": 3, "tractability": 0.1},
        "robustness": True,
        "samples": 500,
        "swap_points": True,
        "counterfactuals": True,
        "limit": 4,
        "domain": ["security"],
    }
    ranked = rank(starter, **asked)
    again = starter.get(ranked["permalink"])
    assert again.status_code == 200
    assert again.json() == ranked
    assert "known_at=" in ranked["permalink"]
    assert f"as_of={DAY}" in ranked["permalink"]


def test_a_permalink_outlives_edits(both: Service) -> None:
    first = both.request(
        "POST", "/v1/rankings", json={"as_of": "2020-02-10", "weights": {"tractability": 1}}
    ).json()
    patch = {"factors": []}
    path = "/v1/proposals/joint-patrol"
    assert both.write("PATCH", path, patch, If_Match="*").status_code == 200
    now = both.request(
        "POST", "/v1/rankings", json={"as_of": "2020-02-10", "weights": {"tractability": 1}}
    ).json()
    assert now["items"][0]["score"]["value"] == 100
    assert both.get(first["permalink"]).json() == first


def test_robustness_adds_up_and_comes_again_by_its_seed(starter: Service) -> None:
    ranked = rank(starter, robustness=True, samples=2000, limit=100, top=5)
    items = ranked["items"]
    for item in items:
        found = item["robustness"]
        assert sum(share["share"] for share in found["ranks"]) == pytest.approx(1)
        assert found["first"] <= found["top"]
        assert found["rank_low"] <= found["expected_rank"] <= found["rank_high"]
        if found["central_weights"] is not None:
            assert sum(found["central_weights"].values()) == pytest.approx(1, abs=1e-3)
    assert sum(i["robustness"]["first"] for i in items) == pytest.approx(1, abs=1e-3)
    assert sum(i["robustness"]["top"] for i in items) == pytest.approx(5, abs=1e-3)
    wins = ranked["pairwise"]["wins"]
    for place, item in enumerate(items[:-1]):
        found = item["robustness"]
        assert found["wins_over_next"] == pytest.approx(wins[place][place + 1], abs=1e-4)
        assert found["clear_over_next"] == (found["wins_over_next"] >= 0.75)
        assert wins[place][place + 1] + wins[place + 1][place] == pytest.approx(1, abs=1e-9)
    assert items[-1]["robustness"]["wins_over_next"] is None
    again = rank(starter, robustness=True, samples=2000, limit=100, top=5)
    assert again == ranked
    other = rank(starter, robustness=True, samples=2000, limit=100, top=5, seed=2)
    assert other["items"] != items
    assert ranked["sampling"]["standard_error"] == pytest.approx(0.0112)


def test_equally_likely_weights_in_an_order_favour_what_comes_first(starter: Service) -> None:
    asked = {"robustness": True, "samples": 2000, "weights_from": "anywhere"}
    ranked = rank(starter, **asked, order=["timeliness", "mutual_gain"])
    central = ranked["items"][0]["robustness"]["central_weights"]
    assert ranked["sampling"]["order"] == ["timeliness", "mutual_gain"]
    assert ranked["sampling"]["concentration"] is None
    if central is not None:
        assert central["timeliness"] > central["mutual_gain"]


def test_fixed_weights_and_values_leave_no_doubt(starter: Service) -> None:
    ranked = rank(starter, robustness=True, samples=50, concentration=1e6, vary_values=False)
    first = ranked["items"][0]
    if first["score"]["value"] - ranked["items"][1]["score"]["value"] > 0.5:
        assert first["robustness"]["first"] == 1
        assert first["robustness"]["clear_over_next"] is True


def test_flows_do_not_vary_unless_that_is_asked_for_and_refused(starter: Service) -> None:
    ranked = rank(starter, method="promethee_2", robustness=True, samples=100)
    assert ranked["sampling"]["vary_values"] is False


def test_too_many_samples_are_refused_with_how_many_will_do(
    starter: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rankings.sureness.MAX_CELLS", 2100)
    answer = starter.request("POST", "/v1/rankings", json=CASE | {"robustness": True})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/body/samples"
    assert "at most 100 samples" in error["detail"]
    rank(starter, robustness=True, samples=100)


def test_too_many_counterfactuals_are_refused(
    starter: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rankings.rank.MAX_RESCORED", 20)
    answer = starter.request("POST", "/v1/rankings", json=CASE | {"counterfactuals": True})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/body/counterfactuals"


@pytest.mark.parametrize("method", ["weighted_sum", "promethee_2"])
@pytest.mark.parametrize("key", ["swap_with_next", "most_sensitive"])
def test_swap_points_are_where_ranking_again_turns_the_order(
    starter: Service, key: str, method: str
) -> None:
    ranked = rank(starter, swap_points=True, limit=5, method=method)
    weights = ranked["meta"]["profile"]["weights"]
    checked = 0
    for item in ranked["items"]:
        point = item[key]
        if point is None:
            continue
        assert point["weight"] == weights[point["criterion"]]
        assert point["change"] == pytest.approx(point["swap_weight"] - point["weight"])
        sides = []
        for part in (0.98, 1.02):
            moved = point["weight"] + part * point["change"]
            if not 0 <= moved < 1:
                break
            scores = score_at(starter, weights, point["criterion"], moved, method)
            sides.append(scores[item["slug"]] - scores[point["with_slug"]])
        if len(sides) == 2:
            assert sides[0] * sides[1] < 0, (item["slug"], point)
            checked += 1
    assert checked >= 2


def score_at(
    service: Service, weights: dict[str, float], criterion: str, moved: float, method: str
) -> dict[str, float]:
    rest = (1 - moved) / (1 - weights[criterion])
    own = {c: w * rest for c, w in weights.items()} | {criterion: moved}
    ranked = rank(service, weights=own, limit=100, method=method)
    return {item["slug"]: item["score"]["value"] for item in ranked["items"]}


def test_most_sensitive_is_the_smallest_change_of_all(starter: Service) -> None:
    for item in rank(starter, swap_points=True)["items"]:
        if item["swap_with_next"] is not None:
            nearest = abs(item["most_sensitive"]["change"])
            assert nearest <= abs(item["swap_with_next"]["change"]) + 1e-12


def test_topsis_has_no_swap_points_and_says_so(starter: Service) -> None:
    ranked = rank(starter, swap_points=True, method="topsis")
    assert {item["most_sensitive"] for item in ranked["items"]} == {None}
    assert "topsis" in ranked["notes"][0]


def test_proposals_that_all_but_one_gain_from_can_be_asked_for(starter: Service) -> None:
    every = rank(starter, limit=100)["items"]
    losing = [item["slug"] for item in every if item["loser_id"]]
    assert order(rank(starter, good_for_all_but_one=True, limit=100)) == losing
    for item in every:
        values = {gain["actor_id"]: gain["value"] for gain in item["gains"]}
        lost = [actor for actor, value in values.items() if value < 0.5]
        if item["loser_id"]:
            assert lost == [item["loser_id"]]


def test_filters_words_and_least_scores_hold(starter: Service) -> None:
    assert rank(starter, q="exercise")["total"] == len(starter.items(**CASE, q="exercise"))
    assert rank(starter, min_score=60)["total"] == len(starter.items(**CASE, min_score=60))
    assert rank(starter, limit=2)["total"] == 21
    assert len(rank(starter, limit=2)["items"]) == 2


def test_nothing_to_rank_is_an_empty_ranking(empty: Service) -> None:
    answer = empty.request(
        "POST", "/v1/rankings", json={"robustness": True, "swap_points": True}
    ).json()
    assert (answer["items"], answer["total"]) == ([], 0)
    assert answer["pairwise"] == {"ids": [], "wins": []}


def test_one_proposal_is_always_first(small: Service) -> None:
    asked = {"as_of": "2020-02-10", "robustness": True, "samples": 20, "swap_points": True}
    for method in ("weighted_sum", "weighted_product", "topsis", "promethee_2"):
        answer = small.request("POST", "/v1/rankings", json=asked | {"method": method})
        [item] = answer.json()["items"]
        assert item["robustness"]["first"] == 1
        assert item["swap_with_next"] is None


def test_a_ranking_needs_a_key_where_reads_are_closed(make_both: Any) -> None:
    closed = make_both("small", open_reads=False)
    assert closed.request("POST", "/v1/rankings", json={}).status_code == 401
    key = {"Authorization": f"Bearer {closed.make_key('read')}"}
    assert closed.request("POST", "/v1/rankings", json={}, headers=key).status_code == 200
    assert closed.get("/v1/rankings").status_code == 401


def test_every_criterion_has_a_central_weight(starter: Service) -> None:
    first = rank(starter, robustness=True, samples=500)["items"][0]["robustness"]
    assert list(first["central_weights"]) == list(CRITERIA)
