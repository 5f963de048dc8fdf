"""Backups: whole, sound, of one instant, and for their owner only."""

import os
import resource
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app.backups.backup import check_sound, make_backup
from app.backups.restore import open_copy
from app.db import make_engine
from app.errors import (
    AlreadyThere,
    BackupFailed,
    BackupUnusable,
    DatabaseNotReady,
    NoPlaceForBackup,
)
from tests.backups.ways import all_rows, back_up, named, nothing
from tests.catalogues import proposal
from tests.service import Service


def test_a_backup_has_every_row_and_can_be_served(filled: Service, tmp_path: Path) -> None:
    path = tmp_path / "backup.db"
    found = back_up(filled, path)
    assert found.revision == filled.snapshot().revision
    assert found.recorded_at == filled.snapshot().known_at
    assert found.size_bytes == path.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    copy = Service(f"sqlite:///{path}")
    assert all_rows(copy) == all_rows(filled)
    query = "/v1/proposals?q=changed&facet=actor"
    assert copy.get(query).json() == filled.get(query).json()
    assert copy.get(query).json()["items"][0]["slug"] == "other-plan"
    assert not named(copy)


def test_a_backup_is_one_file(both: Service, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(both, folder / "backup.db")
    assert [p.name for p in folder.iterdir()] == ["backup.db"]
    with closing(sqlite3.connect(folder / "backup.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_backup_while_others_write_is_of_one_instant(both: Service, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            plans = [proposal(f"plan-{n}-{part}", title=f"Of {n}") for part in range(3)]
            both.load({"proposals": plans})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(5):
            path = tmp_path / f"{n}.db"
            back_up(both, path)
            copy = Service(f"sqlite:///{path}")
            assert not named(copy)
            # Those of one transaction are there together.
            slugs = [i["slug"] for i in copy.items() if i["slug"].startswith("plan-")]
            assert len(slugs) % 3 == 0 or len(slugs) > 90
    finally:
        stop.set()
        writer.join()


def test_a_backup_takes_the_place_of_no_file_unless_told_to(small: Service, tmp_path: Path) -> None:
    path = tmp_path / "backup.db"
    path.write_text("precious")
    with pytest.raises(AlreadyThere):
        back_up(small, path)
    assert path.read_text() == "precious"
    back_up(small, path, replace=True)
    check_sound(path)


def test_a_backup_of_a_damaged_file_leaves_the_one_before(small: Service, tmp_path: Path) -> None:
    path = tmp_path / "backup.db"
    back_up(small, path)
    before = path.read_bytes()
    small.engine.dispose()
    file = small.folder / "entente.db"
    content = bytearray(file.read_bytes())
    half = len(content) // 2
    content[half : half + 40_000] = bytes(40_000)
    file.write_bytes(content)
    with pytest.raises(BackupFailed, match="entente verify"):
        back_up(small, path, replace=True)
    assert path.read_bytes() == before
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]
    with pytest.raises(BackupUnusable):
        check_sound(file)


def test_nothing_is_backed_up_where_there_is_nothing(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/absent.db")
    with pytest.raises(DatabaseNotReady):
        make_backup(engine, tmp_path / "backup.db", nothing, replace=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["entente.db", "link.db", "entente.db-wal", "x.db-journal"])
def test_the_database_is_no_place_for_its_backup(small: Service, name: str) -> None:
    (small.folder / "link.db").symlink_to(small.folder / "entente.db")
    before = all_rows(small)
    with pytest.raises(NoPlaceForBackup):
        back_up(small, small.folder / name, replace=True)
    assert all_rows(small) == before


def test_a_database_in_use_is_no_place_for_a_backup(both: Service, tmp_path: Path) -> None:
    path = tmp_path / "used.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE mine (id INTEGER)")
        with pytest.raises(NoPlaceForBackup, match="beside it"):
            back_up(both, path, replace=True)
        connection.execute("INSERT INTO mine VALUES (1)")


def test_what_is_no_plain_file_is_left_alone(small: Service, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(NoPlaceForBackup, match="plain file"):
            back_up(small, tmp_path / name, replace=True)
    real = tmp_path / "real.db"
    real.write_text("old")
    (tmp_path / "link").symlink_to(real)
    back_up(small, tmp_path / "link", replace=True)
    check_sound(real)
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("name", ["q?x#y%20.db", " a b .db", "x" * 250, "ü.db"])
def test_names_may_be_odd(filled: Service, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    back_up(filled, path)
    assert path.is_file()
    with open_copy(path) as copy:
        assert all_rows(Service(f"sqlite:///{copy}")) == all_rows(filled)
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_disk_that_is_full_leaves_the_backup_before(both: Service, tmp_path: Path) -> None:
    """Files may not grow beyond a limit: to SQLite that is a disk that takes no more."""
    path = tmp_path / "backup.db"
    back_up(both, path)
    before = path.read_bytes()
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, old[1]))
    try:
        with pytest.raises(BackupFailed):
            back_up(both, path, replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert path.read_bytes() == before
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]
