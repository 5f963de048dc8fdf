"""Attention: how much feeds write about the principals."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.scoring import momentum
from app.scoring.momentum import LEAST_EVENTS, STALE_DAYS
from tests.catalogues import catalogue, judgement, proposal
from tests.feeds.feeds import act, load, write_file
from tests.service import Service

DAY = "2020-02-07"


@pytest.fixture(autouse=True)
def _few_rows_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(momentum, "LEAST_ROWS", 1)


def attention(service: Service, **params: Any) -> dict[str, Any]:
    return {i["slug"]: i["attention"] for i in service.items(**({"as_of": DAY} | params))}


def values(service: Service, slug: str) -> dict[str, float | None]:
    item = next(i for i in service.items(as_of=DAY) if i["slug"] == slug)
    return {c["criterion"]: c["value"] for c in item["score"]["contributions"]}


def test_without_a_feed_attention_is_not_known_and_nobody_is_neglected(both: Service) -> None:
    assert set(attention(both).values()) == {None}
    assert both.items(as_of=DAY, neglected=True) == []


def test_a_feed_that_tells_of_another_time_says_nothing(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1, day="2018-02-01"), act(2, day="2020-02-20")))
    assert set(attention(both).values()) == {None}
    assert attention(both, as_of="2020-02-20")["joint-patrol"]["reported_events"] == 1


def test_a_feed_that_tells_of_others_makes_it_none(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1, target="Japan")))
    found = attention(both)["joint-patrol"]
    assert (found["reported_events"], found["days"]) == (0, 365)


def test_what_is_worth_much_and_little_written_of_is_neglected(
    both: Service, tmp_path: Path
) -> None:
    costly = [judgement(actor, "gain", "low") for actor in ("NOR", "SWE")]
    costly += [judgement(actor, "cost", "very_high") for actor in ("NOR", "SWE")]
    both.load(catalogue(proposal(), proposal("costly-patrol", judgements=costly)))
    few = [act(n) for n in range(LEAST_EVENTS - 1)]
    load(both, write_file(tmp_path, *few))
    listed = attention(both)
    for slug, found in listed.items():
        worth = [values(both, slug)[c] for c in ("shared_priority", "mutual_gain")]
        assert found["neglected"] == all(v is not None and v >= 0.5 for v in worth), slug
    neglected = {slug for slug, found in listed.items() if found["neglected"]}
    assert 0 < len(neglected) < len(listed)
    assert {i["slug"] for i in both.items(as_of=DAY, neglected=True)} == neglected
    load(both, write_file(tmp_path, act(99), name="more"))
    after = attention(both).values()
    assert {(a["reported_events"], a["neglected"]) for a in after} == {(LEAST_EVENTS, False)}


def test_ranks_stay_those_among_all(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1)))
    ranks = {i["slug"]: i["rank"] for i in both.items(as_of=DAY)}
    for item in both.items(as_of=DAY, neglected=True):
        assert item["rank"] == ranks[item["slug"]]


def test_few_rows_are_nobody_watching(
    both: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(momentum, "LEAST_ROWS", 10)
    load(both, write_file(tmp_path, *(act(n, target="Japan") for n in range(9))))
    assert set(attention(both).values()) == {None}
    load(both, write_file(tmp_path, act(99, source="Nowhere"), name="one more"))
    assert attention(both)["joint-patrol"]["reported_events"] == 0


def test_a_stale_feed_watches_nobody(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1)))
    last = date(2020, 2, 1) + timedelta(days=STALE_DAYS)
    assert attention(both, as_of=str(last))["joint-patrol"]["reported_events"] == 1
    assert set(attention(both, as_of=str(last + timedelta(days=1))).values()) == {None}
