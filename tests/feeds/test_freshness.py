"""How fresh feeds are, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from app.feeds import ingest
from app.feeds.freshness import STALE_DAYS
from tests.feeds.feeds import NOW, act, load, write_file
from tests.service import Service


@pytest.fixture
def fed(both: Service, tmp_path: Path) -> Service:
    load(
        both,
        write_file(
            tmp_path,
            act(1, day="2020-02-01"),
            act(2, day="2020-02-02"),
            act(3, day="2020-02-06", **{"Source Name": "Africa", "source": "NA"}),
            act(4, code="13y", day="2020-02-08"),
            act(5, day="2020-02-09"),
            act(5, day="2020-02-09"),
        ),
    )
    return both


def feeds(service: Service, **params: Any) -> list[dict[str, Any]]:
    answer = service.get("/v1/feeds", params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_a_feed_tells_its_days_its_rows_and_what_is_missing(fed: Service) -> None:
    (feed,) = feeds(fed, as_of="2020-02-10")
    assert feed == {
        "feed": "icews",
        "last_on": "2020-02-09",
        "lag_days": 1,
        "stale": False,
        "incomplete": False,
        "first_on": "2020-02-01",
        "rows": 6,
        "stored": 3,
        "duplicate": 1,
        "unresolved": 1,
        "internal": 0,
        "retracted": 0,
        "rejected": 1,
        "rejected_share": 0.166667,
        "days_missing": 5,
        "gaps": [
            {"first_on": "2020-02-07", "last_on": "2020-02-08", "days": 2},
            {"first_on": "2020-02-03", "last_on": "2020-02-05", "days": 3},
        ],
    }


@pytest.mark.parametrize(("day", "stale"), [("2020-02-16", False), ("2020-02-17", True)])
def test_every_ranking_says_whether_a_feed_is_stale(fed: Service, day: str, stale: bool) -> None:
    lag = STALE_DAYS + stale
    expected = {"feed": "icews", "last_on": "2020-02-09", "lag_days": lag, "stale": stale}
    expected["incomplete"] = False
    for url in ("/v1/proposals", "/v1/proposals/joint-patrol/score", "/v1/rankings"):
        assert fed.get(url, {"as_of": day}).json()["meta"]["feeds"] == [expected]


def test_a_feed_is_not_there_before_its_first_day_and_its_import(fed: Service) -> None:
    assert feeds(fed, as_of="2020-01-31") == []
    assert feeds(fed, known_at="2026-01-20T00:00:00Z") == []
    assert fed.get("/v1/proposals", {"as_of": "2020-01-31"}).json()["meta"]["feeds"] == []


def test_a_catalogue_without_feeds_says_so(both_empty: Service) -> None:
    assert feeds(both_empty) == []
    assert both_empty.get("/v1/proposals").json()["meta"]["feeds"] == []


def test_a_feed_is_incomplete_while_a_file_of_it_is_broken_off(
    both: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_ROWS", 2)
    path = write_file(tmp_path, *(act(n) for n in range(5)))
    source = ingest.Source(path, "icews", "icews", path.name)

    def stop(stored: int) -> None:
        if stored:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        ingest.import_file(
            both.engine,
            source,
            clock=lambda: NOW,
            principal="test",
            watch=ingest.Watch(stored=stop),
        )
    assert [feed["incomplete"] for feed in feeds(both)] == [True]
    load(both, path)
    assert [feed["incomplete"] for feed in feeds(both)] == [False]
