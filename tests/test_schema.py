"""Migrations."""

import threading
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from app.db import make_engine, read_session, write_connection, write_session
from app.errors import DatabaseNotReady
from app.schema import _config, check_ready, upgrade
from app.settings import Settings
from app.starter import load_starter_if_empty
from tests.service import IMPORTED_AT, Service


def test_a_new_database_is_not_ready_until_it_is_upgraded(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(DatabaseNotReady):
        check_ready(engine)
    upgrade(engine)
    check_ready(engine)
    upgrade(engine)
    check_ready(engine)


def test_a_database_of_a_later_version_is_refused(empty: Service) -> None:
    with write_session(empty.engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNotReady):
        check_ready(empty.engine)


def test_migrations_go_down_and_up_again(small: Service) -> None:
    config = _config()
    with write_connection(small.engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(small.engine).get_table_names() == ["alembic_version"]
    upgrade(small.engine)
    check_ready(small.engine)


def test_the_models_and_the_migrations_agree(empty: Service) -> None:
    config = _config()
    with write_connection(empty.engine) as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_two_processes_that_start_together_load_the_starter_once(tmp_path: Path) -> None:
    url = Settings(database_url=f"sqlite:///{tmp_path}/both.db").database_url
    loaded: list[object] = []

    def start() -> None:
        engine = make_engine(url)
        upgrade(engine)
        loaded.append(load_starter_if_empty(engine, IMPORTED_AT))

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 2
    assert sum(report is not None for report in loaded) == 1
    with read_session(make_engine(url)) as session:
        count = "SELECT count(*) - count(DISTINCT resource || resource_id) FROM revision"
        assert session.execute(text(count)).scalar_one() == 0
