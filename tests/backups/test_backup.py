"""Backups: whole, sound, of one instant, and for their owner only."""

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app.backups.backup import check_sound
from app.db import make_engine
from app.errors import AlreadyThere, BackupUnusable, DatabaseNotReady
from tests.backups.ways import all_rows, back_up, fill, named, nothing
from tests.catalogues import proposal
from tests.service import Service


def test_a_backup_has_every_row_and_can_be_served(both: Service, tmp_path: Path) -> None:
    fill(both, tmp_path)
    path = tmp_path / "backup.db"
    found = back_up(both, path)
    assert found.revision == both.snapshot().revision
    assert found.recorded_at == both.snapshot().known_at
    assert found.size_bytes == path.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    copy = Service(f"sqlite:///{path}")
    assert all_rows(copy) == all_rows(both)
    query = "/v1/proposals?q=changed&facet=actor"
    assert copy.get(query).json() == both.get(query).json()
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
    with pytest.raises(BackupUnusable):
        back_up(small, path, replace=True)
    assert path.read_bytes() == before
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_nothing_is_backed_up_where_there_is_nothing(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/absent.db")
    from app.backups.backup import make_backup

    with pytest.raises(DatabaseNotReady):
        make_backup(engine, tmp_path / "backup.db", nothing, replace=False)
    assert not list(tmp_path.iterdir())
