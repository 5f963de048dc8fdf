"""Actors over HTTP."""

from tests.catalogues import catalogue, evidence, priority
from tests.service import Service


def test_actors_come_page_by_page_in_the_order_of_their_ids(small: Service) -> None:
    ids: list[str] = []
    url: str | None = "/v1/actors?limit=100"
    while url is not None:
        answer = small.get(url)
        ids += [a["id"] for a in answer.json()["items"]]
        link = answer.links.get("next")
        url = link["url"] if link else None
    assert ids == sorted(ids)
    assert len(ids) == len(set(ids)) == 251


def test_actors_are_filtered_by_kind_and_parent(small: Service) -> None:
    bodies = small.get("/v1/actors", {"kind": "body"}).json()
    assert [a["id"] for a in bodies["items"]] == ["nor-defence"]
    assert small.get("/v1/actors", {"parent": "NOR"}).json()["items"] == bodies["items"]
    assert small.get("/v1/actors", {"parent": "SWE"}).json()["items"] == []
    unknown = small.get("/v1/actors", {"parent": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_actor")


def test_a_cursor_of_another_filter_is_refused(small: Service) -> None:
    cursor = small.get("/v1/actors", {"kind": "state", "limit": 1}).json()["next_cursor"]
    assert small.get("/v1/actors", {"kind": "state", "cursor": cursor}).status_code == 200
    answer = small.get("/v1/actors", {"kind": "body", "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


def test_an_actor_shows_its_names_affiliates_and_priorities(small: Service) -> None:
    answer = small.get("/v1/actors/NOR").json()
    assert answer["name"] == "Norway"
    assert {"name": "Norwegian", "kind": "demonym"} in answer["names"]
    assert [a["id"] for a in answer["affiliates"]] == ["nor-defence"]
    [stated] = answer["priorities"]
    assert (stated["domain_id"], stated["level"]) == ("security", "high")
    assert stated["evidence"][0]["source_id"] == "report"


def test_priorities_are_those_known_on_the_day(small: Service) -> None:
    later = priority("NOR", "health", "low") | {
        "stated_on": "2020-05-01",
        "evidence": [evidence("later-report")],
    }
    small.load(catalogue(priorities=[later]))

    def domains(day: str) -> list[str]:
        answer = small.get("/v1/actors/NOR", {"as_of": day}).json()
        return [p["domain_id"] for p in answer["priorities"]]

    assert domains("2020-01-09") == []  # its report is of 10 January
    assert domains("2020-06-09") == ["security"]
    assert domains("2020-06-10") == ["health", "security"]


def test_days_in_office_after_the_day_are_not_shown(starter: Service) -> None:
    def days(day: str) -> tuple[str | None, str | None]:
        shown = starter.get("/v1/actors/suga-yoshihide", {"as_of": day}).json()
        return shown["office_from_on"], shown["office_to_on"]

    assert days("2020-09-15") == (None, None)
    assert days("2020-12-31") == ("2020-09-16", None)
    assert days("2021-10-04") == ("2020-09-16", "2021-10-04")
