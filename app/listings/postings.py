"""Postings: for each thing that proposals are found by or made of, the rows that have it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.listings.table import Flags, Rows
from app.scoring.aggregate import Integers

_NONE: Rows = np.empty(0, np.int32)
_NO_FLAGS: Flags = np.empty(0, np.bool_)
# A key of rows that are to be made anew when that record changes; others are filters and facets.
DEPENDENCE = "@"
# Keys that one row in so many has, or more, keep a flag for every row: they are few.
LARGE = 8


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of each row: `codes` into `names` from `starts[row]` on, and rows changed since."""

    names: Sequence[str]
    starts: Rows
    codes: Rows
    changed: Mapping[int, tuple[str, ...]]

    def of(self, row: int) -> tuple[str, ...]:
        """The keys of one row; a row that is new has none."""
        found = self.changed.get(row)
        if found is None and row + 1 < len(self.starts):
            codes = self.codes[self.starts[row] : self.starts[row + 1]]
            found = tuple(self.names[code] for code in codes)
        return found or ()


@dataclass(frozen=True, slots=True)
class Postings:
    """The rows of each key, ascending, and the keys of each row; never changed."""

    rows_of: Mapping[str, Rows]
    keys: Keys
    # Flags that were made, with the rows that they are of; shared with the postings that follow.
    _kept: dict[str, tuple[Rows, Flags]] = field(default_factory=dict, compare=False)

    def of(self, key: str) -> Rows:
        """The rows that have a key."""
        return self.rows_of.get(key, _NONE)

    def keys_of(self, kind: str) -> list[str]:
        """Every key of a kind, as in "actor"."""
        prefix = f"{kind}:"
        return [key for key in self.rows_of if key.startswith(prefix)]

    def find(self, groups: Sequence[Sequence[str]], size: int) -> Rows:
        """The rows that have a key of each group, ascending; `size` is the number of all rows."""
        first, *rest = sorted(groups, key=lambda keys: sum(len(self.of(key)) for key in keys))
        found = self._unite(first, size)
        for keys in rest:
            found = found[self._flag_any(keys, size)[found]]
        return found

    def _unite(self, keys: Sequence[str], size: int) -> Rows:
        if len(keys) == 1:
            return self.of(keys[0])
        return np.flatnonzero(self._flag_any(keys, size)).astype(np.int32)

    def _flag_any(self, keys: Sequence[str], size: int) -> Flags:
        """For every row, whether it has one of the keys."""
        if len(keys) == 1:
            return self._flag(keys[0], size)
        flags = np.zeros(size, np.bool_)
        for key in keys:
            if self._is_large(key, size):
                flags |= self._flag(key, size)
            else:
                flags[self.of(key)] = True
        return flags

    def _is_large(self, key: str, size: int) -> bool:
        return len(self.of(key)) * LARGE >= size

    def _flag(self, key: str, size: int) -> Flags:
        rows = self.of(key)
        known, flags = self._kept.get(key, (_NONE, _NO_FLAGS))
        if known is rows and len(flags) == size:
            return flags
        flags = np.zeros(size, np.bool_)
        flags[rows] = True
        if self._is_large(key, size):
            self._kept[key] = rows, flags
        return flags

    def change(self, keys_after: Mapping[int, tuple[str, ...]]) -> "Postings":
        """The postings in which some rows have these keys."""
        taken, given = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
        for row, after in keys_after.items():
            before = self.keys.of(row)
            for key in set(before) - set(after):
                taken[key].append(row)
            for key in set(after) - set(before):
                given[key].append(row)
        if not taken and not given:
            return self
        rows_of = dict(self.rows_of)
        for key in {**taken, **given}:
            left = np.setdiff1d(self.of(key), np.array(taken[key], np.int32), assume_unique=True)
            rows_of[key] = np.union1d(left, np.array(given[key], np.int32)).astype(np.int32)
            if not len(rows_of[key]):
                del rows_of[key]
        changed = {**self.keys.changed, **keys_after}
        return replace(self, rows_of=rows_of, keys=replace(self.keys, changed=changed))


@dataclass(frozen=True, slots=True)
class Arrays:
    """Postings as plain arrays.

    The keys of row r are `names[c]` for the `codes` from `starts[r]` to `starts[r + 1]`; the rows
    of key c are `rows` from `ends[c]` to `ends[c + 1]`.
    """

    names: Sequence[str]
    starts: Rows
    codes: Rows
    ends: Rows
    rows: Rows


def to_arrays(keys: Sequence[Collection[str]]) -> Arrays:
    """The postings of rows numbered from 0, by the keys of each."""
    code_of: dict[str, int] = {}
    found = [code_of.setdefault(key, len(code_of)) for own in keys for key in own]
    codes = np.array(found, np.int32)
    starts = _to_starts(np.array([len(own) for own in keys], np.int64))
    rows = np.repeat(np.arange(len(keys), dtype=np.int32), np.diff(starts))
    ends = _to_starts(np.bincount(codes, minlength=len(code_of)))
    return Arrays(list(code_of), starts, codes, ends, rows[np.argsort(codes, kind="stable")])


def make_postings(arrays: Arrays) -> Postings:
    """The postings that arrays hold."""
    ends = arrays.ends.tolist()
    rows_of = {name: arrays.rows[ends[c] : ends[c + 1]] for c, name in enumerate(arrays.names)}
    return Postings(rows_of, Keys(arrays.names, arrays.starts, arrays.codes, {}))


def _to_starts(sizes: Integers) -> Rows:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
