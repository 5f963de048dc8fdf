"""Ranked proposals over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

from tests.catalogues import catalogue, evidence, proposal
from tests.service import Service

DAY = "2020-02-10"


def slugs(items: list[dict[str, Any]]) -> list[str]:
    return [item["slug"] for item in items]


def test_the_list_gives_the_whole_of_an_item(small: Service) -> None:
    [item] = small.items(as_of=DAY)
    score = item.pop("score")
    assert item == {
        "id": "prp-8ff9d2d1445b",
        "slug": "joint-patrol",
        "title": "Title of joint-patrol",
        "summary": "Summary of joint-patrol.",
        "next_step": None,
        "status": "open",
        "mechanism": "joint_exercise",
        "level": "bilateral",
        "domains": ["security.patrols"],
        "participants": [
            {
                "actor_id": "nor-defence",
                "name": "Ministry of Defence of Norway",
                "role": "initiator",
            },
            {"actor_id": "SWE", "name": "Sweden", "role": "counterpart"},
        ],
        "reviewed_on": "2020-01-10",
        "review": "fresh",
        "updated_at": "2026-01-01T00:00:00Z",
        "revision": 260,
        "rank": 1,
        "window": {
            "ref": "window:prp-8ff9d2d1445b.summit",
            "title": "Summit season",
            "opens_on": "2020-02-01",
            "closes_on": "2020-03-31",
            "days_left": 50,
        },
        "attention": None,
    }
    values = {c["criterion"]: c["value"] for c in score["contributions"]}
    assert values == {
        "shared_priority": 0.612,  # sqrt(.75 x .5)
        "mutual_gain": 0.685,  # sqrt(.75 x .625)
        "tractability": 0.5,
        "momentum": 0.48,
        "timeliness": 0.75,
        "receptivity": None,
        "precedent": 0.667,
        "backing": 0.5,
    }
    assert score["coverage"] == 0.9


def test_meta_names_all_that_the_answer_was_made_from(small: Service) -> None:
    meta = small.get("/v1/proposals", {"as_of": DAY, "profile": "quick-win"}).json()["meta"]
    assert meta.pop("profile")["weights"]["tractability"] == 0.3
    assert meta == {
        "as_of": DAY,
        "known_at": "2026-01-01T00:00:00Z",
        "revision": 260,
        "perspective": "joint",
        "method": "weighted_sum",
        "model": "entente-score/1",
        "feeds": [],
        "forecast_run": None,
    }


def test_today_is_looked_at_unless_a_day_is_named(small: Service) -> None:
    assert small.get("/v1/proposals").json()["meta"]["as_of"] == "2026-01-02"


def test_an_empty_catalogue_gives_an_empty_list(empty: Service) -> None:
    answer = empty.get("/v1/proposals", {"facet": "domain"}).json()
    assert answer["items"] == []
    assert answer["total"] == 0
    assert answer["facets"] == {"domain": []}
    assert answer["meta"]["revision"] == 0
    assert answer["meta"]["known_at"] is None


def test_asking_for_an_actor_includes_those_that_belong_to_it(small: Service) -> None:
    assert slugs(small.items(actor="NOR", as_of=DAY)) == ["joint-patrol"]
    assert slugs(small.items(actor="nor-defence", as_of=DAY)) == ["joint-patrol"]
    assert small.items(actor="DNK", as_of=DAY) == []


def test_all_actors_must_take_part_unless_any_will_do(small: Service) -> None:
    assert small.items(actor=["NOR", "DNK"], as_of=DAY) == []
    assert len(small.items(actor=["NOR", "SWE"], as_of=DAY)) == 1
    assert len(small.items(actor=["NOR", "DNK"], actor_match="any", as_of=DAY)) == 1


def test_asking_for_a_domain_includes_those_below_it(small: Service) -> None:
    assert len(small.items(domain="security", as_of=DAY)) == 1
    assert len(small.items(domain="security.patrols", as_of=DAY)) == 1
    assert small.items(domain="health", as_of=DAY) == []
    assert len(small.items(domain=["health", "security"], as_of=DAY)) == 1


def test_status_and_mechanism_filter(small: Service) -> None:
    assert len(small.items(status="open", as_of=DAY)) == 1
    assert small.items(status="draft", as_of=DAY) == []
    assert len(small.items(mechanism=["visit", "joint_exercise"], as_of=DAY)) == 1
    assert small.items(mechanism="visit", as_of=DAY) == []


def test_the_status_is_that_of_the_day(small: Service) -> None:
    agreed = {
        "status": "agreed",
        "happened_on": "2020-06-01",
        "reason": "Signed",
        "evidence": [evidence("later-report")],
    }
    document = proposal()
    small.load(catalogue(proposal(transitions=[*document["transitions"], agreed])))
    assert small.items(as_of="2020-06-09")[0]["status"] == "open"  # its report is of 10 June
    assert small.items(as_of="2020-06-10")[0]["status"] == "agreed"
    assert small.items(as_of="2020-01-09") == []


def test_words_find_titles_summaries_and_next_steps(small: Service) -> None:
    assert len(small.items(q="titles patrol", as_of=DAY)) == 1
    assert len(small.items(q="SUMM", as_of=DAY)) == 1
    assert small.items(q="submarine", as_of=DAY) == []
    assert len(small.items(q="joint\N{IDEOGRAPHIC SPACE}patrol", as_of=DAY)) == 1


@pytest.mark.parametrize("words", ['"', "a OR", "NEAR(", "title:x*", "-patrol ^", "a AND NOT b"])
def test_words_are_never_read_as_search_syntax(small: Service, words: str) -> None:
    answer = small.get("/v1/proposals", {"q": words, "as_of": DAY})
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert len(answer.json()["items"]) <= 1


def test_the_least_score_is_included(small: Service) -> None:
    value = small.items(as_of=DAY)[0]["score"]["value"]
    assert len(small.items(min_score=value, as_of=DAY)) == 1
    assert small.items(min_score=value + 0.0001, as_of=DAY) == []


def seven(service: Service) -> None:
    """Seven proposals of which some tie."""
    variants = []
    for n in range(7):
        document = proposal(f"plan-{n}")
        document["windows"][0]["closes_on"] = f"2020-03-{10 + (n * 3) % 7:02}"
        document["factors"][0]["severity"] = ["low", "high"][n % 2]
        variants.append(document)
    service.load(catalogue(*variants))


@pytest.mark.parametrize("sort", ["-score", "score", "closes_on", "-updated_at", "title"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_put_together_are_the_whole_list(small: Service, sort: str, limit: int) -> None:
    seven(small)
    whole = small.items(sort=sort, as_of=DAY)
    collected: list[dict[str, Any]] = []
    url: str | None = f"/v1/proposals?sort={sort}&limit={limit}&as_of={DAY}"
    pages = 0
    while url is not None:
        answer = small.get(url)
        page = answer.json()
        collected += page["items"]
        pages += 1
        assert page["total"] == 8
        link = answer.links.get("next")
        assert (link is None) == (page["next_cursor"] is None)
        url = link["url"] if link else None
    assert collected == whole
    assert pages == -(-8 // limit)


def test_sorts_do_what_they_say(small: Service) -> None:
    seven(small)
    scores = [i["score"]["value"] for i in small.items(as_of=DAY)]
    assert scores == sorted(scores, reverse=True)
    assert [i["score"]["value"] for i in small.items(sort="score", as_of=DAY)] == sorted(scores)
    closing = [i["window"]["closes_on"] for i in small.items(sort="closes_on", as_of=DAY)]
    assert closing == sorted(closing)
    titles = [i["title"] for i in small.items(sort="title", as_of=DAY)]
    assert titles == sorted(titles)


def test_equal_scores_share_a_rank_and_keep_the_order_of_ids(small: Service) -> None:
    seven(small)
    items = small.items(as_of=DAY)
    by_score: dict[float, list[dict[str, Any]]] = {}
    for item in items:
        by_score.setdefault(item["score"]["value"], []).append(item)
    assert any(len(group) > 1 for group in by_score.values())
    for group in by_score.values():
        assert len({i["rank"] for i in group}) == 1
        assert [i["id"] for i in group] == sorted(i["id"] for i in group)
    assert [i["rank"] for i in items] == [
        1 + sum(other["score"]["value"] > i["score"]["value"] for other in items) for i in items
    ]


def test_a_cursor_keeps_the_day_of_its_first_page(small: Service) -> None:
    seven(small)
    first = small.get("/v1/proposals", {"limit": 2}).json()
    second = small.get("/v1/proposals", {"limit": 2, "cursor": first["next_cursor"]}).json()
    assert first["meta"]["as_of"] == second["meta"]["as_of"] == "2026-01-02"


def test_the_longest_titles_fit_into_a_cursor(small: Service) -> None:
    longest = [
        proposal(f"plan-{n}", title="\N{GREEK SMALL LETTER IOTA WITH DIALYTIKA AND TONOS}" * 200)
        for n in range(3)
    ]
    small.load(catalogue(*longest))
    page = small.get("/v1/proposals", {"sort": "title", "limit": 2, "as_of": DAY}).json()
    again = {"sort": "title", "limit": 2, "as_of": DAY, "cursor": page["next_cursor"]}
    assert len(small.get("/v1/proposals", again).json()["items"]) == 2


def test_a_cursor_is_refused_with_other_filters(small: Service) -> None:
    seven(small)
    cursor = small.get("/v1/proposals", {"limit": 2, "as_of": DAY}).json()["next_cursor"]
    same = small.get("/v1/proposals", {"cursor": cursor, "as_of": DAY, "sort": "-score"})
    assert same.status_code == 200
    for other in ({"sort": "title"}, {"actor": "NOR"}, {"profile": "quick-win"}, {"q": "plan"}):
        answer = small.get("/v1/proposals", {"cursor": cursor, "as_of": DAY} | other)
        assert answer.status_code == 422
        assert answer.json()["code"] == "invalid_cursor"


def test_facets_count_all_pages_and_fold_descendants_in(small: Service) -> None:
    seven(small)
    facets = ["actor", "domain", "level", "mechanism", "status"]
    answer = small.get("/v1/proposals", {"facet": facets, "limit": 1, "as_of": DAY}).json()
    assert answer["facets"]["domain"] == [
        {"value": "security", "name": "Security", "count": 8},
        {"value": "security.patrols", "name": "Patrols", "count": 8},
    ]
    assert {f["value"]: f["count"] for f in answer["facets"]["actor"]} == {
        "NOR": 8,
        "SWE": 8,
        "nor-defence": 8,
    }
    assert answer["facets"]["mechanism"][0]["name"] == "joint exercise"
    assert answer["facets"]["level"][0]["value"] == "bilateral"
    assert answer["facets"]["status"] == [{"value": "open", "name": "open", "count": 8}]


def test_contributions_add_up_to_the_score_exactly_as_printed(small: Service) -> None:
    for profile in ("balanced", "quick-win", "high-impact", "relationship-first"):
        [item] = small.items(as_of=DAY, profile=profile)
        score = item["score"]
        points = sum(Decimal(str(c["points"])) for c in score["contributions"])
        assert points == Decimal(str(score["value"]))
        for c in score["contributions"]:
            expected = 100 * Decimal(str(c["weight"])) * Decimal(str(c["counted"]))
            assert Decimal(str(c["points"])) == expected


def test_a_removed_judgement_lowers_coverage_and_widens_the_interval(small: Service) -> None:
    [before] = small.items(as_of=DAY)
    document = proposal()
    small.load(catalogue(proposal(judgements=document["judgements"][1:])))
    [after] = small.items(as_of=DAY)
    assert after["score"]["coverage"] < before["score"]["coverage"]
    assert after["score"]["low"] < before["score"]["low"]
    assert after["score"]["high"] > before["score"]["high"]
    [gain] = [c for c in after["score"]["contributions"] if c["criterion"] == "mutual_gain"]
    assert (gain["value"], gain["known"], gain["counted"]) == (None, False, 0.5)
    assert gain["points"] == 10.0


def test_perspective_takes_the_actors_own_gain_and_priority(small: Service) -> None:
    def values(perspective: str) -> dict[str, Any]:
        [item] = small.items(as_of=DAY, perspective=perspective)
        return {c["criterion"]: c["value"] for c in item["score"]["contributions"]}

    norway, sweden, denmark = values("NOR"), values("SWE"), values("DNK")
    assert (norway["mutual_gain"], norway["shared_priority"]) == (0.75, 0.75)
    assert (sweden["mutual_gain"], sweden["shared_priority"]) == (0.625, 0.5)
    assert (denmark["mutual_gain"], denmark["shared_priority"]) == (None, None)
    others = {"tractability", "momentum", "timeliness", "precedent", "backing"}
    assert {norway[c] == sweden[c] == denmark[c] for c in others} == {True}


def test_one_proposal_is_found_by_id_and_by_slug(small: Service) -> None:
    by_slug = small.get("/v1/proposals/joint-patrol", {"as_of": DAY})
    by_id = small.get("/v1/proposals/prp-8ff9d2d1445b", {"as_of": DAY})
    assert by_slug.status_code == by_id.status_code == 200
    assert by_slug.json() == by_id.json()
    [listed] = small.items(as_of=DAY)
    assert by_id.json()["score"] == listed["score"]


def test_a_proposal_shows_its_parts_as_they_stood(small: Service) -> None:
    factor = proposal()["factors"][0] | {"easing_on": "2020-03-01", "resolved_on": "2020-04-01"}
    small.load(catalogue(proposal(factors=[factor])))

    def shown(day: str) -> dict[str, Any]:
        return small.get("/v1/proposals/joint-patrol", {"as_of": day}).json()["factors"][0]

    assert (shown("2020-02-29")["status"], shown("2020-02-29")["easing_on"]) == ("open", None)
    assert (shown("2020-03-01")["status"], shown("2020-03-01")["resolved_on"]) == ("easing", None)
    assert shown("2020-04-01")["status"] == "resolved"


def test_an_explanation_shows_every_input_with_its_evidence(small: Service) -> None:
    answer = small.get("/v1/proposals/joint-patrol/score", {"as_of": DAY}).json()
    [listed] = small.items(as_of=DAY)
    assert answer["score"] == listed["score"]
    by_criterion = {a["criterion"]: a for a in answer["assessments"]}
    momentum = by_criterion["momentum"]
    assert {ref for i in momentum["inputs"] for ref in i["refs"]} == {
        "event:catalogue.visit",
        "factor:prp-8ff9d2d1445b.budget",
    }
    assert momentum["figures"] == {
        "cooperative": 3.102,
        "conflictual": 3.789,
        "half_life_days": 90,
        "prior_mass": 10,
    }
    visit = next(i for i in momentum["inputs"] if i["refs"] == ["event:catalogue.visit"])
    assert (visit["dated_on"], visit["value"]) == ("2020-01-08", round(4 * 0.5 ** (33 / 90), 3))
    assert by_criterion["receptivity"]["value"] is None
    for assessment in answer["assessments"]:
        for entry in assessment["inputs"]:
            assert entry["evidence"], entry["refs"]


def list_refs(value: Any) -> set[str]:
    """Every reference under which a JSON value shows a record."""
    if isinstance(value, list):
        return set().union(*map(list_refs, value))
    if not isinstance(value, dict):
        return set()
    own = {value["ref"]} if "ref" in value else set(value.get("refs", []))
    return own.union(*map(list_refs, value.values()))


def test_every_reference_of_a_reason_leads_to_a_record(small: Service) -> None:
    detail = small.get("/v1/proposals/joint-patrol", {"as_of": DAY}).json()
    explanation = small.get("/v1/proposals/joint-patrol/score", {"as_of": DAY}).json()
    reasons = detail.pop("score")["reasons"]
    shown = list_refs(detail) | list_refs(explanation["assessments"])
    referred = {ref for reason in reasons for ref in reason["refs"]}
    assert referred
    assert referred <= shown


def test_a_proposal_that_is_not_there_is_404(small: Service) -> None:
    answer = small.get("/v1/proposals/nothing/score")
    assert answer.status_code == 404
    assert answer.json()["code"] == "proposal_not_found"
    early = small.get("/v1/proposals/joint-patrol", {"as_of": "2019-12-31"})
    assert early.status_code == 404
    assert "later as_of" in early.json()["errors"][0]["detail"]
