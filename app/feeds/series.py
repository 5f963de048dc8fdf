"""The dyad-days that a snapshot's rankings rest on, read when they are first needed."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import cast

from app.db import read_session
from app.feeds.rollup import list_dyads, load_series
from app.revisions.snapshot import OF_FEEDS, Snapshot
from app.scoring import facts

Dyad = tuple[str, str]
Pair = frozenset[str]
Days = tuple[facts.DyadDay, ...]
_DYADS = "dyads"


class SeriesByPair(Mapping[Pair, Days]):
    """The dyad-days of a snapshot, oldest first, by the key of their two actors.

    Those of a pair are read when they are first asked for, so that a large feed costs only what
    proposals need of it.
    """

    def __init__(self, snapshot: Snapshot, key: Callable[[str, str], Pair]) -> None:
        self._snapshot = snapshot
        self._key = key
        self._found: dict[Pair, Days] = {}

    def __getitem__(self, pair: Pair) -> Days:
        found = self._found.get(pair)
        if found is None:
            dyads = self._dyads.get(pair)
            if dyads is None:
                raise KeyError(pair)
            read = read_dyads(self._snapshot, dyads.__contains__)
            days = (day for days in read.values() for day in days)
            found = self._found[pair] = facts.group_by_pair(days, self._key).get(pair, ())
        return found

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._dyads)

    def __len__(self) -> int:
        return len(self._dyads)

    @cached_property
    def _dyads(self) -> dict[Pair, set[Dyad]]:
        """Which dyads any feed ever told of, by pair of different actors."""
        by_pair: dict[Pair, set[Dyad]] = {}
        if self._snapshot.engine is not None and any(self._snapshot.entries[r] for r in OF_FEEDS):
            for dyad in list_known_dyads(self._snapshot):
                pair = self._key(*dyad)
                if len(pair) > 1:
                    by_pair.setdefault(pair, set()).add(dyad)
        return by_pair


def list_known_dyads(snapshot: Snapshot) -> dict[Dyad, int]:
    """Every dyad that feeds tell of, with its number in the database."""
    if _DYADS not in snapshot.shelf and snapshot.engine is not None:
        with read_session(snapshot.engine) as session:
            snapshot.shelf[_DYADS] = list_dyads(session)
    return cast(dict[Dyad, int], snapshot.shelf.get(_DYADS, {}))


def read_dyads(
    snapshot: Snapshot, wanted: Callable[[Dyad], bool]
) -> dict[Dyad, tuple[facts.DyadDay, ...]]:
    """The dyad-days of the dyads wanted. Changes are only ever added, so they can be read late."""
    shelf = snapshot.shelf
    if snapshot.engine is None:
        return {}
    dyads = list_known_dyads(snapshot)
    chosen = {dyad: number for dyad, number in dyads.items() if wanted(dyad)}
    missing = {number: dyad for dyad, number in chosen.items() if dyad not in shelf}
    if missing:
        with read_session(snapshot.engine) as session:
            loaded = load_series(session, missing, snapshot.revision)
        shelf.update({dyad: loaded.get(dyad, ()) for dyad in missing.values()})
    return {dyad: cast(tuple[facts.DyadDay, ...], shelf[dyad]) for dyad in chosen}
