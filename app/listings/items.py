"""Items: the JSON of listed proposals, kept ready in two parts, before and after the rank."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from threading import Lock
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.listings.assessed import Assessed
from app.listings.table import Item
from app.recent import Recent
from app.scoring.aggregate import Integers

Weights = tuple[int, ...]
Key = tuple[int, Weights]
# Most bytes of items that are kept in memory by each index.
KEPT_BYTES = 256 * 1024 * 1024
# Assessed proposals that are kept: one takes about 30 kB.
KEPT_ASSESSED = 2000


@dataclass(frozen=True, slots=True)
class Marks:
    """Where items are in a run of bytes, by stamp: where each begins, and where its tail does.

    `heads` has the end of the last one, too; `sums` are their checksums (CRC-32).
    """

    heads: Integers
    tails: Integers
    sums: NDArray[np.uint32]


class Printed:
    """Items by one profile in one run of bytes.

    `text` may be a mapped file: only what is read of it is in memory, so that each item is checked
    when it is read first. One that was damaged is as if it were not there.
    """

    def __init__(self, weights: Weights, text: memoryview, marks: Marks) -> None:
        self.weights = weights
        self.marks = marks
        self._text = text
        self._is_sound = np.zeros(len(marks.tails), np.bool_)

    def __len__(self) -> int:
        return len(self._is_sound)

    def find(self, stamps: Integers) -> Iterator[tuple[int, Item]]:
        """The items that it has of these, each with its stamp."""
        own = stamps[stamps < len(self)]
        marks, text = self.marks, self._text
        if not self._is_sound[own].all():
            own = own[[self._check(stamp) for stamp in own.tolist()]]
        heads, tails, ends = marks.heads[own], marks.tails[own], marks.heads[own + 1]
        places = zip(own.tolist(), heads.tolist(), tails.tolist(), ends.tolist(), strict=True)
        for stamp, head, tail, end in places:
            yield stamp, (text[head:tail], text[tail:end])

    def _check(self, stamp: int) -> bool:
        if not self._is_sound[stamp]:
            marks = self.marks
            found = crc32(self._text[int(marks.heads[stamp]) : int(marks.heads[stamp + 1])])
            self._is_sound[stamp] = found == marks.sums[stamp]
        return bool(self._is_sound[stamp])


class Items:
    """The items of one index and of those that follow it, by stamp; those used last are kept."""

    def __init__(self, printed: Printed | None = None, kept_bytes: int = KEPT_BYTES) -> None:
        self._printed = printed
        self._lock = Lock()
        self._kept: OrderedDict[Key, Item] = OrderedDict()
        self._most_bytes = kept_bytes
        self._bytes = 0
        # What own weights are applied to.
        self.assessed = Recent[int, Assessed](KEPT_ASSESSED)
        self._weights: set[Weights] = set()
        # Of rows that have another stamp in the latest index; the one before may still be read.
        self._retired: set[int] = set()
        self._next_stamp = 0 if printed is None else len(printed)

    def reserve(self, count: int) -> int:
        """The first of `count` stamps that nobody else has."""
        with self._lock:
            first = self._next_stamp
            self._next_stamp += count
            return first

    def find(self, stamps: Integers, weights: Weights) -> list[Item] | None:
        """The items with these stamps by a profile's weights; None unless all are ready."""
        printed, ready = self._printed, dict[int, Item]()
        if printed is not None and weights == printed.weights:
            ready = dict(printed.find(stamps))
        found = []
        for stamp in stamps.tolist():
            item = ready.get(stamp) or self._kept.get((stamp, weights))
            if item is None:
                return None
            found.append(item)
        return found

    def retire(self, stamps: Integers) -> None:
        """Takes stamps that the next index has no more, and drops those taken the time before."""
        with self._lock:
            gone, self._retired = self._retired, set(stamps.tolist())
            for key in product(gone, self._weights):
                item = self._kept.pop(key, None)
                self._bytes -= 0 if item is None else _size(item)

    def put(self, stamps: Integers, weights: Weights, items: Sequence[Item]) -> None:
        """Keeps items, and drops the oldest ones where they are too many."""
        with self._lock:
            self._weights.add(weights)
            for stamp, item in zip(stamps.tolist(), items, strict=True):
                key = stamp, weights
                if key not in self._kept:
                    self._kept[key] = item
                    self._bytes += _size(item)
            while self._bytes > self._most_bytes:
                self._bytes -= _size(self._kept.popitem(last=False)[1])


def _size(item: Item) -> int:
    return len(item[0]) + len(item[1])
