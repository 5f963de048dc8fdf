"""Dyads, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from tests.feeds.feeds import act, load, withdraw, write_file
from tests.service import Service

URL = "/v1/dyads/NOR/SWE"


@pytest.fixture
def fed(both: Service, tmp_path: Path) -> Service:
    rows = [
        act(1, day="2020-02-03", points="8", code="057"),
        act(2, day="2020-02-03", points="-2", code="112"),
        act(3, day="2020-02-09", points="1"),
        act(4, day="2020-02-10", points="1"),
        act(5, day="2020-03-01", points="-10", code="190"),
        act(6, day="2020-03-01", points="1", source="Sweden", target="Norway"),
    ]
    load(both, write_file(tmp_path, *rows))
    return both


def dyad(service: Service, url: str = URL, **params: Any) -> dict[str, Any]:
    answer = service.get(url, {"as_of": "2020-03-01", "since": "2020-02-01"} | params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def points(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(point.values()) for point in found["items"]]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            "day",
            [
                ("2020-02-03", 2, 8.0, 2.0),
                ("2020-02-09", 1, 1.0, 0.0),
                ("2020-02-10", 1, 1.0, 0.0),
                ("2020-03-01", 1, 0.0, 10.0),
            ],
        ),
        (
            "week",
            [
                ("2020-02-03", 3, 9.0, 2.0),
                ("2020-02-10", 1, 1.0, 0.0),
                ("2020-02-24", 1, 0.0, 10.0),
            ],
        ),
        ("month", [("2020-02-01", 4, 10.0, 2.0), ("2020-03-01", 1, 0.0, 10.0)]),
    ],
)
def test_the_series_keeps_both_kinds_apart(
    fed: Service, step: str, expected: list[tuple[Any, ...]]
) -> None:
    assert points(dyad(fed, step=step)) == expected


def test_a_dyad_has_a_direction_and_holds_what_editors_recorded(fed: Service) -> None:
    (point,) = points(dyad(fed, "/v1/dyads/SWE/NOR", step="month"))
    assert point == ("2020-03-01", 1, 1.0, 0.0)
    everything = dyad(fed, since="2019-01-01")
    assert (
        sum(p["events"] for p in everything["items"]) == 5 + everything["coverage"]["edited_events"]
    )


def test_what_weighs_most_is_named_by_events_that_can_be_read(fed: Service) -> None:
    found = dyad(fed)
    assert found["drivers"][0]["weight"] == -10
    assert found["conflictual"] > 10
    for driver in found["drivers"]:
        event = fed.get(f"/v1/events/{driver['ref'].removeprefix('event:')}")
        assert event.json()["happened_on"] == driver["happened_on"]


def test_coverage_says_when_there_is_too_little(fed: Service) -> None:
    assert dyad(fed)["coverage"]["reported_events"] == 5
    assert dyad(fed)["coverage"]["enough"]
    quiet = dyad(fed, "/v1/dyads/NOR/JPN")
    assert quiet["items"] == []
    assert not quiet["coverage"]["enough"]
    assert quiet["coverage"]["feeds"][0]["feed"] == "icews"


def test_the_series_begins_with_the_coverage_if_not_told_otherwise(
    both: Service, tmp_path: Path
) -> None:
    rows = [act(1, day="2019-03-02"), act(2, day="2019-03-03"), act(3, day="2020-03-01")]
    load(both, write_file(tmp_path, *rows))
    found = both.get(URL, {"as_of": "2020-03-01", "step": "day"}).json()
    assert found["since"] == "2019-03-03"
    coverage = found["coverage"]
    assert coverage["reported_events"] == 2
    assert sum(p["events"] for p in found["items"]) == 2 + coverage["edited_events"]


def test_a_past_day_knows_nothing_of_later_events_or_retractions(fed: Service) -> None:
    known_at = fed.get("/v1/proposals").json()["meta"]["known_at"]
    before = dyad(fed, step="day")
    early = dyad(fed, step="day", as_of="2020-02-09")
    assert points(early) == points(before)[:2]
    withdraw(fed, "5")
    assert dyad(fed, step="day", known_at=known_at) == before
    assert points(dyad(fed, step="day")) == points(before)[:3]


@pytest.mark.parametrize(
    ("url", "params", "status", "pointer"),
    [
        ("/v1/dyads/QQQ/SWE", {}, 404, "/path/actor_id"),
        ("/v1/dyads/NOR/QQQ", {}, 404, "/path/recipient_id"),
        ("/v1/dyads/NOR/NOR", {}, 422, "/path/recipient_id"),
        (URL, {"step": "year"}, 422, "/query/step"),
        (URL, {"since": "2021-01-01", "as_of": "2020-01-01"}, 422, "/query/since"),
    ],
)
def test_what_cannot_be_asked_is_told(
    small: Service, url: str, params: dict[str, str], status: int, pointer: str
) -> None:
    answer = small.get(url, params)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["pointer"] == pointer
