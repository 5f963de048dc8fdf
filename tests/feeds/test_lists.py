"""Lists of ids to be retracted."""

from pathlib import Path

import pytest

from app.errors import InvalidCatalogue
from app.feeds.lists import read_ids


def write(folder: Path, text: str) -> Path:
    path = folder / "deleted"
    path.write_text(text, encoding="utf-8")
    return path


def test_ids_stand_one_a_line(tmp_path: Path) -> None:
    assert read_ids(write(tmp_path, "\ufeff32889836\n\n 32889837 \n")) == ["32889836", "32889837"]


def test_ids_stand_in_the_column_of_a_deletion_file(tmp_path: Path) -> None:
    text = 'event_id_cnty,deleted_timestamp\nYEM1,1700000000\n"SYR2",1700000001\n'
    assert read_ids(write(tmp_path, text)) == ["YEM1", "SYR2"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1\nNA\n", 2),
        ("event_id_cnty,x\nYEM1,1\n,2\n", 3),
        ("a b\n", 1),
        ("event_id_cnty;notes\n1;x\n", 1),
        ("number,notes\n1,x\n", 1),
        (f"event_id_cnty,x\nYEM1,{'x' * 200_000}\n", 2),
    ],
)
def test_what_is_no_id_is_named(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(InvalidCatalogue) as caught:
        read_ids(write(tmp_path, text))
    assert caught.value.faults[0].line == line


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deleted"
    path.write_bytes(b"\xff\xfe1")
    with pytest.raises(InvalidCatalogue):
        read_ids(path)
