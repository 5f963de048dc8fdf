"""The database: one writer at a time, all or nothing."""

import asyncio
import threading
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.db import is_missing, make_engine, read_session, to_public_url, write_session
from tests.service import Service

INSERT = (
    "INSERT INTO revision (number, recorded_at, principal, action, resource, resource_id, record, "
    "diff) VALUES (:n, '2026-01-01', 'x', 'create', 'actor', :id, '{}', '[]')"
)


@pytest.mark.parametrize(
    "secret", ["user:secret@host/entente", "user@host/entente?password=secret&sslmode=require"]
)
def test_a_database_is_named_without_its_secrets(secret: str) -> None:
    named = to_public_url(make_engine(f"postgresql+psycopg://{secret}"))
    assert named == "postgresql+psycopg://user@host/entente"


def test_only_a_sqlite_file_can_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert is_missing(make_engine(f"sqlite:///{path}"))
    path.write_bytes(b"")
    for url in (
        f"sqlite:///{path}",
        f"sqlite:///file:{tmp_path}/b.db?uri=true",
        "postgresql+psycopg://host/entente",
    ):
        assert not is_missing(make_engine(url))


def test_what_a_failed_write_began_is_gone(both_empty: Service) -> None:
    def fail() -> None:
        with write_session(both_empty.engine) as session:
            session.execute(text(INSERT), {"n": 1, "id": "x"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with read_session(both_empty.engine) as session:
        assert session.execute(text("SELECT count(*) FROM revision")).scalar_one() == 0


def test_foreign_keys_are_enforced(both_empty: Service) -> None:
    with pytest.raises(IntegrityError), write_session(both_empty.engine) as session:
        session.execute(
            text("INSERT INTO domain (id, name, description, revision) VALUES ('x', 'x', 'x', 99)")
        )


def test_a_reader_sees_one_state_until_it_ends(both_empty: Service) -> None:
    count = text("SELECT count(*) FROM revision")
    with read_session(both_empty.engine) as reader:
        assert reader.execute(count).scalar_one() == 0
        with write_session(both_empty.engine) as writer:
            writer.execute(text(INSERT), {"n": 1, "id": "x"})
        assert reader.execute(count).scalar_one() == 0
    with read_session(both_empty.engine) as reader:
        assert reader.execute(count).scalar_one() == 1


def test_a_reader_on_postgresql_cannot_write(both_empty: Service) -> None:
    if both_empty.engine.dialect.name == "sqlite":
        return
    with pytest.raises(DBAPIError, match="read-only"), read_session(both_empty.engine) as session:
        session.execute(text(INSERT), {"n": 1, "id": "x"})


def test_writers_that_read_first_queue_instead_of_failing(both_empty: Service) -> None:
    engine = both_empty.engine
    failures: list[BaseException] = []

    def add_one() -> None:
        try:
            for _ in range(10):
                with write_session(engine) as session:
                    n = session.execute(text("SELECT count(*) FROM revision")).scalar_one()
                    session.execute(text(INSERT), {"n": n + 1, "id": str(n)})
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
    both: Service,
) -> None:
    async def ask(count: int) -> list[int]:
        transport = httpx.ASGITransport(both.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            calls = (client.get("/v1/proposals", params={"limit": 1}) for _ in range(count))
            return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert asyncio.run(asyncio.wait_for(ask(150), timeout=25)) == [200] * 150


def test_a_writer_that_waits_too_long_is_told_to_try_again(both: Service) -> None:
    """The lock is held longer than the time-out, as by a large import elsewhere."""
    source = {"id": "s", "title": "S", "available_on": "2020-01-01", "reliability": "B"}
    key = both.authorisation()
    with write_session(both.engine) as session:
        session.execute(text("SELECT 1"))
        answer = both.request("POST", "/v1/sources", json=source, headers=key)
        assert both.get("/v1/sources").status_code == 200  # readers never wait
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"]
    assert both.request("POST", "/v1/sources", json=source, headers=key).status_code == 201
