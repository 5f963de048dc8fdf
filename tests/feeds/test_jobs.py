"""Imports that the service carries out itself."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.db import read_session
from app.feeds import ingest, jobs
from app.feeds.jobs import ABANDONED_AFTER_S, ImportQueue, Spool, Stopped, import_of, run_one
from app.feeds.models import EventImport
from tests.conftest import Make
from tests.feeds.feeds import NOW, act, all_rows, load, state, write_file
from tests.service import Service


def keep(service: Service, spool: Spool, path: Path) -> Path:
    """Keeps a copy of a file as an upload is kept."""
    part = spool.begin()
    part.write_bytes(path.read_bytes())
    source = ingest.Source(part, "icews", "icews", path.name)
    sha256 = ingest.hash_file(part, path.name)
    record = ingest.enlist(service.engine, source, sha256, now=NOW, principal="test")
    return spool.keep(part, record.id)


def work_off(service: Service, spool: Spool) -> None:
    """Lets the service carry out all that is kept, as it does in the background."""

    async def work() -> None:
        queue = ImportQueue(service.engine, spool)
        working = asyncio.create_task(queue.work())
        while spool.list_kept():
            await asyncio.sleep(0.01)
        queue.stop()
        await working

    asyncio.run(work())


def record_of(service: Service, upload: Path) -> EventImport:
    with read_session(service.engine) as session:
        return session.get_one(EventImport, import_of(upload))


def state_of(service: Service, upload: Path) -> str:
    return record_of(service, upload).state


def test_an_upload_is_imported_as_a_file_is_and_then_thrown_away(
    make_both: Make, tmp_path: Path
) -> None:
    path = write_file(tmp_path, act(1), act(2, code="13y"), act(3, target="Norway"))
    by_file, by_job = make_both("small"), make_both("small")
    load(by_file, path)
    spool = Spool(tmp_path / "spool")
    run_one(by_job.engine, keep(by_job, spool, path))
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
    upload = keep(ended, spool, path)
    looks = 0

    def after_a_while() -> bool:
        nonlocal looks
        looks += 1
        return looks > 23

    with pytest.raises(Stopped):
        run_one(ended.engine, upload, after_a_while)
    assert state_of(ended, upload) == "running"
    assert 0 < sum(sums[0] for sums in state(ended).values()) < 20
    assert spool.list_kept() == [upload]

    work_off(ended, spool)
    assert all_rows(ended) == all_rows(whole)


def test_an_import_that_fails_says_why_and_stores_nothing(small: Service, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    upload = keep(small, spool, write_file(tmp_path, *(act(n, code="13y") for n in range(50))))
    run_one(small.engine, upload)
    with read_session(small.engine) as session:
        record = session.get_one(EventImport, import_of(upload))
    assert record.state == "failed"
    assert record.failure == "line 2: no row could be read; the first: there is no such CAMEO code"
    assert (record.next_row, spool.list_kept()) == (0, [])


def test_a_cancelled_import_keeps_what_is_stored_and_goes_on_when_it_is_sent_again(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_ROWS", 3)
    path = write_file(tmp_path, *(act(n, day=f"2020-02-{n % 5 + 1:02}") for n in range(20)))
    whole, stopped = make_both("small"), make_both("small")
    load(whole, path)
    spool = Spool(tmp_path / "spool")
    upload = keep(stopped, spool, path)
    looks = 0

    def cancel_after_a_while() -> bool:
        nonlocal looks
        looks += 1
        if looks == 23:
            ingest.cancel(stopped.engine, import_of(upload), NOW)
        return False

    run_one(stopped.engine, upload, cancel_after_a_while)
    assert (state_of(stopped, upload), spool.list_kept()) == ("cancelled", [])
    assert 0 < sum(sums[0] for sums in state(stopped).values()) < 20
    again = keep(stopped, spool, path)
    assert import_of(again) == import_of(upload)
    run_one(stopped.engine, again)
    assert all_rows(stopped) == all_rows(whole)


def test_a_failing_database_is_waited_for(
    small: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    upload = keep(small, spool, write_file(tmp_path, act(1)))
    monkeypatch.setattr(jobs, "RETRY_AFTER_S", 0.01)
    real, calls = jobs.carry_out, 0

    def fail_at_first(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise OperationalError("", {}, Exception())
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "carry_out", fail_at_first)

    work_off(small, spool)
    assert (state_of(small, upload), calls) == ("done", 3)


def test_uploads_of_others_stay_and_abandoned_ones_go(small: Service, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    fresh, old = spool.begin(), spool.begin()
    fresh.write_bytes(b"")
    old.write_bytes(b"")
    long_ago = time.time() - ABANDONED_AFTER_S - 1
    os.utime(old, (long_ago, long_ago))
    last = spool.begin()
    last.write_bytes(b"")
    upload = spool.keep(last, "imp-of-another-service")
    assert spool.list_kept() == [upload]
    assert fresh.exists()
    assert not old.exists()
    run_one(small.engine, upload)
    assert spool.list_kept() == [upload]


def test_what_nobody_foresaw_fails_one_import_and_not_those_after_it(
    small: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    first = keep(small, spool, write_file(tmp_path, act(1), name="a"))
    second = keep(small, spool, write_file(tmp_path, act(2), name="b"))
    real = jobs.carry_out

    def fail_at_the_first(engine: Engine, upload: Path, *others: object) -> object:
        if upload == first:
            raise KeyError
        return real(engine, upload, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "carry_out", fail_at_the_first)

    work_off(small, spool)
    assert (state_of(small, first), state_of(small, second)) == ("failed", "done")
    assert "not foreseen" in (record_of(small, first).failure or "")


def test_the_same_file_sent_again_during_a_cancelled_run_is_carried_out(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_ROWS", 3)
    path = write_file(tmp_path, *(act(n) for n in range(20)))
    whole, other = make_both("small"), make_both("small")
    load(whole, path)
    spool = Spool(tmp_path / "spool")
    upload = keep(other, spool, path)
    looks, again = 0, []

    def cancel_and_send_again() -> bool:
        nonlocal looks
        looks += 1
        if looks == 24:
            ingest.cancel(other.engine, import_of(upload), NOW)
            again.append(keep(other, spool, path))
        return False

    run_one(other.engine, upload, cancel_and_send_again)
    assert spool.list_kept() == again
    run_one(other.engine, again[0])
    assert state_of(other, upload) == "done"
    assert all_rows(other) == all_rows(whole)


def test_an_import_is_cancelled_and_stopped_while_its_file_is_looked_through(
    small: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LOOK_AFTER_S", -1.0)
    path = write_file(tmp_path, act(1))
    path.write_bytes(path.read_bytes() + b"\n" * 1000)
    spool = Spool(tmp_path / "spool")
    upload, looks = keep(small, spool, path), 0

    def look(wanted: int, cancel: bool) -> bool:
        nonlocal looks
        looks += 1
        if looks == wanted and cancel:
            ingest.cancel(small.engine, import_of(upload), NOW)
        return looks == wanted and not cancel

    with pytest.raises(Stopped):
        run_one(small.engine, upload, lambda: look(5, cancel=False))
    run_one(small.engine, upload, lambda: look(10, cancel=True))
    assert (looks, state_of(small, upload), spool.list_kept()) == (10, "cancelled", [])
