"""Following the catalogue in the background."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from app.listings import follow
from app.listings.follow import follow_catalogue, is_late
from app.listings.index import View
from tests.catalogues import catalogue, proposal
from tests.service import TODAY, Service


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(follow, "RETRY_AFTER_S", 0.02)


async def run_for(service: Service, seconds: float) -> None:
    task = asyncio.create_task(follow_catalogue(service.app.state.lists))
    await asyncio.sleep(seconds)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_the_index_is_ready_before_anyone_asks(both: Service) -> None:
    asyncio.run(run_for(both, 0.5))
    assert both.app.state.lists.indexes.current.view.revision == both.revision()
    both.load(catalogue(proposal(title="Changed")))
    asyncio.run(run_for(both, 0.5))
    assert both.app.state.lists.indexes.current.view.revision == both.revision()


def test_a_failure_is_told_and_tried_again(
    small: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with small.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE revision RENAME TO hidden")

    async def run() -> None:
        task = asyncio.create_task(follow_catalogue(small.app.state.lists))
        await asyncio.sleep(0.3)
        with small.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE hidden RENAME TO revision")
        await asyncio.sleep(0.5)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert "was not brought up to date: OperationalError" in caplog.text
    assert small.app.state.lists.find_current() is not None


def test_the_next_day_is_prepared_before_midnight(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "is_late", lambda _: True)
    asyncio.run(run_for(small, 0.5))
    tomorrow = View(small.revision(), TODAY + timedelta(days=1), "joint")
    assert tomorrow in small.app.state.lists.indexes._others


def test_twenty_minutes_before_midnight_is_late() -> None:
    midnight = datetime(2026, 1, 3, tzinfo=UTC)
    assert is_late(midnight - timedelta(minutes=1))
    assert not is_late(midnight - timedelta(minutes=21))


def test_whatever_goes_wrong_it_goes_on(
    small: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lists, refresh, times = small.app.state.lists, small.app.state.lists.refresh, []

    def break_once(wait_s: float) -> object:
        times.append(wait_s)
        if len(times) == 1:
            raise EOFError
        return refresh(wait_s)

    monkeypatch.setattr(lists, "refresh", break_once)
    asyncio.run(run_for(small, 0.5))
    assert lists.find_current() is not None
    assert "EOFError" in caplog.text
