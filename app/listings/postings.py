"""Postings: for each thing that proposals are found by or made of, the rows that have it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.listings.table import Flags, Rows
from app.scoring.aggregate import Integers

_NONE: Rows = np.empty(0, np.int32)
# A key of rows that are to be made anew when that record changes; others are filters and facets.
DEPENDENCE = "@"


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

    def of(self, key: str) -> Rows:
        """The rows that have a key."""
        return self.rows_of.get(key, _NONE)

    def keys_of(self, kind: str) -> list[str]:
        """Every key of a kind, as in "actor"."""
        prefix = f"{kind}:"
        return [key for key in self.rows_of if key.startswith(prefix)]

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
        return Postings(rows_of, replace(self.keys, changed=changed))


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


def unite(lists: Sequence[Rows], size: int) -> Rows:
    """The rows in any of several lists, ascending; `size` is the number of all rows."""
    if len(lists) == 1:
        return lists[0]
    flags: Flags = np.zeros(size, np.bool_)
    for rows in lists:
        flags[rows] = True
    return np.flatnonzero(flags).astype(np.int32)


def intersect(lists: Sequence[Rows], size: int) -> Rows:
    """The rows in all of several lists, ascending; `size` is the number of all rows."""
    ordered = sorted(lists, key=len)
    found = ordered[0]
    for rows in ordered[1:]:
        flags: Flags = np.zeros(size, np.bool_)
        flags[rows] = True
        found = found[flags[found]]
    return found
