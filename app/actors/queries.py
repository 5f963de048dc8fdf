"""Reading actors, their names and their priorities."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from app.actors.models import Actor, ActorName, Priority


def find_actor(session: Session, actor_id: str) -> Actor | None:
    """The actor with this id, if there is one."""
    return session.get(Actor, actor_id)


def list_actors(
    session: Session,
    *,
    kind: str | None = None,
    parent_id: str | None = None,
    after_id: str | None = None,
    limit: int | None = None,
) -> list[Actor]:
    """Actors by id, those after `after_id` only."""
    query = select(Actor).order_by(col(Actor.id)).limit(limit)
    if kind is not None:
        query = query.where(Actor.kind == kind)
    if parent_id is not None:
        query = query.where(Actor.parent_id == parent_id)
    if after_id is not None:
        query = query.where(col(Actor.id) > after_id)
    return list(session.exec(query).all())


def list_names(session: Session, actor_id: str | None = None) -> list[ActorName]:
    """The names of one actor, or of all, in the order they were entered."""
    query = select(ActorName).order_by(col(ActorName.id))
    if actor_id is not None:
        query = query.where(ActorName.actor_id == actor_id)
    return list(session.exec(query).all())


def list_priorities(session: Session, actor_id: str | None = None) -> list[Priority]:
    """The priorities of one actor, or of all, oldest first."""
    query = select(Priority).order_by(col(Priority.stated_on), col(Priority.id))
    if actor_id is not None:
        query = query.where(Priority.actor_id == actor_id)
    return list(session.exec(query).all())


def to_lineages(actors: Iterable[Actor]) -> dict[str, tuple[str, ...]]:
    """Each actor with those it belongs to, nearest first."""
    parents = {a.id: a.parent_id for a in actors}
    lineages = {}
    for actor_id in parents:
        line = [actor_id]
        while (parent := parents.get(line[-1])) is not None and parent not in line:
            line.append(parent)
        lineages[actor_id] = tuple(line)
    return lineages
