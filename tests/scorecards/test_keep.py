"""Keeping each day's ranking, on both databases."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from app.scorecards import keep
from app.scorecards.keep import keep_daily, keep_ranking
from app.scorecards.models import ServedRanking
from tests.catalogues import proposal
from tests.service import Service

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def kept(service: Service) -> list[ServedRanking]:
    with Session(service.engine) as session:
        return list(session.exec(select(ServedRanking).order_by(ServedRanking.day)))  # type: ignore[arg-type]


def keep_at(service: Service, now: datetime) -> bool:
    return keep_ranking(service.engine, service.app.state.lists, now)


def test_a_days_ranking_is_kept_as_served(both: Service) -> None:
    assert keep_at(both, NOON)
    [row] = kept(both)
    [item] = both.items(as_of="2026-01-05")
    assert json.loads(row.items) == [[item["id"], item["score"]["value"]]]
    assert (row.day, row.served_at, row.revision) == (date(2026, 1, 5), NOON, both.revision())


def test_it_is_kept_once_a_day_and_never_changed(both: Service) -> None:
    assert keep_at(both, NOON)
    [before] = kept(both)
    assert both.write("POST", "/v1/proposals", proposal("other")).status_code == 201
    assert not keep_at(both, NOON + timedelta(hours=3))
    assert [row.items for row in kept(both)] == [before.items]
    assert keep_at(both, NOON + timedelta(days=1))
    assert len(json.loads(kept(both)[1].items)) == 2


def test_two_replicas_at_once_keep_one(both: Service) -> None:
    other = Service(both.settings.database_url)

    async def race() -> list[bool]:
        return await asyncio.gather(
            *(asyncio.to_thread(keep_at, service, NOON) for service in (both, other) * 3)
        )

    assert sorted(asyncio.run(race())) == [False] * 5 + [True]
    assert len(kept(both)) == 1
    other.engine.dispose()


def test_an_empty_catalogue_has_nothing_to_keep(both_empty: Service) -> None:
    assert not keep_at(both_empty, NOON)
    assert kept(both_empty) == []


def test_a_failure_is_told_and_tried_again(
    small: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keep, "RETRY_AFTER_S", 0.05)
    with small.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE served_ranking RENAME TO hidden")

    async def run() -> None:
        task = asyncio.create_task(keep_daily(small.engine, small.app.state.lists))
        await asyncio.sleep(0.3)
        with small.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE hidden RENAME TO served_ranking")
        await asyncio.sleep(0.6)
        task.cancel()

    asyncio.run(run())
    assert "was not kept" in caplog.text
    assert len(kept(small)) == 1
