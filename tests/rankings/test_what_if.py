"""What-if: the ranking after changes, on record or hypothetical."""

from typing import Any

import pytest

from tests.catalogues import catalogue, proposal
from tests.service import Service

DAY = "2020-02-10"
JOINT = "prp-8ff9d2d1445b"


def ask(service: Service, *changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"as_of": DAY, "changes": list(changes)} | more
    answer = service.request("POST", "/v1/rankings/what-if", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def after(service: Service, *changes: dict[str, Any]) -> float:
    [item] = ask(service, *changes)["items"]
    return float(item["after"]["score"])


def value(service: Service, criterion: str, *changes: dict[str, Any]) -> float:
    """The value of a criterion after the changes, by giving it all the weight."""
    [item] = ask(service, *changes, weights={criterion: 1})["items"]
    return float(item["after"]["score"]) / 100


@pytest.mark.parametrize(
    ("criterion", "change", "expected"),
    [
        ("tractability", {"change": "resolve", "ref": f"factor:{JOINT}.budget"}, 1.0),
        (
            "tractability",
            {"change": "set_level", "ref": f"factor:{JOINT}.budget", "level": "very_high"},
            0.0,
        ),
        (
            "timeliness",
            {"change": "set_window", "ref": f"window:{JOINT}.summit", "closes_on": "2020-02-09"},
            0.0,
        ),
        (
            "timeliness",
            {"change": "set_level", "ref": f"window:{JOINT}.summit", "level": "low"},
            0.25,
        ),
        (
            "timeliness",
            {
                "change": "add_window",
                "proposal": "joint-patrol",
                "strength": "very_high",
                "opens_on": DAY,
            },
            1.0,
        ),
        (
            "backing",
            {
                "change": "set_position",
                "proposal": JOINT,
                "actor_id": "SWE",
                "stance": "favours",
            },
            0.75,
        ),
        (
            "shared_priority",
            {
                "change": "add_priority",
                "actor_id": "SWE",
                "domain_id": "security.patrols",
                "level": "high",
            },
            0.75,
        ),
        (
            "shared_priority",
            {
                "change": "set_level",
                "ref": "priority:SWE.security.patrols.2020-01-05",
                "level": "high",
            },
            0.75,
        ),
        (
            "mutual_gain",
            {
                "change": "set_level",
                "ref": f"judgement:{JOINT}.SWE.gain.2020-01-10",
                "level": "high",
            },
            0.75,
        ),
        ("precedent", {"change": "remove", "ref": f"attempt:{JOINT}.first-patrol"}, 0.5),
        ("backing", {"change": "remove", "ref": "source:report"}, 0.5),
    ],
)
def test_each_kind_of_change_does_what_it_says(
    small: Service, criterion: str, change: dict[str, Any], expected: float
) -> None:
    assert value(small, criterion, change) == pytest.approx(expected)


def test_an_event_that_has_not_happened_moves_momentum(small: Service) -> None:
    act = {"change": "add_event", "actor_id": "NOR", "recipient_id": "SWE", "intensity": 8}
    better, worse = value(small, "momentum", act), value(small, "momentum", act | {"intensity": -8})
    assert worse < value(small, "momentum", act | {"happened_on": "2019-02-10"}) < better


def test_changes_are_made_at_once_and_in_order(small: Service) -> None:
    close = {"change": "set_window", "ref": f"window:{JOINT}.summit", "closes_on": "2020-02-09"}
    reopen = close | {"closes_on": "2020-12-31"}
    assert value(small, "timeliness", close, reopen) == 0.75
    assert value(small, "timeliness", reopen, close) == 0.0
    both = after(small, {"change": "resolve", "ref": f"factor:{JOINT}.budget"}, close)
    assert both == pytest.approx(ask(small, close)["items"][0]["after"]["score"] + 7.5, abs=3)


def test_nothing_is_stored(small: Service) -> None:
    before, revision = small.items(as_of=DAY), small.revision()
    ask(small, {"change": "remove", "ref": "source:report"})
    assert small.items(as_of=DAY) == before
    assert small.revision() == revision


def test_ranks_before_and_after_are_told_in_the_new_order(small: Service) -> None:
    small.load(catalogue(proposal(), proposal("other", attempts=[])))
    [one, two] = small.items(as_of=DAY)
    found = ask(small, {"change": "remove", "ref": f"window:{one['id']}.summit"})
    assert [e["id"] for e in found["items"]] == [two["id"], one["id"]]
    [first, second] = found["items"]
    assert (first["before"]["rank"], first["after"]["rank"], first["rank_change"]) == (2, 1, -1)
    assert (second["score_change"] < 0, second["rank_change"]) == (True, 1)
    assert (found["moved"], found["total"]) == (2, 2)


REFUSED: list[tuple[Any, str]] = [
    ({}, "/body/changes"),
    ({"changes": []}, "/body/changes"),
    ({"changes": [{"change": "wish"}]}, "/body/changes/0"),
    ({"changes": [{"ref": "x"}]}, "/body/changes/0"),
    ({"changes": [{"change": "remove", "ref": "factor:nope"}]}, "/body/changes/0/ref"),
    ({"changes": [{"change": "remove", "ref": "source:report", "more": 1}]}, "/body/changes/0"),
    (
        {"changes": [{"change": "resolve", "ref": f"window:{JOINT}.summit"}]},
        "/body/changes/0/ref",
    ),
    (
        {"changes": [{"change": "set_window", "ref": f"factor:{JOINT}.budget"}]},
        "/body/changes/0/ref",
    ),
    (
        {
            "changes": [
                {"change": "set_level", "ref": f"attempt:{JOINT}.first-patrol", "level": "low"}
            ]
        },
        "/body/changes/0/ref",
    ),
    (
        {
            "changes": [
                {
                    "change": "set_window",
                    "ref": f"window:{JOINT}.summit",
                    "opens_on": "2020-05-01",
                }
            ]
        },
        "/body/changes/0/closes_on",
    ),
    (
        {
            "changes": [
                {
                    "change": "set_position",
                    "proposal": "nope",
                    "actor_id": "NOR",
                    "stance": "neutral",
                }
            ]
        },
        "/body/changes/0/proposal",
    ),
    (
        {
            "changes": [
                {
                    "change": "set_position",
                    "proposal": JOINT,
                    "actor_id": "nope",
                    "stance": "neutral",
                }
            ]
        },
        "/body/changes/0/actor_id",
    ),
    (
        {
            "changes": [
                {"change": "add_event", "actor_id": "NOR", "recipient_id": "nope", "intensity": 1}
            ]
        },
        "/body/changes/0/recipient_id",
    ),
    (
        {
            "changes": [
                {"change": "add_event", "actor_id": "NOR", "recipient_id": "SWE", "intensity": 11}
            ]
        },
        "/body/changes/0/intensity",
    ),
    (
        {
            "changes": [
                {
                    "change": "add_priority",
                    "actor_id": "NOR",
                    "domain_id": "nope",
                    "level": "low",
                }
            ]
        },
        "/body/changes/0/domain_id",
    ),
    (
        {
            "changes": [
                {"change": "remove", "ref": f"factor:{JOINT}.budget"},
                {"change": "resolve", "ref": f"factor:{JOINT}.budget"},
            ]
        },
        "/body/changes/1/ref",
    ),
]


@pytest.mark.parametrize(("body", "pointer"), REFUSED, ids=lambda value: str(value)[:70])
def test_a_change_of_what_is_not_there_is_refused_where_it_stands(
    small: Service, body: Any, pointer: str
) -> None:
    answer = small.request("POST", "/v1/rankings/what-if", json=body)
    assert answer.status_code == 422, answer.text
    assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]
    assert "wish" not in answer.text
    assert "nope" not in answer.text
