"""Mappings that grow by a little and are never changed: those before stay as they are."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

Value = TypeVar("Value")
# As many values are kept apart from the rest before a mapping is made whole, which takes time.
MOST_APART = 1000


class Layers(Mapping[str, Value]):
    """A mapping with some new values: it shares what is old with the one that it grew from."""

    __slots__ = ("_count", "new", "old")

    def __init__(self, old: dict[str, Value], new: dict[str, Value]) -> None:
        self.old = old
        self.new = new
        self._count = len(old) + sum(key not in old for key in new)

    def __getitem__(self, key: str) -> Value:
        found = self.new.get(key)
        return self.old[key] if found is None else found

    def __contains__(self, key: object) -> bool:
        return key in self.new or key in self.old

    def __iter__(self) -> Iterator[str]:
        yield from self.old
        yield from (key for key in self.new if key not in self.old)

    def __len__(self) -> int:
        return self._count


def grow(whole: Mapping[str, Value], new: dict[str, Value]) -> Mapping[str, Value]:
    """A mapping with new values, none of them None; the one before stays as it is."""
    if isinstance(whole, Layers):
        old, apart = whole.old, whole.new | new
    else:
        old, apart = dict(whole) if not isinstance(whole, dict) else whole, new
    if len(old) <= MOST_APART or len(apart) > MOST_APART:
        return old | apart
    return Layers(old, apart)
