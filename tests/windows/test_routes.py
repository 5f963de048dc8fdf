"""Windows over all proposals, as a list and as a calendar."""

from datetime import date, timedelta
from typing import Any

from icalendar import Calendar

from tests.catalogues import PARTS, catalogue, proposal
from tests.service import Service

DAY = "2020-02-10"
SUMMIT = PARTS["windows"][0]


def window(key: str, **changes: Any) -> dict[str, Any]:
    return SUMMIT | {"key": key, "title": key} | changes


def titles(service: Service, **asked: Any) -> list[str]:
    answer = service.get("/v1/windows", {"as_of": DAY} | asked)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


def load(service: Service) -> None:
    one = [
        SUMMIT,
        window("endless", closes_on=None),
        window("ahead", opens_on="2020-03-01", closes_on="2020-03-05"),
        window("over", opens_on="2020-01-15", closes_on="2020-01-20"),
    ]
    service.load(
        catalogue(proposal(windows=one), proposal("other", domains=["health"], windows=[SUMMIT]))
    )


def test_windows_come_by_closing_day_those_without_an_end_last(empty: Service) -> None:
    load(empty)
    assert titles(empty) == ["ahead", "Summit season", "endless"]
    assert titles(empty, state="shut") == ["over"]
    assert titles(empty, state=["open"]) == ["Summit season", "endless"]


def test_one_window_of_several_proposals_is_one_item(empty: Service) -> None:
    load(empty)
    items = empty.get("/v1/windows", {"as_of": DAY}).json()["items"]
    served = [p["slug"] for p in items[1]["proposals"]]
    assert sorted(served) == ["joint-patrol", "other"]
    assert items[1]["days_left"] == 50
    assert (items[0]["state"], items[2]["days_left"]) == ("not_yet_open", None)
    only = empty.get("/v1/windows", {"as_of": DAY, "domain": "health"}).json()["items"]
    assert [p["slug"] for w in only for p in w["proposals"]] == ["other"]


def test_pages_follow_each_other(empty: Service) -> None:
    load(empty)
    first = empty.get("/v1/windows", {"as_of": DAY, "limit": 2})
    assert 'rel="next"' in first.headers["link"]
    cursor = first.json()["next_cursor"]
    second = empty.get("/v1/windows", {"as_of": DAY, "limit": 2, "cursor": cursor}).json()
    assert [i["title"] for i in second["items"]] == ["endless"]
    assert second["next_cursor"] is None
    elsewhere = {"as_of": DAY, "state": "open", "cursor": cursor}
    assert empty.get("/v1/windows", elsewhere).status_code == 422


def test_the_calendar_holds_the_same_windows(starter: Service) -> None:
    asked = {"as_of": "2021-04-30", "actor": ["JPN", "KOR"]}
    answer = starter.get("/v1/windows.ics", asked)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    listed = starter.get("/v1/windows", asked | {"limit": 100}).json()["items"]
    assert [str(e["SUMMARY"]) for e in events] == [w["title"] for w in listed]
    for event, item in zip(events, listed, strict=True):
        assert event.decoded("DTSTART") == date.fromisoformat(item["opens_on"])
        last = date.fromisoformat(item["closes_on"] or item["opens_on"])
        assert event.decoded("DTEND") == last + timedelta(days=1)
        for served in item["proposals"]:
            assert served["slug"] in str(event["DESCRIPTION"])
    assert len({str(e["UID"]) for e in events}) == len(events)


def test_the_calendar_is_the_same_until_the_catalogue_changes(both: Service) -> None:
    first = both.get("/v1/windows.ics", {"as_of": DAY})
    again = both.get(
        "/v1/windows.ics", {"as_of": DAY}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    path = "/v1/proposals/joint-patrol/windows/summit"
    assert both.write("PATCH", path, {"closes_on": "2020-04-30"}, If_Match="*").is_success
    assert both.get("/v1/windows.ics", {"as_of": DAY}).content != first.content


def test_unknown_filters_are_refused(small: Service) -> None:
    for url in ("/v1/windows", "/v1/windows.ics"):
        assert small.get(url, {"actor": "nope"}).status_code == 422
        assert small.get(url, {"state": "ajar"}).status_code == 422
        assert small.get(url, {"colour": "red"}).status_code == 422
