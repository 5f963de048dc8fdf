"""Lists of events: which are wanted, and a page of them."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic.json_schema import SkipJsonSchema

from app.actors.queries import list_actors, to_lineages
from app.coding.plover import EventType
from app.db import read_session
from app.domains.queries import list_domains
from app.errors import InvalidCursor, UnknownReference
from app.events.models import EventPublic
from app.events.present import to_edited, to_reported
from app.events.queries import list_events
from app.events.write import CATALOGUE_FEED
from app.feeds.queries import EventFilter, Key, ReportedEvent, find_events
from app.feeds.rollup import list_dyads
from app.fields import KEY_PATTERN, Day
from app.pagination import decode_cursor, encode_cursor, fingerprint
from app.parameters import AsOf, choices
from app.revisions.snapshot import Snapshot
from app.scoring import facts

# A place in the list, and what stands there.
Listed = tuple[Key, facts.Event | ReportedEvent]


@dataclass(frozen=True, kw_only=True)
class EventQuery:
    """Which events are wanted."""

    actor: Annotated[
        str | SkipJsonSchema[None],
        Query(
            description="Only events in which this actor, or one that belongs to it, took part",
            openapi_examples=choices(("Japan", "JPN"), ("Anyone", None)),
        ),
    ] = None
    recipient: Annotated[
        str | SkipJsonSchema[None],
        Query(
            description="Only acts towards this actor, or one that belongs to it",
            openapi_examples=choices(("Anyone", None), ("South Korea", "KOR")),
        ),
    ] = None
    event_type: Annotated[
        EventType | SkipJsonSchema[None],
        Query(
            description="Only events of this PLOVER type",
            openapi_examples=choices(("Any type", None), ("Talks", "CONSULT")),
        ),
    ] = None
    domain: Annotated[
        str | SkipJsonSchema[None],
        Query(
            description="Only events of feeds whose coding names this domain or one below it",
            openapi_examples=choices(("Any domain", None), ("Security", "security")),
        ),
    ] = None
    feed: Annotated[
        str | SkipJsonSchema[None],
        Query(
            max_length=80,
            pattern=KEY_PATTERN,
            description="Only events of this feed; catalogue: those that editors wrote",
            openapi_examples=choices(("Any feed", None), ("Editors' events", CATALOGUE_FEED)),
        ),
    ] = None
    since: Annotated[
        Day | SkipJsonSchema[None],
        Query(
            description="Only events of this day (YYYY-MM-DD) and later ones",
            openapi_examples=choices(("Any day", None), ("Since 2020", "2020-01-01")),
        ),
    ] = None
    as_of: AsOf = None


def list_page(
    snapshot: Snapshot, query: EventQuery, today: date, limit: int, cursor: str | None
) -> tuple[list[EventPublic], str | None]:
    """A page of the events wanted, and the cursor of the next.

    Editors' events come first, by id, then those of feeds by feed, day and id. Raises
    UnknownReference and InvalidCursor.
    """
    _check(snapshot, query)
    bound_to = fingerprint({"events": sorted(asdict(query).items())})
    after = _resume(cursor, bound_to)
    until = query.as_of or today
    page: list[Listed] = []
    if after is None or after[0] == "":
        page = _edited(snapshot, query, until, None if after is None else after[2])
    if len(page) <= limit:
        start = None if after is None or after[0] == "" else after
        page += _reported(snapshot, query, until, start, limit + 1 - len(page))
    shown = [_show(event) for _, event in page[:limit]]
    if len(page) <= limit:
        return shown, None
    feed, day, event_id = page[limit - 1][0]
    return shown, encode_cursor((feed, day.isoformat(), event_id), bound_to)


def _show(event: facts.Event | ReportedEvent) -> EventPublic:
    return to_edited(event) if isinstance(event, facts.Event) else to_reported(event)


def _resume(cursor: str | None, bound_to: str) -> Key | None:
    if cursor is None:
        return None
    feed, day, event_id = decode_cursor(cursor, bound_to, (str, str, str))
    try:
        return str(feed), date.fromisoformat(str(day)), str(event_id)
    except ValueError:
        raise InvalidCursor(belongs_elsewhere=False) from None


def _check(snapshot: Snapshot, query: EventQuery) -> None:
    actors = list_actors(snapshot)
    for name in ("actor", "recipient"):
        wanted = getattr(query, name)
        if wanted is not None and wanted not in actors:
            raise UnknownReference("actor", f"/query/{name}")
    if query.domain is not None and query.domain not in list_domains(snapshot):
        raise UnknownReference("domain", "/query/domain")


def _edited(snapshot: Snapshot, query: EventQuery, until: date, after: str | None) -> list[Listed]:
    if query.domain is not None or query.feed not in (None, CATALOGUE_FEED):
        return []
    lineages = to_lineages(list_actors(snapshot))
    return [
        (("", date.min, event_id), event)
        for event_id, event in list_events(snapshot).items()
        if (after is None or event_id > after)
        and query.event_type in (None, event.event_type)
        and (query.since is None or event.own_day >= query.since)
        and _passes(query, lineages[event.actor_id], lineages[event.recipient_id])
        and facts.visible([event], until)
    ]


def _passes(query: EventQuery, actor: tuple[str, ...], recipient: tuple[str, ...]) -> bool:
    return (query.actor is None or query.actor in actor + recipient) and (
        query.recipient is None or query.recipient in recipient
    )


def _reported(
    snapshot: Snapshot, query: EventQuery, until: date, after: Key | None, limit: int
) -> list[Listed]:
    if snapshot.engine is None or query.feed == CATALOGUE_FEED:
        return []
    with read_session(snapshot.engine) as session:
        wanted = EventFilter(
            until=until,
            since=query.since,
            feed=query.feed,
            event_type=query.event_type,
            domains=_below(snapshot, query.domain),
            dyads=_choose_dyads(snapshot, query, list_dyads(session)),
        )
        found = find_events(session, wanted, snapshot.revision, after, limit)
    return [((e.report.feed, e.report.happened_on, e.report.feed_id), e) for e in found]


def _below(snapshot: Snapshot, domain: str | None) -> list[str] | None:
    if domain is None:
        return None
    return [d for d in list_domains(snapshot) if d == domain or d.startswith(f"{domain}.")]


def _choose_dyads(
    snapshot: Snapshot, query: EventQuery, dyads: dict[tuple[str, str], int]
) -> list[int] | None:
    if query.actor is None and query.recipient is None:
        return None
    lineages = to_lineages(list_actors(snapshot))
    return [
        number
        for (actor, recipient), number in dyads.items()
        if _passes(query, lineages.get(actor, (actor,)), lineages.get(recipient, (recipient,)))
    ]
