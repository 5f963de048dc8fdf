"""Reading actors, their names and their priorities."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.actors.models import ActorCreate, NameKind, PriorityCreate
from app.actors.names import to_search_key
from app.revisions.snapshot import Snapshot
from app.scoring import facts
from app.sources.queries import cite_all, list_sources


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an actor, with the normalised key that it is found by."""

    actor_id: str
    kind: NameKind
    name: str
    search_key: str


def list_actors(snapshot: Snapshot) -> dict[str, ActorCreate]:
    """Every actor, by id."""
    return snapshot.share(_read_actors, ("actor",))


def _read_actors(snapshot: Snapshot) -> dict[str, ActorCreate]:
    return snapshot.documents("actor", ActorCreate)


def list_names(snapshot: Snapshot) -> dict[str, list[Name]]:
    """The names of every actor, by its id, in the order they were entered."""
    return snapshot.share(_read_names, ("actor",))


def _read_names(snapshot: Snapshot) -> dict[str, list[Name]]:
    return {actor_id: names_of(actor) for actor_id, actor in list_actors(snapshot).items()}


def names_of(actor: ActorCreate) -> list[Name]:
    """Every name that an actor is found by."""
    spoken = dict.fromkeys(_spoken(actor))
    return [Name(actor.id, kind, name, to_search_key(name)) for kind, name in spoken]


def _spoken(actor: ActorCreate) -> Iterator[tuple[NameKind, str]]:
    yield "name", actor.name
    if actor.official_name is not None:
        yield "official", actor.official_name
    if actor.alpha_2 is not None:
        yield "alpha_2", actor.alpha_2
    if actor.kind == "state":
        yield "alpha_3", actor.id
    yield from (("alias", name) for name in actor.aliases)
    yield from (("demonym", name) for name in actor.demonyms)
    yield from (("capital", name) for name in actor.capitals)


def priority_id(priority: PriorityCreate) -> str:
    """The id of a priority: who, about what, when."""
    return f"{priority.actor_id}.{priority.domain_id}.{priority.stated_on}"


def list_priorities(snapshot: Snapshot) -> dict[str, facts.Priority]:
    """Every priority as a fact, by id."""
    return snapshot.share(_read_priorities, ("priority", "source"))


def _read_priorities(snapshot: Snapshot) -> dict[str, facts.Priority]:
    sources = list_sources(snapshot)
    return {
        row_id: facts.Priority(
            ref=f"priority:{row_id}",
            actor_id=stated.actor_id,
            domain_id=stated.domain_id,
            level=stated.level,
            statement=stated.statement,
            own_day=stated.stated_on,
            evidence=cite_all(sources, "priority", row_id, stated.evidence),
        )
        for row_id, stated in snapshot.documents("priority", PriorityCreate).items()
    }


def group_priorities(
    priorities: Iterable[facts.Priority],
) -> dict[tuple[str, str], tuple[facts.Priority, ...]]:
    """Priorities by actor and domain, oldest first."""
    groups: dict[tuple[str, str], list[facts.Priority]] = defaultdict(list)
    for stated in sorted(priorities, key=lambda p: (p.own_day, p.ref)):
        groups[stated.actor_id, stated.domain_id].append(stated)
    return {key: tuple(group) for key, group in groups.items()}


def to_lineages(actors: Mapping[str, ActorCreate]) -> dict[str, tuple[str, ...]]:
    """Each actor with those it belongs to, nearest first."""
    lineages = {}
    for actor_id in actors:
        line = [actor_id]
        while (above := actors.get(line[-1])) is not None:
            if above.parent_id is None or above.parent_id in line:
                break
            line.append(above.parent_id)
        lineages[actor_id] = tuple(line)
    return lineages
