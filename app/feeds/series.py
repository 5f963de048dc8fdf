"""The dyad-days that a snapshot's rankings rest on, read when they are first needed."""

from collections.abc import Callable, Collection
from typing import cast

from app.db import read_session
from app.feeds.rollup import list_dyads, load_series
from app.revisions.snapshot import OF_FEEDS, Snapshot
from app.scoring import facts

Dyad = tuple[str, str]
_DYADS = "dyads"


def group_series(
    snapshot: Snapshot,
    key: Callable[[str, str], frozenset[str]],
    pairs: Collection[frozenset[str]],
) -> dict[frozenset[str], tuple[facts.DyadDay, ...]]:
    """The dyad-days between these pairs, oldest first, by the key of their two actors."""
    if snapshot.engine is None or not any(snapshot.entries[r] for r in OF_FEEDS):
        return {}
    read = read_dyads(snapshot, lambda dyad: key(*dyad) in pairs)
    return facts.group_by_pair((day for days in read.values() for day in days), key)


def read_dyads(
    snapshot: Snapshot, wanted: Callable[[Dyad], bool]
) -> dict[Dyad, tuple[facts.DyadDay, ...]]:
    """The dyad-days of the dyads wanted. Changes are only ever added, so they can be read late."""
    shelf = snapshot.shelf
    if snapshot.engine is None:
        return {}
    with read_session(snapshot.engine) as session:
        if _DYADS not in shelf:
            shelf[_DYADS] = list_dyads(session)
        dyads = cast(dict[Dyad, int], shelf[_DYADS])
        chosen = {dyad: number for dyad, number in dyads.items() if wanted(dyad)}
        missing = {number: dyad for dyad, number in chosen.items() if dyad not in shelf}
        if missing:
            loaded = load_series(session, missing, snapshot.revision)
            shelf.update({dyad: loaded.get(dyad, ()) for dyad in missing.values()})
    return {dyad: cast(tuple[facts.DyadDay, ...], shelf[dyad]) for dyad in chosen}
