"""Lists of events, edited ones and those of feeds, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from tests.feeds.feeds import DAY, act, load, withdraw, write_file
from tests.service import Service

EDITED = "catalogue.visit"


@pytest.fixture
def busy(both: Service, tmp_path: Path) -> Service:
    """Norway and Sweden in a feed: two events, one of them reported twice, and one later."""
    load(
        both,
        write_file(
            tmp_path,
            act(3, publisher="A"),
            act(2, publisher="A"),
            act(10, publisher="A", code="0312", points="5.2"),
            act(11, source="Sweden", target="Norway", code="112", points="-2", day="2020-03-01"),
        ),
    )
    return both


def ids(service: Service, **params: Any) -> list[str]:
    answer = service.get("/v1/events", params)
    assert answer.status_code == 200, answer.text
    return [event["id"] for event in answer.json()["items"]]


def test_editors_events_come_first_then_each_event_of_a_feed_once(busy: Service) -> None:
    assert ids(busy) == [
        EDITED,
        f"icews.{DAY}.10",
        f"icews.{DAY}.2",
        "icews.2020-03-01.11",
    ]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"feed": "icews", "event_type": "AGREE"}, [f"icews.{DAY}.10"]),
        ({"feed": "catalogue"}, [EDITED]),
        ({"feed": "gdelt"}, []),
        ({"recipient": "NOR", "feed": "icews"}, ["icews.2020-03-01.11"]),
        ({"actor": "SWE", "since": "2020-02-02"}, ["icews.2020-03-01.11"]),
        ({"as_of": DAY, "feed": "icews"}, [f"icews.{DAY}.10", f"icews.{DAY}.2"]),
        ({"domain": "security"}, [f"icews.{DAY}.10"]),
    ],
)
def test_filters_choose_among_both(busy: Service, params: dict[str, str], found: list[str]) -> None:
    assert ids(busy, **params) == found


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_lead_through_all_of_them(busy: Service, limit: int) -> None:
    seen: list[str] = []
    params: dict[str, Any] = {"limit": limit}
    while True:
        page = busy.get("/v1/events", params).json()
        seen += [event["id"] for event in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert seen == ids(busy)


def test_an_event_of_a_feed_shows_its_coding(busy: Service) -> None:
    event = busy.get(f"/v1/events/icews.{DAY}.10").json()
    assert (event["actor_id"], event["recipient_id"]) == ("NOR", "SWE")
    assert (event["event_type"], event["code"], event["quad_class"]) == ("AGREE", "0312", 1)
    assert (event["domain_id"], event["domain_rule"]) == ("security", "CAMEO code 0312")
    assert (event["intensity"], event["publisher"], event["feed"]) == (5.2, "A", "icews")
    assert event["evidence"] == []
    assert event["summary"] == "AGREE (0312): Ministry towards Citizen"


def test_every_reference_of_momentum_leads_to_an_event(busy: Service) -> None:
    answer = busy.get("/v1/proposals/joint-patrol/score", {"as_of": "2020-03-10"}).json()
    (momentum,) = [a for a in answer["assessments"] if a["criterion"] == "momentum"]
    refs = [r for i in momentum["inputs"] for r in i["refs"] if r.startswith("event:")]
    assert len(refs) >= 3
    for ref in refs:
        assert busy.get(f"/v1/events/{ref.removeprefix('event:')}").json()["ref"] == ref


def test_what_was_retracted_is_gone_and_its_other_report_stands_in(busy: Service) -> None:
    known_at = busy.get("/v1/proposals").json()["meta"]["known_at"]
    before = ids(busy, feed="icews")
    withdraw(busy, "2", "10")
    assert ids(busy, feed="icews") == [f"icews.{DAY}.3", "icews.2020-03-01.11"]
    for part in ("", "/record", "/history"):
        gone = busy.get(f"/v1/events/icews.{DAY}.2{part}")
        assert (gone.status_code, gone.json()["code"]) == (410, "event_gone")
        assert f"retracted by revision {busy.revision()}: Wrong." in gone.json()["detail"]
    assert busy.get(f"/v1/events/icews.{DAY}.2", {"known_at": known_at}).status_code == 200
    assert ids(busy, feed="icews", known_at=known_at) == before


@pytest.mark.parametrize("part", ["record", "history"])
def test_a_report_has_no_record_or_history_of_its_own(busy: Service, part: str) -> None:
    answer = busy.get(f"/v1/events/icews.{DAY}.2/{part}")
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    url = answer.json()["detail"].rpartition(" ")[2].rstrip(".")
    assert url.startswith("/v1/events/imports/")


@pytest.mark.parametrize(
    "event_id", ["icews", "icews.2020-02-01", "icews.never.1", "gdelt.2020-02-01.2", "..", "x.y"]
)
def test_an_event_that_is_not_there_is_not_found(busy: Service, event_id: str) -> None:
    assert busy.get(f"/v1/events/{event_id}").status_code == 404


def test_an_event_of_a_later_day_is_not_on_record_yet(busy: Service) -> None:
    answer = busy.get("/v1/events/icews.2020-03-01.11", {"as_of": "2020-02-20"})
    assert answer.status_code == 404
    assert "try a later as_of" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"actor": "QQQ"}, "/query/actor"),
        ({"recipient": "QQQ"}, "/query/recipient"),
        ({"domain": "nothing"}, "/query/domain"),
        ({"feed": "A b"}, "/query/feed"),
        ({"since": "yesterday"}, "/query/since"),
    ],
)
def test_a_filter_that_cannot_be_is_told(
    busy: Service, params: dict[str, str], pointer: str
) -> None:
    answer = busy.get("/v1/events", params)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
