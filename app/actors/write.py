"""The rows of actors, their names and their priorities."""

from collections.abc import Iterator

from app.actors.models import Actor, ActorCreate, ActorName, Priority, PriorityCreate
from app.actors.queries import names_of, priority_id
from app.rows import Row, Stamp, table_of
from app.sources.models import Evidence
from app.sources.write import list_evidence

OWNED_BY_ACTOR = ((table_of(ActorName), "actor_id"),)
OWNED_BY_PRIORITY = ((table_of(Evidence), "priority_id"),)


def list_actor_rows(actor: ActorCreate, stamp: Stamp) -> Iterator[Row]:
    """The actor's own row, then its names."""
    yield Row(table_of(Actor), vars(actor) | {"revision": stamp.number})
    for n in names_of(actor):
        values = {"kind": n.kind, "name": n.name, "search_key": n.search_key}
        yield Row(table_of(ActorName), {"actor_id": n.actor_id, **values})


def list_priority_rows(priority: PriorityCreate, stamp: Stamp) -> Iterator[Row]:
    """The priority's own row, then its evidence."""
    row_id = priority_id(priority)
    yield Row(table_of(Priority), vars(priority) | {"id": row_id, "revision": stamp.number})
    yield from list_evidence("priority", row_id, priority.evidence)
