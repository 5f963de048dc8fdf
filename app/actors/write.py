"""Writing actors, their names and their priorities."""

from sqlmodel import Session, col, delete

from app.actors.models import Actor, ActorCreate, ActorName, NameKind, Priority, PriorityCreate
from app.actors.names import to_search_key
from app.sources.models import Evidence
from app.sources.write import evidence_rows


def write_actor(session: Session, actor: ActorCreate, revision: int) -> None:
    """Creates the actor or replaces it, with all its names."""
    session.merge(
        Actor(
            id=actor.id,
            kind=actor.kind,
            name=actor.name,
            description=actor.description,
            office=actor.office,
            office_from_on=actor.office_from_on,
            office_to_on=actor.office_to_on,
            parent_id=actor.parent,
            revision=revision,
        )
    )
    session.flush()
    session.exec(delete(ActorName).where(col(ActorName.actor_id) == actor.id))
    names: list[tuple[NameKind, str | None]] = [("name", actor.name)]
    names += [("official", actor.official_name), ("alpha_2", actor.alpha_2)]
    names += [("alpha_3", actor.id)] if actor.kind == "state" else []
    names += [("alias", n) for n in actor.aliases] + [("demonym", n) for n in actor.demonyms]
    names += [("capital", n) for n in actor.capitals]
    session.add_all(
        ActorName(actor_id=actor.id, kind=kind, name=name, search_key=to_search_key(name))
        for kind, name in dict.fromkeys(names)
        if name is not None
    )


def priority_id(priority: PriorityCreate) -> str:
    """The id of a priority: who, about what, when."""
    return f"{priority.actor}.{priority.domain}.{priority.stated_on}"


def write_priority(session: Session, priority: PriorityCreate, revision: int) -> None:
    """Creates the priority or replaces it, with its evidence."""
    row_id = priority_id(priority)
    session.merge(
        Priority(
            id=row_id,
            actor_id=priority.actor,
            domain_id=priority.domain,
            level=priority.level,
            statement=priority.statement,
            stated_on=priority.stated_on,
            revision=revision,
        )
    )
    session.flush()
    session.exec(delete(Evidence).where(col(Evidence.priority_id) == row_id))
    session.add_all(evidence_rows("priority", row_id, priority.evidence))
