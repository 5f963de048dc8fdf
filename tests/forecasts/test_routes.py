"""Forecasts over HTTP: known, unknown and wrong, and the runs that they rest on."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.catalogues import catalogue, proposal
from tests.feeds.feeds import withdraw
from tests.forecasts.feeds import LAST, learn_and_store, load_history
from tests.service import Service

ASKED = f"/v1/forecasts?actor=NOR&recipient=SWE&as_of={LAST}"


@pytest.fixture
def taught(both: Service, tmp_path: Path) -> Service:
    """A service that has learned from a feed."""
    load_history(both, tmp_path)
    learn_and_store(both)
    return both


def test_a_forecast_is_taken_apart(taught: Service) -> None:
    found = taught.get(ASKED).json()
    assert found["unknown"] is None
    assert 0 < found["low"] <= found["probability"] <= found["high"] <= 1
    told = found["base"] + sum(d["expected"] for d in found["drivers"]) + found["others"]
    assert told == pytest.approx(found["expected"], abs=1e-4)
    assert found["run"]["in_sample"] is False
    assert found["drivers"][0]["ref"].startswith(f"event:icews.{LAST:%Y-%m}")
    for number in (found["probability"], found["low"], found["expected"]):
        assert str(number) in found["text"]


def test_without_a_driver_the_probability_is_what_was_said(taught: Service) -> None:
    found = taught.get(ASKED).json()
    driver = next(d for d in found["drivers"] if ": 1 reported" in d["label"])
    withdraw(taught, driver["ref"].rsplit(".", 1)[1])
    after = taught.get(ASKED).json()
    assert after["probability"] == pytest.approx(driver["without"], abs=1e-6)
    assert found["expected"] - after["expected"] == pytest.approx(driver["expected"], abs=2e-6)


def test_more_time_and_both_sides_make_it_likelier(taught: Service) -> None:
    for one, other in (("horizon_days=7", "horizon_days=30"), ("side=actor", "side=either")):
        few, many = (taught.get(f"{ASKED}&{words}").json() for words in (one, other))
        assert few["expected"] < many["expected"]


def test_a_past_day_has_no_forecast_from_later_days_but_by_name(taught: Service) -> None:
    day = LAST - timedelta(days=60)
    asked = f"/v1/forecasts?actor=NOR&recipient=SWE&as_of={day}"
    found = taught.get(asked).json()
    assert (found["unknown"], found["run"]) == ("no_earlier_run", None)
    assert f"--until {day}" in found["text"]
    run_id = taught.get("/v1/forecasts/runs").json()["items"][0]["id"]
    found = taught.get(f"{asked}&run={run_id}").json()
    assert found["run"]["in_sample"] is True
    assert all(driver["happened_on"] <= day.isoformat() for driver in found["drivers"])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (f"actor=NOR&recipient=JPN&as_of={LAST}", "too_little_history"),
        (f"actor=NOR&recipient=SWE&event_type=AID&as_of={LAST}", "not_calibrated"),
        (f"actor=NOR&recipient=SWE&as_of={LAST + timedelta(days=30)}", "not_watched"),
    ],
)
def test_what_is_not_known_is_unknown_and_never_low(taught: Service, words: str, why: str) -> None:
    found = taught.get(f"/v1/forecasts?{words}").json()
    assert found["unknown"] == why
    assert found["text"].startswith("Unknown.")
    assert (found["probability"], found["low"], found["high"]) == (None, None, None)


def test_before_anything_was_learned_it_says_what_to_do(both: Service) -> None:
    found = both.get(ASKED).json()
    assert (found["unknown"], found["run"]) == ("no_run", None)
    assert "entente forecast train" in found["text"]
    assert both.get("/v1/forecasts/runs").json() == {"items": []}


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        ("actor=NOR", "/query/recipient"),
        ("actor=NOR&recipient=Sweeden", "/query/recipient"),
        ("actor=NOR&recipient=nor-defence", "/query/recipient"),
        ("actor=NOR&recipient=SWE&horizon_days=8", "/query/horizon_days"),
        ("actor=NOR&recipient=SWE&horizon_days=soon", "/query/horizon_days"),
        ("actor=NOR&recipient=SWE&run=run-1", "/query/run"),
    ],
)
def test_what_is_wrong_is_said(both: Service, words: str, pointer: str) -> None:
    answer = both.get(f"/v1/forecasts?{words}")
    assert answer.status_code == 422, answer.text
    assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]
    assert both.get("/v1/forecasts/runs/run-1").status_code == 404


def test_the_latest_run_is_used_and_older_ones_can_be_asked_for(taught: Service) -> None:
    first = taught.get("/v1/forecasts/runs").json()["items"][0]["id"]
    before = taught.get(ASKED).json()
    withdraw(taught, before["drivers"][0]["ref"].rsplit(".", 1)[1])
    before = taught.get(f"{ASKED}&run={first}").json()
    second = learn_and_store(taught)
    assert taught.get(ASKED).json()["run"]["id"] == second
    again = taught.get(f"{ASKED}&run={first}").json()
    assert again["probability"] == before["probability"]
    assert [r["id"] for r in taught.get("/v1/forecasts/runs").json()["items"]] == [second, first]
    then = taught.get(f"/v1/forecasts/runs/{first}").json()["recorded_at"]
    known = taught.get(f"{ASKED}&known_at={then}").json()
    assert known["run"]["id"] == first


def test_rankings_rest_on_it_and_say_so(taught: Service) -> None:
    taught.load(catalogue(proposal("one"), proposal("two", participants=[
        {"actor_id": "NOR", "role": "initiator"}, {"actor_id": "JPN", "role": "counterpart"},
    ])))  # fmt: skip
    page = taught.get(f"/v1/proposals?as_of={LAST}").json()
    run_id = taught.get("/v1/forecasts/runs").json()["items"][0]["id"]
    used = page["meta"]["forecast_run"]
    assert (used["id"], used["last_on"], used["in_sample"]) == (run_id, str(LAST), False)
    past = taught.get(f"/v1/proposals?as_of={LAST - timedelta(days=9)}").json()
    assert past["meta"]["forecast_run"] is None
    codes = {r["code"] for item in past["items"] for r in item["score"]["reasons"]}
    assert "no_earlier_forecast_run" in codes
    found = {item["slug"]: _receptivity(item) for item in page["items"]}
    either = taught.get(f"{ASKED}&side=either").json()
    assert found["one"]["value"] == pytest.approx(either["probability"], abs=5e-4)
    assert (found["two"]["known"], found["two"]["value"]) == (False, None)
    reasons = {r["code"] for item in page["items"] for r in item["score"]["reasons"]}
    assert {"receptivity_forecast", "no_event_history"} <= reasons


def _receptivity(item: dict[str, object]) -> dict[str, object]:
    contributions = item["score"]["contributions"]  # type: ignore[index]
    (found,) = (c for c in contributions if c["criterion"] == "receptivity")
    return dict(found)
