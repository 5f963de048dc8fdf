"""Attribution over HTTP: parts that add up, each to the cause that was at work."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.catalogues import catalogue, evidence, proposal
from tests.service import IMPORTED_AT, Service

AT = "/v1/rankings/attribution"


def ask(service: Service, before: str, after: str, **more: Any) -> dict[str, Any]:
    answer = service.get(AT, {"from": before, "to": after, "limit": 100} | more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    for move in found["items"]:
        if move["causes"]:
            scores = sum(part["score"] for part in move["causes"])
            ranks = sum(part["rank"] for part in move["causes"])
            assert scores == pytest.approx(move["score_change"], abs=1e-9)
            assert ranks == pytest.approx(move["rank_change"], abs=1e-9)
    return found


def parts(found: dict[str, Any], slug: str = "joint-patrol") -> dict[str, dict[str, Any]]:
    [move] = [m for m in found["items"] if m["slug"] == slug]
    return {part["cause"]: part for part in move["causes"]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2020-06-30", "2020-12-31"),
        ("2021-01-31", "2021-04-30"),
        ("2021-04-30", "2021-01-31"),
        ("2021-04-30", "2023-04-30"),
        ("2021-04-30", "2021-04-30"),
    ],
)
def test_moves_between_two_days_add_up_and_end_where_the_lists_are(
    starter: Service, before: str, after: str
) -> None:
    found = ask(starter, before, after)
    for day, key in ((before, "before"), (after, "after")):
        listed = {i["id"]: (i["score"]["value"], i["rank"]) for i in starter.items(as_of=day)}
        for move in found["items"]:
            there = move[key] and (move[key]["score"], move[key]["rank"])
            assert there == listed.get(move["id"])
    assert set(found["causes"]) <= {"new_events", "passing_time"}
    if before == after:
        assert {move["score_change"] for move in found["items"]} == {0}


def test_time_alone_takes_what_decays_and_shuts(small: Service) -> None:
    found = ask(small, "2020-03-20", "2020-05-20")
    by_cause = parts(found)
    assert set(by_cause) == {"new_events", "passing_time"}
    assert by_cause["new_events"]["score"] == 0
    assert by_cause["passing_time"]["score"] < 0
    assert [r.split(".")[-1] for r in by_cause["passing_time"]["refs"]] == ["summit"]


def test_a_new_event_has_its_part(small: Service) -> None:
    event = catalogue()["events"][0] | {
        "key": "clash",
        "happened_on": "2020-02-01",
        "intensity": -9.0,
    }
    small.load({"events": [event]})
    by_cause = parts(ask(small, "2020-01-31", "2020-02-01"))
    assert by_cause["new_events"]["score"] < 0
    assert by_cause["new_events"]["refs"] == ["event:catalogue.clash"]


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def test_edits_retractions_and_events_between_two_instants_have_their_parts(both: Service) -> None:
    start = (IMPORTED_AT + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    event = catalogue()["events"][0] | {"key": "clash", "intensity": -9.0}
    assert both.write("POST", "/v1/events", event).status_code == 201
    assert both.write("DELETE", "/v1/events/catalogue.visit", If_Match="*").status_code == 200
    path = "/v1/proposals/joint-patrol/factors/budget"
    assert both.write("PATCH", path, {"severity": "very_high"}, If_Match="*").status_code == 200
    found = ask(both, start, now(), as_of="2020-02-10")
    assert found["causes"] == ["new_events", "retractions", "edits"]
    by_cause = parts(found)
    assert all(part["score"] < 0 for part in by_cause.values())
    assert by_cause["retractions"]["refs"] == ["event:catalogue.visit"]
    assert by_cause["new_events"]["refs"] == ["event:catalogue.clash"]
    assert by_cause["edits"]["refs"] == [
        f"revision:{both.items(as_of='2020-02-10')[0]['revision']}"
    ]
    assert found["before"]["revision"] == 260
    assert found["after"]["revision"] == both.revision()


def test_other_weights_are_the_configuration(starter: Service) -> None:
    day = "2021-04-30"
    found = ask(starter, day, day, to_profile="quick-win")
    assert found["causes"] == ["configuration"]
    listed = {i["slug"]: i["rank"] for i in starter.items(as_of=day, profile="quick-win")}
    assert {m["slug"]: m["after"]["rank"] for m in found["items"]} == listed


def test_an_edited_profile_is_the_configuration_too(both: Service) -> None:
    profile = {"id": "mine", "name": "Mine", "description": "Mine", "weights": {"backing": 1}}
    assert both.write("POST", "/v1/profiles", profile).status_code == 201
    start = now()
    assert (
        both.write(
            "PATCH",
            "/v1/profiles/mine",
            {"weights": {"backing": None, "tractability": 1}},
            If_Match="*",
        ).status_code
        == 200
    )
    found = ask(both, start, now(), as_of="2020-02-10", profile="mine")
    assert found["causes"] == ["edits", "configuration"]
    assert parts(found)["edits"]["score"] == 0


def test_a_proposal_that_comes_or_goes_has_no_move(both: Service) -> None:
    start = (IMPORTED_AT + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    assert both.write("POST", "/v1/proposals", proposal("newcomer")).status_code == 201
    found = ask(both, start, now(), as_of="2020-02-10")
    [move] = [m for m in found["items"] if m["slug"] == "newcomer"]
    assert (move["before"], move["score_change"], move["causes"]) == (None, None, [])
    back = ask(both, now(), start, as_of="2020-02-10")
    [move] = [m for m in back["items"] if m["slug"] == "newcomer"]
    assert move["after"] is None


def test_a_later_transition_date_leaves_a_state_in_between_without_the_proposal(
    both: Service,
) -> None:
    """Both ends know the proposal, one mixed state does not; the parts add up all the same."""
    start = (IMPORTED_AT + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    path = "/v1/proposals/joint-patrol"
    later = [
        {
            "status": "open",
            "happened_on": "2020-02-05",
            "reason": "Later",
            "evidence": [evidence()],
        }
    ]
    assert both.write("PATCH", path, {"transitions": later}, If_Match="*").status_code == 200
    found = ask(both, start, now(), as_of="2020-02-10")
    assert parts(found)["edits"]["score"] == 0


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({}, "/query/from"),
        ({"from": "2021-01-01", "to": "2021-01-01T00:00:00Z"}, "/query"),
        ({"from": "2021-01-01", "to": "soon-enough"}, "/query/to"),
        ({"from": "2021-01-01", "to": "2021-02-30"}, "/query/to"),
        ({"from": "2021-01-01", "to": "2021-02-01", "as_of": "2021-01-01"}, "/query"),
        ({"from": "2021-01-01T00:00:00Z", "to": "2999-02-01T00:00:00Z"}, "/query/known_at"),
        ({"from": "2021-01-01", "to": "2021-02-01", "actor": "nope"}, "/query/actor"),
        ({"from": "2021-01-01", "to": "2021-02-01", "to_profile": "nope"}, "/query/profile"),
    ],
)
def test_moments_that_cannot_be_compared_are_refused(
    small: Service, query: dict[str, str], pointer: str
) -> None:
    answer = small.get(AT, query)
    assert answer.status_code == 422, answer.text
    assert pointer in [e["pointer"] for e in answer.json()["errors"]]


def test_too_many_proposals_are_refused_with_how_many_will_do(
    starter: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rankings.attribution.MAX_SCORED", 40)
    answer = starter.get(AT, {"from": "2021-01-31", "to": "2021-04-30"})
    assert answer.status_code == 422
    assert "10 or fewer" in answer.json()["errors"][0]["detail"]
