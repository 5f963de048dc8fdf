"""The database: one writer at a time, all or nothing."""

import asyncio
import threading
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db import make_engine, read_session, write_session
from app.schema import upgrade
from tests.service import Service


def test_what_a_failed_write_began_is_gone(empty: Service) -> None:
    def fail() -> None:
        with write_session(empty.engine) as session:
            session.execute(
                text(
                    "INSERT INTO revision (recorded_at, principal, action, resource, resource_id, "
                    "record) VALUES ('2026-01-01', 'x', 'create', 'actor', 'x', '{}')"
                )
            )
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with read_session(empty.engine) as session:
        assert session.execute(text("SELECT count(*) FROM revision")).scalar_one() == 0


def test_foreign_keys_are_enforced(empty: Service) -> None:
    with pytest.raises(IntegrityError), write_session(empty.engine) as session:
        session.execute(
            text("INSERT INTO domain (id, name, description, revision) VALUES ('x', 'x', 'x', 99)")
        )


def test_writers_that_read_first_queue_instead_of_failing(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/busy.db")
    upgrade(engine)
    failures: list[BaseException] = []

    def add_one() -> None:
        try:
            for _ in range(10):
                with write_session(engine) as session:
                    n = session.execute(text("SELECT count(*) FROM revision")).scalar_one()
                    session.execute(
                        text(
                            "INSERT INTO revision (recorded_at, principal, action, resource, "
                            "resource_id, record) "
                            "VALUES ('2026-01-01', 'x', 'create', 'actor', :n, '{}')"
                        ),
                        {"n": str(n)},
                    )
        except Exception as error:  # noqa: BLE001 the thread's failure is the test's finding
            failures.append(error)

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with read_session(engine) as session:
        ids = session.execute(text("SELECT resource_id FROM revision ORDER BY number")).scalars()
        assert list(ids) == [str(n) for n in range(40)]


def test_more_requests_at_once_than_threads_and_connections_are_all_answered(
    starter: Service,
) -> None:
    async def ask(count: int) -> list[int]:
        transport = httpx.ASGITransport(starter.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            calls = (client.get("/v1/proposals", params={"limit": 1}) for _ in range(count))
            return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert asyncio.run(asyncio.wait_for(ask(150), timeout=25)) == [200] * 150
