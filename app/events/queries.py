"""Reading events."""

from collections.abc import Callable

from app.events.models import EventCreate
from app.revisions.snapshot import Snapshot
from app.scoring import facts
from app.sources.models import SourceBase
from app.sources.queries import cite, list_sources


def list_events(snapshot: Snapshot) -> dict[str, facts.Event]:
    """Every event as a fact, by id."""
    return snapshot.share(_read_events, ("event", "source"))


def _read_events(snapshot: Snapshot) -> dict[str, facts.Event]:
    sources = list_sources(snapshot)
    return {
        event_id: to_fact(event_id, event, sources[event.source_id])
        for event_id, event in snapshot.documents("event", EventCreate).items()
    }


def group_events(
    snapshot: Snapshot, key: Callable[[str, str], frozenset[str]]
) -> dict[frozenset[str], tuple[facts.Event, ...]]:
    """All events as facts, oldest first, by the key of their two actors."""
    return facts.group_by_pair(list_events(snapshot).values(), key)


def to_fact(event_id: str, event: EventCreate, source: SourceBase) -> facts.Event:
    """One event; the report it rests on is its evidence."""
    ref = f"event:{event_id}"
    report = cite(
        source, ref=ref, claim=event.summary, credibility=event.credibility, locator=event.locator
    )
    return facts.Event(
        ref=ref,
        actor_id=event.actor_id,
        recipient_id=event.recipient_id,
        event_type=event.event_type,
        intensity=event.intensity,
        summary=event.summary,
        own_day=event.happened_on,
        evidence=(report,),
    )
