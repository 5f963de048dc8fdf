"""Splits: parts of files that machines of a cluster read on their own, each line in one only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from app.feeds.files import open_lines
from app.rollups.blocks import next_line

# Small enough that a few workers share a file, large enough to be worth the trip.
SPLIT_BYTES = 64 * 1024 * 1024
_PACKED = (b"\x1f\x8b", b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class Split:
    """The lines of a file that begin in [`start`, `end`); `end` is None for a packed file, whole.

    `first_line` is the number of the first of them, 0 until lines were counted.
    """

    file: int
    path: str
    start: int
    end: int | None
    first_line: int = 0

    def lines(self) -> Iterator[bytes]:
        """The lines; of one that is too long only as much as shows that it is."""
        path = Path(self.path)
        if self.end is None:
            with open_lines(path, path.name) as lines:
                yield from lines
            return
        with path.open("rb") as file:
            if self.start:
                file.seek(self.start - 1)
                next_line(file)
            while file.tell() < self.end and (line := next_line(file)):
                yield line


def split_files(paths: Sequence[Path], size: int = SPLIT_BYTES) -> list[Split]:
    """The splits of files, in order."""
    splits = []
    for number, path in enumerate(paths):
        with path.open("rb") as file:
            packed = file.read(4).startswith(_PACKED)
        if packed:
            splits.append(Split(number, str(path), 0, None))
            continue
        length = path.stat().st_size
        splits += [
            Split(number, str(path), start, min(start + size, length))
            for start in range(0, max(length, 1), size)
        ]
    return splits


def number_lines(splits: Sequence[Split], counts: Sequence[int]) -> list[Split]:
    """The same splits with the numbers of their first lines, given how many lines each has."""
    numbered = []
    for file in sorted({split.file for split in splits}):
        own = [(s, c) for s, c in zip(splits, counts, strict=True) if s.file == file]
        firsts = accumulate((count for _, count in own), initial=1)
        for (split, _), first in zip(own, firsts, strict=False):
            numbered.append(Split(split.file, split.path, split.start, split.end, first))
    return numbered
