"""Writing actors, their names and their priorities."""

from sqlmodel import Session, col, delete

from app.actors.models import (
    Actor,
    ActorBase,
    ActorCreate,
    ActorName,
    Priority,
    PriorityCreate,
)
from app.actors.queries import names_of, priority_id
from app.revisions.models import Revision
from app.sources.models import Evidence
from app.sources.write import evidence_rows


def write_actor(session: Session, actor: ActorCreate, revision: Revision) -> None:
    """Creates the actor or replaces it, with all its names."""
    session.merge(
        Actor(
            **actor.model_dump(include=set(ActorBase.model_fields)),
            parent_id=actor.parent_id,
            revision=revision.number,
        )
    )
    session.flush()
    session.exec(delete(ActorName).where(col(ActorName.actor_id) == actor.id))
    session.add_all(
        ActorName(actor_id=n.actor_id, kind=n.kind, name=n.name, search_key=n.search_key)
        for n in names_of(actor)
    )


def write_priority(session: Session, priority: PriorityCreate, revision: Revision) -> None:
    """Creates the priority or replaces it, with its evidence."""
    row_id = priority_id(priority)
    fields = priority.model_dump(exclude={"evidence"})
    session.merge(Priority(id=row_id, revision=revision.number, **fields))
    session.flush()
    session.exec(delete(Evidence).where(col(Evidence.priority_id) == row_id))
    session.add_all(evidence_rows("priority", row_id, priority.evidence))
