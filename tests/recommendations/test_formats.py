"""The list as CSV and as JSON Lines."""

import csv
import io
import json

import pytest

from tests.catalogues import catalogue, proposal
from tests.service import Service

DAY = {"as_of": "2021-04-30"}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("url", "headers"),
    [("/v1/proposals.csv", {}), ("/v1/proposals", {"Accept": "text/csv"})],
)
def test_the_table_says_what_the_list_says(
    starter: Service, url: str, headers: dict[str, str]
) -> None:
    answer = starter.get(url, DAY, headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table, listed = rows(answer.text), starter.items(**DAY)
    assert [row["slug"] for row in table] == [item["slug"] for item in listed]
    for row, item in zip(table, listed, strict=True):
        assert float(row["score"]) == item["score"]["value"]
        assert int(row["rank"]) == item["rank"]
        for part in item["score"]["contributions"]:
            value = row[part["criterion"]]
            assert (float(value) if value else None) == part["value"]
            assert float(row[f"{part['criterion']}_points"]) == part["points"]
        assert row["catalogue_revision"] == str(starter.revision())


def test_unknown_values_are_empty_and_not_zero(starter: Service) -> None:
    assert {row["receptivity"] for row in rows(starter.get("/v1/proposals.csv", DAY).text)} == {""}


@pytest.mark.parametrize(
    ("url", "headers"),
    [("/v1/proposals.jsonl", {}), ("/v1/proposals", {"Accept": "application/jsonl"})],
)
def test_each_line_is_an_item_of_the_list(
    starter: Service, url: str, headers: dict[str, str]
) -> None:
    answer = starter.get(url, DAY, headers=headers)
    assert answer.headers["content-type"] == "application/jsonl"
    assert [json.loads(line) for line in answer.text.splitlines()] == starter.items(**DAY)


def test_filters_and_order_hold_for_tables_too(starter: Service) -> None:
    asked = DAY | {"domain": "security", "sort": "title"}
    table = rows(starter.get("/v1/proposals.csv", asked).text)
    assert [r["slug"] for r in table] == [i["slug"] for i in starter.items(**asked)]
    assert [r["title"] for r in table] == sorted(r["title"] for r in table)


def test_a_text_that_looks_like_a_formula_is_disarmed(empty: Service) -> None:
    empty.load(catalogue(proposal(title='=HYPERLINK("http://x")', next_step="-1+1")))
    [row] = rows(empty.get("/v1/proposals.csv", {"as_of": "2020-02-10"}).text)
    assert row["title"] == '\'=HYPERLINK("http://x")'
    assert row["next_step"] == "'-1+1"


def test_an_empty_list_is_a_heading(empty: Service) -> None:
    assert rows(empty.get("/v1/proposals.csv").text) == []
    assert empty.get("/v1/proposals.csv").text.startswith("rank,score,")
    assert empty.get("/v1/proposals.jsonl").text == ""


def test_a_part_of_a_whole_list_cannot_be_asked_for(small: Service) -> None:
    answer = small.get("/v1/proposals", {"limit": 3}, headers={"Accept": "text/csv"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/limit"
    assert small.get("/v1/proposals.csv", {"limit": 3}).status_code == 422


def test_what_cannot_be_sent_is_refused_with_what_can(small: Service) -> None:
    answer = small.get("/v1/proposals", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_acceptable"
    assert "text/csv" in answer.json()["errors"][0]["detail"]


def test_a_head_request_for_a_table_has_no_body(small: Service) -> None:
    answer = small.request("HEAD", "/v1/proposals.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content == b""


def test_a_table_that_is_known_is_not_sent_again(both: Service) -> None:
    for url in ("/v1/proposals.csv", "/v1/proposals.jsonl"):
        asked = {"as_of": "2020-02-10", "sort": "title"}
        first = both.get(url, asked)
        known = {"If-None-Match": first.headers["etag"]}
        again = both.get(url, asked, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert both.get(url, asked | {"sort": "score"}, headers=known).status_code == 200
        path = "/v1/proposals/joint-patrol"
        assert both.write("PATCH", path, {"title": url}, If_Match="*").is_success
        assert both.get(url, asked, headers=known).status_code == 200


def test_every_answer_that_depends_on_accept_says_so(small: Service) -> None:
    for accept in ("application/json", "text/csv"):
        assert "Accept" in small.get("/v1/proposals", headers={"Accept": accept}).headers["vary"]
