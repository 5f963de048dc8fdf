"""Watches: they tell when the database may have moved."""

import time
from collections.abc import Callable, Iterator

import pytest

from app.db import make_engine
from app.listings.watch import KEPT_S, FileWatch, ServerWatch, make_watch
from tests.catalogues import catalogue, proposal
from tests.conftest import Make, Templates
from tests.databases import create_database, drop_database
from tests.processes import wait_until
from tests.service import Service


def test_a_file_is_seen_to_move_at_once(small: Service) -> None:
    watch = make_watch(small.engine)
    assert isinstance(watch, FileWatch)
    before = watch.version()
    assert watch.version() == before
    small.load(catalogue(proposal(title="Changed")))
    assert watch.version() != before
    watch.stop()


def test_what_another_stored_in_a_file_is_seen_within_a_moment(small: Service) -> None:
    watch = make_watch(small.engine)
    before = watch.version()
    other = Service(str(small.engine.url))
    other.load(catalogue(proposal(title="Changed elsewhere")))
    other.engine.dispose()
    time.sleep(2 * KEPT_S)
    assert watch.version() != before
    watch.stop()


def test_a_file_that_is_not_there_may_be_anything(tmp_path: object) -> None:
    watch = FileWatch(make_engine(f"sqlite:///{tmp_path}/absent.db"))
    assert watch.version() != watch.version()


@pytest.fixture
def server(make_server: Callable[[], Service]) -> Service:
    return make_server()


@pytest.fixture
def make_server(
    postgresql: str, postgresql_templates: Templates
) -> Iterator[Callable[[], Service]]:
    """Makes replicas of one service on one PostgreSQL database."""
    url = create_database(postgresql, postgresql_templates["small"])
    replicas: list[Service] = []

    def make() -> Service:
        replicas.append(Service(url))
        return replicas[-1]

    yield make
    for replica in replicas:
        replica.app.state.lists.watch.stop()
        replica.engine.dispose()
    drop_database(postgresql, url)


def test_until_it_listens_a_server_may_have_moved(server: Service) -> None:
    watch = server.app.state.lists.watch
    assert isinstance(watch, ServerWatch)
    assert watch.version() != watch.version()


def test_another_replica_learns_of_a_change_within_a_second(
    make_server: Callable[[], Service],
) -> None:
    one, other = make_server(), make_server()
    watch = one.app.state.lists.watch
    watch.start()
    assert wait_until(lambda: watch.version() == watch.version(), 5)
    before = one.get("/v1/proposals").json()["meta"]["revision"]
    for n in range(5):
        other.load(catalogue(proposal(title=f"Title {n}")))
        after = before + n + 1
        seen = wait_until(
            lambda wanted=after: one.get("/v1/proposals").json()["meta"]["revision"] == wanted, 1
        )
        assert seen


def test_own_changes_are_seen_at_once(server: Service) -> None:
    watch = server.app.state.lists.watch
    watch.start()
    assert wait_until(lambda: watch.version() == watch.version(), 5)
    for n in range(20):
        server.load(catalogue(proposal(title=f"Title {n}")))
        [item] = server.get("/v1/proposals").json()["items"]
        assert item["title"] == f"Title {n}"


def test_a_lost_connection_is_made_again(server: Service, caplog: pytest.LogCaptureFixture) -> None:
    watch = server.app.state.lists.watch
    watch.start()
    assert wait_until(lambda: watch.version() == watch.version(), 5)
    with server.engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'entente-watch' AND datname = current_database()"
        )
    assert wait_until(lambda: "broke off" in caplog.text, 5)
    assert wait_until(lambda: watch.version() == watch.version(), 5)
    server.load(catalogue(proposal(title="Changed")))
    assert server.items()[0]["title"] == "Changed"


def test_a_change_is_not_missed_where_nobody_tells_of_it(both: Service, make_both: Make) -> None:
    del make_both
    lists = both.app.state.lists
    both.get("/v1/proposals")
    with both.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO revision SELECT number + 1, recorded_at, principal, action, resource, "
            "resource_id, record, diff FROM revision ORDER BY number DESC LIMIT 1"
        )
    assert lists.find_current() is None
    assert both.get("/v1/proposals").json()["meta"]["revision"] == both.revision()
