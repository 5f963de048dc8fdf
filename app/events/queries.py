"""Reading events."""

from collections import defaultdict
from collections.abc import Callable

from sqlmodel import Session, col, select

from app.events.models import Event
from app.scoring import facts
from app.sources.models import Source
from app.sources.queries import cite, list_sources


def group_events(
    session: Session, key: Callable[[str, str], frozenset[str]]
) -> dict[frozenset[str], tuple[facts.Event, ...]]:
    """All events as facts, oldest first, by the key of their two actors."""
    sources = {s.id: s for s in list_sources(session)}
    groups: dict[frozenset[str], list[facts.Event]] = defaultdict(list)
    query = select(Event).order_by(col(Event.happened_on), col(Event.id))
    for row in session.exec(query).all():
        groups[key(row.actor_id, row.recipient_id)].append(to_fact(row, sources[row.source_id]))
    return {pair: tuple(events) for pair, events in groups.items()}


def to_fact(row: Event, source: Source) -> facts.Event:
    """One event; the report it rests on is its evidence."""
    ref = f"event:{row.id}"
    report = cite(
        source, ref=ref, claim=row.summary, credibility=row.credibility, locator=row.locator
    )
    return facts.Event(
        ref=ref,
        actor_id=row.actor_id,
        recipient_id=row.recipient_id,
        event_type=row.event_type,
        intensity=row.intensity,
        summary=row.summary,
        own_day=row.happened_on,
        evidence=(report,),
    )
