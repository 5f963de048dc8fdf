"""The commands of backups, as a person runs them."""

from pathlib import Path

from tests.backups.ways import damage
from tests.service import Service
from tests.test_cli import entente


def test_back_up_verify_and_restore(small: Service, tmp_path: Path) -> None:
    database, backup, other = small.folder / "entente.db", tmp_path / "b.db", tmp_path / "other.db"
    made = entente("backup", str(backup), database=database).stdout
    assert made.startswith(f"Backed up to {backup}: revision {small.snapshot().revision} of 2026")
    assert made.endswith(" MB.\n")
    told = entente("verify", str(backup), database=database).stdout
    assert told.startswith("Nothing differs: ")
    assert told.endswith("no index of today is on disk.\n")
    restored = entente("restore", str(backup), database=other).stdout
    assert restored.startswith(f"Restored from {backup}: revision ")
    assert entente("rank", database=other).stdout == entente("rank", database=database).stdout


def test_what_differs_is_named_and_ends_with_1(small: Service) -> None:
    damage(small, "UPDATE factor SET severity = 'high'")
    told = entente("verify", database=small.folder / "entente.db", status=1).stdout
    assert "lacks a row in factor, or it differs from the latest revision" in told
    assert "2 things differ: " in told


def test_refusals_say_what_to_do(small: Service, tmp_path: Path) -> None:
    database, backup = small.folder / "entente.db", tmp_path / "b.db"
    entente("backup", str(backup), database=database)
    again = entente("backup", str(backup), database=database, status=1).stderr
    assert "is there already. Choose another name, or say --replace." in again
    full = entente("restore", str(backup), database=database, status=1).stderr
    assert "The database is not empty; its latest revision is" in full
    with small.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1 FROM revision")
        used = entente("restore", str(backup), "--replace", database=database, status=1).stderr
    assert "Stop the service" in used
    backup.write_bytes(b"other")
    wrong = entente("restore", str(backup), "--replace", database=database, status=1).stderr
    assert wrong.startswith("The backup cannot be used: it cannot be read: ")
    absent = entente("restore", str(tmp_path / "no.db"), database=database, status=1).stderr
    assert "no.db: No such file or directory" in absent
    nowhere = entente("backup", str(tmp_path / "no" / "b.db"), database=database, status=1).stderr
    assert "No such file or directory" in nowhere
