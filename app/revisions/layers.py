"""Mappings that grow by a little and are never changed: those before stay as they are."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

Value = TypeVar("Value")
# As many values are kept apart from the rest before a mapping is made whole, which takes time.
MOST_APART = 1000


class Layers(Mapping[str, Value]):
    """A mapping with some new values: it shares what is old with the one that it grew from."""

    __slots__ = ("_count", "_new", "_old")

    def __init__(self, old: dict[str, Value], new: dict[str, Value]) -> None:
        self._old = old
        self._new = new
        self._count = len(old) + sum(key not in old for key in new)

    def grow(self, new: dict[str, Value]) -> Mapping[str, Value]:
        """The same with more new values."""
        apart = self._new | new
        return Layers(self._old, apart) if len(apart) <= MOST_APART else self._old | apart

    def __getitem__(self, key: str) -> Value:
        found = self._new.get(key)
        return self._old[key] if found is None else found

    def __contains__(self, key: object) -> bool:
        return key in self._new or key in self._old

    def __iter__(self) -> Iterator[str]:
        yield from self._old
        yield from (key for key in self._new if key not in self._old)

    def __len__(self) -> int:
        return self._count


def grow(old: Mapping[str, Value], new: dict[str, Value]) -> Mapping[str, Value]:
    """A mapping with new values, none of them None; the old one stays as it is."""
    if isinstance(old, Layers):
        return old.grow(new)
    old = dict(old) if not isinstance(old, dict) else old
    if len(old) <= MOST_APART or len(new) > MOST_APART:
        return old | new
    return Layers(old, new)
