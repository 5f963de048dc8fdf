"""Files that are written whole."""

import os
from pathlib import Path

import pytest

from app.atomic import replacing, write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, "before")
    write_whole(path, "after")
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


def break_off(path: Path) -> None:
    with replacing(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "half \ud800")
    with pytest.raises(KeyboardInterrupt):
        break_off(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_it_has_the_permissions_asked_for(tmp_path: Path, mode: int) -> None:
    with replacing(tmp_path / "file", mode):
        pass
    assert os.stat(tmp_path / "file").st_mode & 0o777 == mode
