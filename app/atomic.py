"""Files that are written whole: at any moment they hold what they held before, or all of the new.

A process that is killed leaves a hidden folder beside, and nothing else.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOENT
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def replacing(path: Path, mode: int = 0o644) -> Iterator[Path]:
    """An empty file to write instead of `path`, in whose place it is put at the end.

    It is in a hidden folder of its own, that goes with all that is in it. `mode` are its
    permissions. Raises OSError, and then leaves `path` alone.
    """
    check_folder(path.parent)
    with TemporaryDirectory(prefix=".entente-", dir=path.parent) as folder:
        temporary = Path(folder) / "new"
        temporary.touch()
        yield temporary
        temporary.chmod(mode)
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)


def check_folder(path: Path) -> None:
    """Raises FileNotFoundError, which names the folder rather than a file in it."""
    if not path.is_dir():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(path))


def write_whole(path: Path, text: str) -> None:
    """Writes a text file whole. Raises OSError."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
