"""Items in a file: written one after the other, then mapped, so that only what is read is kept."""

import logging
import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import numpy as np

from app.listings.items import Marks, Printed, Weights
from app.listings.table import Item

log = logging.getLogger("uvicorn.error")


class ItemsFile:
    """A file that items are written to; without a path, or on a full disk, it keeps none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: BinaryIO | None = None if path is None else _open(path)
        self._sums: list[int] = []
        self._heads: list[int] = []
        self._tails: list[int] = []
        self._end = 0

    def take(self, items: Sequence[Item]) -> Sequence[Item]:
        """Writes items, and gives none back, so that they need not be kept."""
        if self._file is not None:
            try:
                for head, tail in items:
                    self._sums.append(crc32(tail, crc32(head)))
                    self._heads.append(self._end)
                    self._tails.append(self._end + len(head))
                    self._end += len(head) + len(tail)
                self._file.write(b"".join(part for item in items for part in item))
            except OSError as error:
                log.warning("items are not kept on disk: %s", type(error).__name__)
                self._file = None
        return ()

    def finish(self, weights: Weights) -> Printed | None:
        """The items, by a profile's weights; None if they were not kept."""
        if self._file is None or self._path is None:
            return None
        try:
            self._file.close()
            heads = np.array([*self._heads, self._end], np.int64)
            tails, sums = np.array(self._tails, np.int64), np.array(self._sums, np.uint32)
            return map_items(self._path, weights, Marks(heads, tails, sums))
        except OSError as error:
            log.warning("items are not kept on disk: %s", type(error).__name__)
            return None


def map_items(path: Path, weights: Weights, marks: Marks) -> Printed:
    """The items in a file. Raises OSError, and ValueError if it is not as long as the marks say."""
    size = path.stat().st_size
    if size != int(marks.heads[-1]) or len(marks.heads) != len(marks.tails) + 1:
        raise ValueError("the file of items has another length")
    if size == 0:
        return Printed(weights, memoryview(b""), marks)
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Printed(weights, memoryview(mapped), marks)


def _open(path: Path) -> BinaryIO | None:
    try:
        return path.open("wb")
    except OSError as error:
        log.warning("items are not kept on disk: %s", type(error).__name__)
        return None
