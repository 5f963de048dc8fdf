"""The case that the service was made for: Japan and South Korea, as seen on 30 April 2021."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.catalogues import evidence, proposal
from tests.service import Service, make_service, starter_records

DAY = "2021-04-30"
BOTH = ["JPN", "KOR"]
PROFILES = ("balanced", "quick-win", "high-impact", "relationship-first")
PERSPECTIVES = ("joint", "JPN", "KOR", "USA")
NUMBER = re.compile(r"\d+(?:\.\d+)?")

# A window that is open may end on a later day.
OPEN_ENDED = ("closes_on",)


def days_of(value: Any) -> Iterator[str]:
    """Every day of a record in a JSON value: the fields whose name ends in _on."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key.endswith("_on") and isinstance(child, str) and key not in OPEN_ENDED:
                yield child
            yield from days_of(child)
    elif isinstance(value, list):
        for child in value:
            yield from days_of(child)


SECURITY = {
    "resume-defence-ministerial",
    "trilateral-exercises",
    "trilateral-defence-ministerial",
    "security-advisers-on-denuclearisation",
}


def slugs(items: list[dict[str, Any]]) -> set[str]:
    return {item["slug"] for item in items}


def walk(value: Any) -> Iterator[Any]:
    """Every scalar of a JSON value."""
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from walk(child)
    else:
        yield value


def test_all_proposals_between_the_two_are_listed_and_ranked(starter: Service) -> None:
    answer = starter.get("/v1/proposals", {"actor": BOTH, "as_of": DAY}).json()
    assert answer["total"] == len(answer["items"]) >= 13
    assert answer["next_cursor"] is None
    values = [i["score"]["value"] for i in answer["items"]]
    assert values == sorted(values, reverse=True)
    assert answer["items"][0]["rank"] == 1


@pytest.mark.parametrize(
    "words",
    [
        "Motegi ambassador",
        "prime minister visit",
        "2015 agreement",
        "track 1.5 plaintiffs",
        "Fukushima water IAEA",
        "defence ministerial",
        "exercises United States",
        "trilateral defence ministerial",
        "advisers denuclearisation",
        "children's agency",
        "birth rates",
        "renewable",
        "coal",
        "epidemics detection",
        "masks",
    ],
)
def test_everything_the_article_proposes_is_there(starter: Service, words: str) -> None:
    found = starter.items(actor=BOTH, as_of=DAY, q=words)
    assert found, words
    for item in found:
        detail = starter.get(f"/v1/proposals/{item['id']}", {"as_of": DAY}).json()
        locators = [
            e["locator"]
            for part in ("transitions", "judgements", "factors", "windows", "positions")
            for record in detail[part]
            for e in record["evidence"]
            if e["source_id"] == "diplomat-2021-04-29"
        ]
        assert any(locator and locator.startswith("paragraph") for locator in locators)


def test_security_holds_the_security_ones_with_those_below_it(starter: Service) -> None:
    found = starter.items(actor=BOTH, as_of=DAY, domain="security")
    assert slugs(found) >= SECURITY
    for item in found:
        assert any(d.split(".")[0] == "security" for d in item["domains"])
    assert len(found) < len(starter.items(actor=BOTH, as_of=DAY))


def test_the_united_states_take_part_in_the_trilateral_ones(starter: Service) -> None:
    found = starter.items(actor="USA", as_of=DAY)
    assert {"trilateral-exercises", "trilateral-defence-ministerial"} <= slugs(found)
    assert {item["level"] for item in found} == {"trilateral"}


def test_korea_is_found_through_its_ministries_and_persons(starter: Service) -> None:
    found = starter.items(actor="KOR", as_of=DAY)
    through = [i for i in found if "KOR" not in {p["actor_id"] for p in i["participants"]}]
    assert "resume-defence-ministerial" in slugs(through)
    persons = [i for i in found if "kang-chang-il" in {p["actor_id"] for p in i["participants"]}]
    assert persons


def test_perspective_and_profile_reorder_for_reasons_one_can_read(starter: Service) -> None:
    orders = {}
    for profile, perspective in product(PROFILES, PERSPECTIVES):
        items = starter.items(actor=BOTH, as_of=DAY, profile=profile, perspective=perspective)
        orders[profile, perspective] = [i["slug"] for i in items]
        for item in items:
            codes = [r["code"] for r in item["score"]["reasons"] if r["criterion"]]
            assert len(codes) == 8
    assert orders["balanced", "joint"] != orders["balanced", "KOR"]
    assert orders["balanced", "joint"] != orders["quick-win", "joint"]
    own = starter.items(actor=BOTH, as_of=DAY, perspective="KOR")
    texts = [r["text"] for i in own for r in i["score"]["reasons"] if r["code"] == "gain_own"]
    assert texts


@pytest.mark.parametrize(("profile", "perspective"), list(product(PROFILES, PERSPECTIVES)))
def test_contributions_add_up_and_texts_hold_no_number_of_their_own(
    starter: Service, profile: str, perspective: str
) -> None:
    for item in starter.items(as_of=DAY, profile=profile, perspective=perspective):
        score = item["score"]
        points = [Decimal(str(c["points"])) for c in score["contributions"]]
        assert sum(points) == Decimal(str(score["value"]))
        assert 0 <= score["low"] <= score["value"] <= score["high"] <= 100
        for c in score["contributions"]:
            assert c["low"] <= c["counted"] <= c["high"]
        for reason in score["reasons"]:
            in_params = " ".join(str(v) for v in walk(reason["params"]))
            numbers = set(NUMBER.findall(in_params))
            assert set(NUMBER.findall(reason["text"])) <= numbers, reason["text"]


def test_the_end_of_2020_knows_nothing_of_2021(starter: Service) -> None:
    answer = starter.get("/v1/proposals", {"as_of": "2020-12-31", "limit": 100})
    items = answer.json()["items"]
    assert 0 < len(items) < len(starter.items(as_of=DAY))
    for item in items:
        detail = starter.get(f"/v1/proposals/{item['id']}", {"as_of": "2020-12-31"})
        why = starter.get(f"/v1/proposals/{item['id']}/score", {"as_of": "2020-12-31"})
        for body in (item, detail.json(), why.json()):
            assert not [v for v in walk(body) if re.search(r"\b2021\b", str(v))], item["slug"]
            assert all(day <= "2020-12-31" for day in days_of(body)), item["slug"]


def test_every_day_gives_an_answer(starter: Service) -> None:
    for day in ("1800-01-01", "2018-10-30", "2021-04-29", "2023-03-16", "2200-12-31"):
        assert starter.get("/v1/proposals", {"as_of": day}).status_code == 200


def test_adding_or_removing_a_proposal_never_reorders_two_others(tmp_path: Path) -> None:
    service = make_service(tmp_path / "entente.db", starter=True)
    queries = list(product(PROFILES, ("joint", "KOR")))
    before = [service.items(as_of=DAY, profile=p, perspective=v) for p, v in queries]
    documents = []
    for n, level in enumerate(("none", "high", "very_high")):
        claim = evidence("diplomat-2021-04-29")
        document = json.loads(
            json.dumps(proposal(f"newcomer-{n}", domains=["security"])).replace(
                json.dumps(evidence()), json.dumps(claim)
            )
        )
        document["participants"] = [
            {"actor_id": "JPN", "role": "initiator"},
            {"actor_id": "KOR", "role": "counterpart"},
        ]
        document["judgements"] = [
            j | {"actor_id": {"NOR": "JPN", "SWE": "KOR"}[j["actor_id"]], "level": level}
            for j in document["judgements"]
        ]
        document["positions"] = []
        documents.append(document)
    service.load({"proposals": documents})
    for (profile, perspective), old in zip(queries, before, strict=True):
        new = service.items(as_of=DAY, profile=profile, perspective=perspective)
        assert len(new) == len(old) + 3
        kept = [(i["slug"], i["score"]) for i in new if "newcomer" not in i["slug"]]
        assert kept == [(i["slug"], i["score"]) for i in old]


def test_removing_any_judgement_keeps_the_proposal_listed(tmp_path: Path) -> None:
    service = make_service(tmp_path / "entente.db", starter=True)
    before = {i["slug"]: i["score"] for i in service.items(as_of=DAY)}
    documents = [p.model_dump(mode="json") for p in starter_records().proposals]
    for document in documents:
        first = next(p["actor_id"] for p in document["participants"] if p["role"] == "initiator")
        lineage = {first}
        while first := service.get(f"/v1/actors/{first}").json()["parent_id"]:
            lineage.add(first)
        document["judgements"] = [
            j
            for j in document["judgements"]
            if j["actor_id"] not in lineage or j["measure"] != "cost"
        ]
    service.load({"proposals": documents})
    after = {i["slug"]: i["score"] for i in service.items(as_of=DAY)}
    assert after.keys() == before.keys()
    for slug, score in after.items():
        [gain] = [c for c in score["contributions"] if c["criterion"] == "mutual_gain"]
        [gain_before] = [
            c for c in before[slug]["contributions"] if c["criterion"] == "mutual_gain"
        ]
        if gain_before["known"]:
            assert gain["value"] is None
            assert gain["points"] == 10.0
            assert score["coverage"] < before[slug]["coverage"]
            assert score["high"] - score["low"] > before[slug]["high"] - before[slug]["low"]


ARTICLE = Path(__file__).parent.parent.parent / "shared" / "seed" / "article-japan-south-korea.txt"


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not beside this checkout")
def test_no_sentence_of_the_article_is_copied() -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"[a-z0-9]+", text.lower())

    def runs(text: str) -> set[tuple[str, ...]]:
        spoken = words(text)
        return {tuple(spoken[i : i + 9]) for i in range(len(spoken) - 8)}

    article = runs(ARTICLE.read_text(encoding="utf-8"))
    records = starter_records().model_dump(mode="json")
    for source in records["sources"]:
        del source["title"], source["url"]  # a citation names its publication as it is called
    for value in walk(records):
        assert not runs(str(value)) & article, value
