"""The scorecard: what became of what was ranked first."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.scorecards.keep import keep_ranking
from tests.catalogues import PARTS, catalogue, evidence, proposal
from tests.service import Service

AT = "/v1/scorecard"


def step(status: str, day: str) -> dict[str, Any]:
    return {"status": status, "happened_on": day, "reason": "So", "evidence": [evidence()]}


def load(service: Service) -> None:
    """One that comes about within the year, one that is rejected, one that stays open."""
    opened = PARTS["transitions"]
    moves = [step("negotiating", "2020-03-01"), step("agreed", "2020-06-01")]
    service.load(
        catalogue(
            proposal("agreed-one", transitions=[*opened, *moves]),
            proposal(
                "rejected-one", windows=[], transitions=[*opened, step("rejected", "2020-04-01")]
            ),
            proposal("open-one", windows=[], attempts=[]),
        )
    )


def ask(service: Service, **asked: Any) -> dict[str, Any]:
    answer = service.get(AT, asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_rankings_are_measured_against_what_came_about(empty: Service) -> None:
    load(empty)
    asked = {"basis": "recomputed", "from": "2020-02-10", "to": "2020-02-10", "k": 1}
    found = ask(empty, **asked, horizon_days=365)
    assert (found["rankings"], found["resolved"], found["succeeded"]) == (1, 3, 1)
    assert found["base_rate"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["ranking"] == {
        "concordance": 1.0,
        "precision_at_k": 1.0,
        "mean_reciprocal_rank": 1.0,
    }
    # All three moved last on the same day, so the naive order knows nothing.
    assert found["baseline"]["concordance"] == 0.5
    assert found["baseline"]["precision_at_k"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_shorter_horizon_and_what_cannot_be_known_yet_are_left_out(empty: Service) -> None:
    load(empty)
    asked = {"basis": "recomputed", "from": "2020-02-10", "to": "2020-02-10"}
    assert ask(empty, **asked, horizon_days=30)["succeeded"] == 0
    early = ask(empty, **asked, horizon_days=365, as_of="2020-05-01")
    assert (early["resolved"], early["pending"], early["base_rate"]) == (0, 3, None)
    assert early["ranking"]["concordance"] is None
    known = ask(empty, **asked, horizon_days=365, as_of="2020-06-15")
    assert (known["resolved"], known["succeeded"], known["pending"]) == (1, 1, 2)


def test_served_rankings_are_those_that_were_kept(empty: Service) -> None:
    load(empty)
    lists = empty.app.state.lists
    for day in (10, 11):
        assert keep_ranking(empty.engine, lists, datetime(2020, 2, day, tzinfo=UTC))
    asked = {"from": "2020-02-01", "to": "2020-03-01", "horizon_days": 365, "step_days": 1}
    found = ask(empty, **asked)
    assert [d["day"] for d in found["days"]] == ["2020-02-10", "2020-02-11"]
    assert (found["basis"], found["resolved"], found["succeeded"]) == ("served", 6, 2)
    assert ask(empty, **(asked | {"to": "2020-02-10"}))["rankings"] == 1


def test_more_than_can_be_recomputed_is_refused_with_how_many_can(
    empty: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(empty)
    monkeypatch.setattr("app.scorecards.report.MAX_SCORED", 6)
    asked = {"basis": "recomputed", "from": "2020-02-10", "step_days": 30}
    answer = empty.get(AT, asked | {"to": "2020-04-20"})
    assert answer.status_code == 422
    assert "At most 2 rankings" in answer.json()["errors"][0]["detail"]
    assert ask(empty, **asked, to="2020-03-20")["rankings"] == 2


def test_what_has_come_about_is_no_longer_foreseen(empty: Service) -> None:
    load(empty)
    asked = {"basis": "recomputed", "from": "2020-07-01", "to": "2020-07-01"}
    assert ask(empty, **asked, horizon_days=365)["resolved"] == 1


def test_nothing_served_is_nothing_measured(empty: Service) -> None:
    found = ask(empty)
    assert (found["rankings"], found["days"], found["base_rate"]) == (0, [], None)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"from": "2021-01-01", "to": "2020-01-01"}, "/query/from"),
        ({"to": "2030-01-01"}, "/query/from"),
        ({"from": "1900-01-01", "step_days": "1"}, "/query/step_days"),
        ({"basis": "guessed"}, "/query/basis"),
        ({"k": "0"}, "/query/k"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(
    small: Service, query: dict[str, str], pointer: str
) -> None:
    answer = small.get(AT, query)
    assert answer.status_code == 422, answer.text
    assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]
