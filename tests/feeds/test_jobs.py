"""Imports that the service carries out itself."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.db import read_session
from app.feeds import ingest, jobs
from app.feeds.jobs import ABANDONED_AFTER_S, ImportQueue, Spool, Stopped, run_one
from app.feeds.models import EventImport
from tests.conftest import Make
from tests.feeds.feeds import NOW, act, all_rows, load, state, write_file
from tests.service import Service


def keep(service: Service, spool: Spool, path: Path) -> str:
    """Keeps a copy of a file as an upload is kept; the id of its import."""
    part = spool.begin()
    part.write_bytes(path.read_bytes())
    source = ingest.Source(part, "icews", "icews", path.name)
    sha256 = ingest.hash_file(part, path.name)
    record = ingest.enlist(service.engine, source, sha256, now=NOW, principal="test")
    spool.keep(part, record.id)
    return record.id


def state_of(service: Service, import_id: str) -> str:
    with read_session(service.engine) as session:
        return session.get_one(EventImport, import_id).state


def test_an_upload_is_imported_as_a_file_is_and_then_thrown_away(
    make_both: Make, tmp_path: Path
) -> None:
    path = write_file(tmp_path, act(1), act(2, code="13y"), act(3, target="Norway"))
    by_file, by_job = make_both("small"), make_both("small")
    load(by_file, path)
    spool = Spool(tmp_path / "spool")
    run_one(by_job.engine, spool, keep(by_job, spool, path))
    assert all_rows(by_job) == all_rows(by_file)
    assert spool.list_kept() == []


def test_a_service_that_ends_carries_its_imports_on_when_it_starts_again(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_ROWS", 3)
    path = write_file(tmp_path, *(act(n, day=f"2020-02-{n % 5 + 1:02}") for n in range(20)))
    whole, ended = make_both("small"), make_both("small")
    load(whole, path)
    spool = Spool(tmp_path / "spool")
    import_id = keep(ended, spool, path)
    looks = 0

    def after_a_while() -> bool:
        nonlocal looks
        looks += 1
        return looks > 23

    with pytest.raises(Stopped):
        run_one(ended.engine, spool, import_id, after_a_while)
    assert state_of(ended, import_id) == "running"
    assert 0 < sum(sums[0] for sums in state(ended).values()) < 20
    assert spool.list_kept() == [import_id]

    async def start_again() -> None:
        queue = ImportQueue(ended.engine, spool)
        working = asyncio.create_task(queue.work())
        while spool.list_kept():
            await asyncio.sleep(0.01)
        queue.stop()
        await working

    asyncio.run(start_again())
    assert all_rows(ended) == all_rows(whole)


def test_an_import_that_fails_says_why_and_stores_nothing(small: Service, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    import_id = keep(small, spool, write_file(tmp_path, *(act(n, code="13y") for n in range(50))))
    run_one(small.engine, spool, import_id)
    with read_session(small.engine) as session:
        record = session.get_one(EventImport, import_id)
    assert record.state == "failed"
    assert record.failure == (
        "line 2: 50 of 50 rows are malformed; the first: there is no such CAMEO code"
    )
    assert (record.next_row, spool.list_kept()) == (0, [])


def test_a_cancelled_import_keeps_what_is_stored_and_goes_on_when_it_is_sent_again(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_ROWS", 3)
    path = write_file(tmp_path, *(act(n, day=f"2020-02-{n % 5 + 1:02}") for n in range(20)))
    whole, stopped = make_both("small"), make_both("small")
    load(whole, path)
    spool = Spool(tmp_path / "spool")
    import_id = keep(stopped, spool, path)
    looks = 0

    def cancel_after_a_while() -> bool:
        nonlocal looks
        looks += 1
        if looks == 23:
            ingest.cancel(stopped.engine, import_id, NOW)
        return False

    run_one(stopped.engine, spool, import_id, cancel_after_a_while)
    assert (state_of(stopped, import_id), spool.list_kept()) == ("cancelled", [])
    assert 0 < sum(sums[0] for sums in state(stopped).values()) < 20
    again = keep(stopped, spool, path)
    assert again == import_id
    run_one(stopped.engine, spool, again)
    assert all_rows(stopped) == all_rows(whole)


def test_a_failing_database_is_waited_for(
    small: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    import_id = keep(small, spool, write_file(tmp_path, act(1)))
    monkeypatch.setattr(jobs, "RETRY_AFTER_S", 0.01)
    real, calls = jobs.carry_out, 0

    def fail_at_first(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise OperationalError("", {}, Exception())
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "carry_out", fail_at_first)

    async def work() -> None:
        queue = ImportQueue(small.engine, spool)
        working = asyncio.create_task(queue.work())
        while spool.list_kept():
            await asyncio.sleep(0.01)
        queue.stop()
        await working

    asyncio.run(work())
    assert (state_of(small, import_id), calls) == ("done", 3)


def test_uploads_of_others_stay_and_abandoned_ones_go(small: Service, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    fresh, old = spool.begin(), spool.begin()
    fresh.write_bytes(b"")
    old.write_bytes(b"")
    long_ago = time.time() - ABANDONED_AFTER_S - 1
    os.utime(old, (long_ago, long_ago))
    spool.path_of("imp-of-another-service").write_bytes(b"")
    assert spool.list_kept() == ["imp-of-another-service"]
    assert fresh.exists()
    assert not old.exists()
    run_one(small.engine, spool, "imp-of-another-service")
    assert spool.list_kept() == ["imp-of-another-service"]
