"""Restoring: all of a backup or nothing, on either database from either."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, make_url

from app.backups import restore as restoring
from app.backups.restore import open_copy, restore
from app.db import make_engine, read_session, write_connection
from app.errors import BackupFailed, BackupUnusable, DatabaseInUse, DatabaseNotEmpty
from app.schema import _config, check_ready
from tests.backups.ways import (
    all_rows,
    back_up,
    fill,
    leave,
    named,
    nothing,
    own_references,
    put_back,
    verified,
)
from tests.catalogues import catalogue, proposal
from tests.conftest import Make, Templates, copy_file
from tests.listings.building import count_as_many
from tests.service import Service


@pytest.fixture
def backup(small: Service, tmp_path: Path) -> Path:
    """A backup of a SQLite database that has seen changes."""
    fill(small, tmp_path)
    path = tmp_path / "backup.db"
    back_up(small, path)
    return path


def test_what_is_restored_is_what_was_backed_up(
    filled: Service, make_both: Make, tmp_path: Path
) -> None:
    path = tmp_path / "backup.db"
    made = back_up(filled, path)
    other = make_both("empty")
    assert put_back(other, path) == made
    assert all_rows(other) == all_rows(filled)
    assert not named(other)
    query = "/v1/proposals?q=changed&facet=actor&sort=title"
    assert other.get(query).json() == filled.get(query).json()


def test_either_database_takes_a_backup_of_the_other(
    both_empty: Service, small: Service, backup: Path
) -> None:
    put_back(both_empty, backup)
    assert all_rows(both_empty) == all_rows(small)


def test_work_goes_on_after_it(both_empty: Service, small: Service, backup: Path) -> None:
    key = small.authorisation()
    back_up(small, backup, replace=True)
    put_back(both_empty, backup)
    both_empty._key = key["Authorization"].removeprefix("Bearer ")
    actor = {"id": "new-body", "kind": "body", "name": "New", "aliases": ["N"], "parent_id": "NOR"}
    answer = both_empty.write("POST", "/v1/actors", json=actor)
    assert answer.status_code == 201, answer.text
    assert answer.headers["ETag"]
    # A request that was answered before the backup is answered the same, and not done again.
    profile = {"id": "own", "name": "Own", "description": "Own", "weights": {"mutual_gain": 1}}
    again = both_empty.write("POST", "/v1/profiles", json=profile, Idempotency_Key="profile-1")
    assert again.status_code == 201, again.text
    assert not named(both_empty)


def test_references_of_a_table_to_itself_hold_at_once_again(make_both: Make, backup: Path) -> None:
    service = make_both("empty")
    put_back(service, backup)
    if service.engine.dialect.name == "postgresql":
        with service.engine.connect() as connection:
            found = dict(own_references(connection))
        assert set(found.values()) == {False}
        assert len(found) == 3


def test_what_is_on_record_is_lost_only_if_that_is_said(
    both: Service, backup: Path, small: Service
) -> None:
    before = all_rows(both)
    with pytest.raises(DatabaseNotEmpty) as refused:
        put_back(both, backup)
    assert refused.value.revisions == both.snapshot().revision
    assert all_rows(both) == before
    put_back(both, backup, replace=True)
    assert all_rows(both) == all_rows(small)


def test_a_database_that_is_not_there_is_made(backup: Path, small: Service, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    restore(engine, backup, nothing, replace=False)
    check_ready(engine)
    engine.dispose()
    assert all_rows(Service(f"sqlite:///{tmp_path}/new.db")) == all_rows(small)


def test_a_database_in_use_is_left_alone(
    both: Service, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, url = all_rows(both), both.settings.database_url
    both.engine.dispose()
    monkeypatch.setattr("app.backups.restore.WAIT_S", 0.2)
    other, own = make_engine(url), make_engine(url)
    with other.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM revision")
        with pytest.raises(DatabaseInUse):
            restore(own, backup, nothing, replace=True)
    other.dispose()
    own.dispose()
    assert all_rows(both) == before


def test_people_who_look_at_a_server_do_not_count(
    make_both: Make, backup: Path, small: Service
) -> None:
    service = make_both("empty")
    if service.engine.dialect.name != "postgresql":
        return
    url = make_url(service.settings.database_url).set(drivername="postgresql+psycopg")
    visitor = create_engine(url)
    with visitor.connect():
        put_back(service, backup)
    visitor.dispose()
    assert all_rows(service) == all_rows(small)


def test_what_breaks_off_changes_nothing(make_both: Make, backup: Path) -> None:
    service = make_both("small")
    if service.engine.dialect.name != "postgresql":
        return  # SQLite's own backup is one transaction of its own
    before, copied = all_rows(service), 0

    def break_off(rows: int) -> None:
        nonlocal copied
        copied += rows
        if copied > 300:
            raise KeyboardInterrupt

    service.engine.dispose()
    with pytest.raises(KeyboardInterrupt):
        restore(service.engine, backup, break_off, replace=True)
    assert all_rows(service) == before
    with service.engine.connect() as connection:
        assert set(dict(own_references(connection)).values()) == {False}


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + b"\1" * 90])
def test_what_is_no_backup_is_refused(small: Service, tmp_path: Path, content: bytes) -> None:
    path, before = tmp_path / "wrong.db", all_rows(small)
    path.write_bytes(content)
    with pytest.raises(BackupUnusable):
        put_back(small, path, replace=True)
    assert all_rows(small) == before
    assert path.read_bytes() == content


def test_a_backup_that_is_not_there_is_no_backup(small: Service, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        put_back(small, tmp_path / "absent.db", replace=True)


def test_a_damaged_backup_is_refused(small: Service, backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20_000] = b"\xff" * 20_000
    backup.write_bytes(content)
    before = all_rows(small)
    with pytest.raises(BackupUnusable):
        put_back(small, backup, replace=True)
    assert all_rows(small) == before


def test_a_backup_of_a_later_version_is_refused(small: Service, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BackupUnusable, match="later version"):
        put_back(small, backup, replace=True)


def test_an_older_backup_is_brought_up_to_date(
    both_empty: Service, templates: Templates, tmp_path: Path
) -> None:
    path = tmp_path / "old.db"
    old = make_engine(copy_file(templates["small"], path))
    with write_connection(old) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    old.dispose()
    content = path.read_bytes()
    put_back(both_empty, path)
    check_ready(both_empty.engine)
    assert path.read_bytes() == content
    assert both_empty.items()[0]["slug"] == "joint-patrol"
    assert not named(both_empty)


def test_a_backup_of_a_service_at_work_can_be_opened(small: Service) -> None:
    """A live file with its log beside it is read as of one instant, and not changed."""
    with read_session(small.engine):
        small.load(catalogue(proposal("fresh")))
        with open_copy(small.folder / "entente.db") as copy:
            assert "fresh" in {i["slug"] for i in Service(f"sqlite:///{copy}").items()}


def test_an_index_kept_of_the_state_before_is_not_taken_up(
    small: Service, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_as_many(monkeypatch, 1)
    small.load(catalogue(*(proposal(f"later-{n}") for n in range(5))))
    small.app.state.lists.refresh(60)
    assert verified(small).indexed
    put_back(small, backup, replace=True)
    again = Service(small.settings.database_url, index_folder=small.settings.index)
    again.app.state.lists.refresh(60)
    assert not [i for i in again.items() if i["slug"].startswith("later-")]


def test_a_file_of_another_program_is_not_taken_for_a_backup(
    small: Service, backup: Path, tmp_path: Path
) -> None:
    before = all_rows(small)
    for version in ("0005", "0006"):
        foreign = tmp_path / f"foreign-{version}.db"
        with closing(sqlite3.connect(foreign)) as connection, connection:
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute(f"INSERT INTO alembic_version VALUES ('{version}')")
        with pytest.raises(BackupUnusable, match="lacks"):
            put_back(small, foreign, replace=True)
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("DROP TABLE served_ranking")
    with pytest.raises(BackupUnusable, match="served_ranking lacks"):
        put_back(small, backup, replace=True)
    assert all_rows(small) == before


def test_a_file_of_another_program_is_lost_only_if_that_is_said(
    small: Service, backup: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mine.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE mine (id INTEGER)")
    engine = make_engine(f"sqlite:///{path}")
    with pytest.raises(DatabaseNotEmpty):
        restore(engine, backup, nothing, replace=False)
    restore(engine, backup, nothing, replace=True)
    assert all_rows(Service(f"sqlite:///{path}")) == all_rows(small)


def test_an_empty_file_is_filled(small: Service, backup: Path, tmp_path: Path) -> None:
    path = tmp_path / "zero.db"
    path.touch()
    restore(make_engine(f"sqlite:///{path}"), backup, nothing, replace=False)
    assert all_rows(Service(f"sqlite:///{path}")) == all_rows(small)


@pytest.mark.parametrize("statement", ["SELECT * FROM revision", "DELETE FROM revision"])
def test_a_file_that_somebody_reads_or_writes_is_left_alone(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.setattr("app.backups.restore.WAIT_S", 0.3)
    held = tmp_path / "held.db"
    shutil.copyfile(backup, held)  # as all backups are: without the log that many share
    engine = make_engine(f"sqlite:///{held}")
    with closing(sqlite3.connect(held, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute(statement).fetchone()
        with pytest.raises(DatabaseInUse):
            restore(engine, backup, nothing, replace=True)


def test_a_damaged_database_is_to_be_moved_away(small: Service, backup: Path) -> None:
    leave(small)
    (small.folder / "entente.db").write_bytes(b"noise" * 10_000)
    with pytest.raises(BackupFailed, match="move it away first"):
        put_back(small, backup, replace=True)


def test_nobody_begins_to_use_a_file_meanwhile(
    small: Service, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small.folder / "entente.db"
    leave(small)

    def has_alone(file: sqlite3.Connection) -> bool:
        assert really_has(file)
        other = sqlite3.connect(path, timeout=0.1)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("SELECT count(*) FROM revision").fetchone()
        return True

    really_has = restoring._has_alone
    monkeypatch.setattr(restoring, "_has_alone", has_alone)
    put_back(small, backup, replace=True)
