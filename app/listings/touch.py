"""Which proposals a change of the catalogue touches: those whose rows must be made anew."""

from collections.abc import Iterable, Iterator, Sequence

from app.actors.models import PriorityCreate
from app.events.models import EventCreate
from app.listings.index import RankingIndex
from app.listings.postings import DEPENDENCE
from app.listings.table import Rows
from app.recommendations.dossier import get_dossier
from app.revisions.models import Resource
from app.revisions.snapshot import OF_FEEDS, Snapshot
from app.sources.models import SourceCreate

Key = tuple[Resource, str]


def list_touched(index: RankingIndex, after: Snapshot, changes: Iterable[Key]) -> set[str] | None:
    """The ids of the proposals that changes of these records touch since the index was made.

    New ones are among them. None stands for all of them.
    """
    changed = set(changes)
    if any(resource in (*OF_FEEDS, "forecast_run") for resource, _ in changed):
        return None
    touched = {resource_id for resource, resource_id in changed if resource == "proposal"}
    others = [key for key in changed if key[0] not in ("proposal", "profile")]
    snapshots = (index.read().snapshot, after) if others else ()
    for resource, resource_id in others:
        for rows in _list_rows(index, snapshots, resource, resource_id):
            touched.update(index.table.ids[row] for row in rows.tolist())
    return touched


def _list_rows(
    index: RankingIndex, snapshots: Sequence[Snapshot], resource: Resource, resource_id: str
) -> Iterator[Rows]:
    """The rows that rest on a record, as it was before and as it is after a change."""
    if resource == "actor":
        yield from _of_actor(index, snapshots, resource_id)
    elif resource == "domain":
        yield index.postings.of(f"domain:{resource_id}")
    elif resource == "source":
        yield from _of_source(index, snapshots, resource_id)
    elif resource == "priority":
        yield from _of_priority(index, snapshots, resource_id)
    elif resource == "event":
        yield from _of_event(index, snapshots, resource_id)


def _of_actor(index: RankingIndex, snapshots: Sequence[Snapshot], actor_id: str) -> Iterator[Rows]:
    """Rows that name it or one that belongs to it, or cite a source of its side."""
    yield index.postings.of(f"{DEPENDENCE}actor:{actor_id}")
    for snapshot in snapshots:
        for source_id, source in snapshot.documents("source", SourceCreate).items():
            if source.actor_id == actor_id:
                yield from _of_source(index, snapshots, source_id)


def _of_source(
    index: RankingIndex, snapshots: Sequence[Snapshot], source_id: str
) -> Iterator[Rows]:
    """Rows that cite it, or rest on a priority or an event that does."""
    yield index.postings.of(f"{DEPENDENCE}source:{source_id}")
    for snapshot in snapshots:
        for row_id, stated in snapshot.documents("priority", PriorityCreate).items():
            if any(claim.source_id == source_id for claim in stated.evidence):
                yield from _of_priority(index, (snapshot,), row_id)
        for event_id, event in snapshot.documents("event", EventCreate).items():
            if event.source_id == source_id:
                yield from _of_event(index, (snapshot,), event_id)


def _of_priority(
    index: RankingIndex, snapshots: Sequence[Snapshot], priority_id: str
) -> Iterator[Rows]:
    """Rows in its domain in which its actor, or one that belongs to it, takes part."""
    for snapshot in snapshots:
        entry = snapshot.find("priority", priority_id)
        if entry is not None:
            stated = entry.read(PriorityCreate)
            yield _both(index, f"actor:{stated.actor_id}", f"domain:{stated.domain_id}")


def _of_event(index: RankingIndex, snapshots: Sequence[Snapshot], event_id: str) -> Iterator[Rows]:
    """Rows between those that its two actors act for."""
    for snapshot in snapshots:
        entry = snapshot.find("event", event_id)
        if entry is not None:
            event = entry.read(EventCreate)
            pair = get_dossier(snapshot).world.event_key(event.actor_id, event.recipient_id)
            if len(pair) > 1:
                yield _both(index, *(f"actor:{actor}" for actor in pair))


def _both(index: RankingIndex, *keys: str) -> Rows:
    return index.postings.find([[key] for key in keys], len(index.table.ids))
