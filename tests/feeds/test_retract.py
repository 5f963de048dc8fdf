"""Retractions, on both databases."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.feeds.models import EventReport
from tests.conftest import Make
from tests.feeds.feeds import act, all_rows, load, rows_of, scores, state, withdraw, write_file
from tests.service import Service


def test_a_full_retraction_brings_every_score_back_bit_for_bit(
    both: Service, tmp_path: Path
) -> None:
    before = scores(both)
    codes = (("057", "8"), ("112", "-2"), ("190", "-10"), ("040", "1"))
    rows = [act(n, code=codes[n % 4][0], points=codes[n % 4][1]) for n in range(40)]
    load(both, write_file(tmp_path, *rows))
    assert scores(both) != before
    done = withdraw(both, *(str(n) for n in range(40)))
    assert (done.new, done.reports, done.known) == (40, 40, 0)
    assert scores(both) == before
    assert state(both) == {}
    assert len(rows_of(both, EventReport)) == 40


def test_a_retraction_before_its_report_works_like_one_after(
    make_both: Make, tmp_path: Path
) -> None:
    path = write_file(tmp_path, act(1), act(2, code="112", points="-2"), act(3, code="042"))
    first, last = make_both("small"), make_both("small")
    withdraw(first, "2", "9")
    load(first, path)
    load(last, path)
    withdraw(last, "2", "9")
    assert state(first) == state(last)
    assert scores(first) == scores(last)


def test_another_report_of_the_same_event_keeps_it(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1, publisher="A"), act(2, publisher="A")))
    before = state(both)
    withdraw(both, "1")
    assert state(both) == before
    withdraw(both, "2")
    assert state(both) == {}


def test_the_same_retraction_again_changes_nothing(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1), act(2)))
    withdraw(both, "1")
    before, revision = all_rows(both), both.revision()
    again = withdraw(both, "1")
    assert (again.new, again.known, again.revision) == (0, 1, None)
    assert (all_rows(both), both.revision()) == (before, revision)


def test_the_change_feed_says_what_was_retracted(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1)))
    withdraw(both, "1", "2")
    (change,) = both.get("/v1/changes", {"resource": "event_retraction"}).json()["items"]
    assert change["record"] == {"feed": "icews", "reason": "Wrong", "ids": ["1", "2"]}


def test_what_was_known_before_a_retraction_is_answered_alike_after_it(
    both: Service, tmp_path: Path
) -> None:
    load(both, write_file(tmp_path, *(act(n, points="8") for n in range(9))))
    known_at = both.get("/v1/proposals", {"as_of": "2020-02-10"}).json()["meta"]["known_at"]
    before = scores(both)
    withdraw(both, *(str(n) for n in range(9)))
    assert scores(both) != before
    again = both.get("/v1/proposals", {"as_of": "2020-02-10", "known_at": known_at}).json()
    assert [(i["slug"], i["rank"], i["score"]) for i in again["items"]] == before


def test_a_feed_retracts_its_own_reports_only(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1)))
    before = state(both)
    withdraw(both, "1", feed="gdelt")
    assert state(both) == before


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("load"), st.sets(st.integers(0, 7), min_size=1)),
        st.tuples(st.just("withdraw"), st.sets(st.integers(0, 7), min_size=1)),
    ),
    max_size=5,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@pytest.mark.parametrize("make_url", ["sqlite"], indirect=True)
def test_any_order_of_imports_and_retractions_leads_to_the_same_sums(
    make_both: Make, tmp_path: Path, steps: list[tuple[str, set[int]]]
) -> None:
    """What is left is what one import of everything that came and was not retracted gives."""

    def row(n: int) -> dict[str, str]:
        return act(n, publisher=f"P{n % 3}", code=("040", "112")[n % 2], points=("1", "-2")[n % 2])

    service, oracle = make_both("small"), make_both("small")
    came: set[int] = set()
    gone: set[int] = set()
    for kind, numbers in steps:
        if kind == "load":
            load(service, write_file(tmp_path, *map(row, sorted(numbers))))
            came |= numbers
        else:
            withdraw(service, *map(str, numbers))
            gone |= numbers
    left = sorted(came - gone)
    if left:
        load(oracle, write_file(tmp_path, *map(row, left)))
    assert sorted(state(service).values()) == sorted(state(oracle).values())
    assert scores(service) == scores(oracle)


def test_attribution_tells_what_feeds_added_from_what_they_took_back(
    both: Service, tmp_path: Path
) -> None:
    moments = [both.get("/v1/proposals").json()["meta"]["known_at"]]
    load(both, write_file(tmp_path, *(act(n, points="8") for n in range(9))))
    moments.append(both.get("/v1/proposals").json()["meta"]["known_at"])
    withdraw(both, *(str(n) for n in range(9)))
    moments.append(both.get("/v1/proposals").json()["meta"]["known_at"])
    found = []
    for start, end in (moments[:2], moments[1:], (moments[0], moments[2])):
        query = {"from": start, "to": end, "as_of": "2020-02-10"}
        answer = both.get("/v1/rankings/attribution", query)
        assert answer.status_code == 200, answer.text
        (move,) = [m for m in answer.json()["items"] if m["slug"] == "joint-patrol"]
        parts = {c["cause"]: c["score"] for c in move["causes"]}
        assert sum(parts.values()) == pytest.approx(move["score_change"])
        found.append((move["score_change"], parts))
    (added, by_added), (taken, by_taken), (all_in_all, _) = found
    assert added > 0 == all_in_all
    assert by_added["new_events"] == added
    assert by_taken["retractions"] == taken == -added
