"""Migrations."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.db import make_engine, read_session, write_connection, write_session
from app.errors import DatabaseNotReady
from app.schema import _config, check_ready, find_head, upgrade
from app.starter import load_starter_if_empty
from tests.catalogues import proposal
from tests.service import IMPORTED_AT, Service


def migrate(service: Service, way: Callable[..., None], *target: str) -> None:
    config = _config()
    with write_connection(service.engine) as connection:
        config.attributes["connection"] = connection
        way(config, *target)


def test_a_new_database_is_not_ready_until_it_is_upgraded(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(DatabaseNotReady):
        check_ready(engine)
    upgrade(engine)
    check_ready(engine)
    upgrade(engine)
    check_ready(engine)


def test_the_newest_version_is_the_last_migration() -> None:
    assert find_head() == ScriptDirectory.from_config(_config()).get_current_head()


def test_a_database_of_a_later_version_is_refused(both_empty: Service) -> None:
    with write_session(both_empty.engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNotReady):
        check_ready(both_empty.engine)
    with pytest.raises(DatabaseNotReady):
        upgrade(both_empty.engine)
    answer = both_empty.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")


def test_a_start_with_nothing_to_upgrade_waits_for_no_writer(both: Service) -> None:
    with write_session(both.engine):
        upgrade(both.engine)
    check_ready(both.engine)


def test_migrations_go_down_to_nothing_and_up_again(both: Service) -> None:
    migrate(both, command.downgrade, "base")
    assert inspect(both.engine).get_table_names() == ["alembic_version"]
    upgrade(both.engine)
    check_ready(both.engine)
    assert both.get("/v1/proposals").json()["items"] == []


def test_the_catalogue_survives_the_way_down_and_up(both: Service) -> None:
    both.load({"proposals": [proposal("other-plan"), proposal("third-plan")]})
    both.load({"proposals": [proposal("third-plan", merged_into="other-plan")]})
    tag = both.get("/v1/proposals/joint-patrol").headers["ETag"]
    both.write("DELETE", "/v1/proposals/joint-patrol", If_Match=tag)
    query = {"as_of": "2020-02-10", "q": "plan"}
    [before] = both.items(**query)
    migrate(both, command.downgrade, "0001")
    upgrade(both.engine)
    migrate(both, command.check)
    reread = Service(both.settings.database_url)
    after = {i["slug"]: i for i in reread.items(**query)}
    assert after["other-plan"] == before
    assert after.keys() == {"other-plan", "third-plan"}  # what it duplicates cannot be held
    assert reread.get("/v1/proposals/joint-patrol").status_code == 404
    report = reread.load({"proposals": [proposal("other-plan")]})
    assert report.total("updated") == report.total("created") == 0
    reread.engine.dispose()


def test_the_models_and_the_migrations_agree(both_empty: Service) -> None:
    migrate(both_empty, command.check)


def test_two_processes_that_start_together_load_the_starter_once(
    make_both: Callable[..., Service],
) -> None:
    url = make_both("empty").settings.database_url
    loaded: list[object] = []

    def start() -> None:
        engine = make_engine(url)
        upgrade(engine)
        loaded.append(load_starter_if_empty(engine, IMPORTED_AT))
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 2
    assert sum(report is not None for report in loaded) == 1
    engine = make_engine(url)
    with read_session(engine) as session:
        count = "SELECT count(*) - count(DISTINCT resource || resource_id) FROM revision"
        assert session.execute(text(count)).scalar_one() == 0
    engine.dispose()
