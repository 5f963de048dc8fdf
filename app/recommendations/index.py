"""The ranking index: an immutable snapshot of all that ranking needs, swapped whole.

The database stays the only truth; the index names the revision that it was built from.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from sqlmodel import Session

from app.actors.present import to_fact
from app.actors.queries import list_actors, list_priorities, to_lineages
from app.domains.queries import list_domains
from app.events.queries import group_events
from app.profiles.queries import list_profiles
from app.proposals.queries import Recorded, list_recorded
from app.revisions.record import find_latest
from app.scoring import facts
from app.scoring.profiles import Profile
from app.sources.queries import Claims, group_evidence


@dataclass(frozen=True, slots=True)
class RankingIndex:
    """Everything that a ranking reads, as of one revision (0 in an empty catalogue)."""

    revision: int
    known_at: datetime | None
    world: facts.World
    profiles: Mapping[str, Profile]
    proposals: Mapping[str, Recorded]
    ids_by_slug: Mapping[str, str]


def load_index(session: Session) -> RankingIndex:
    """Builds the index from one state of the database."""
    latest = find_latest(session)
    claims = group_evidence(session)
    actors = list_actors(session)
    world = facts.World(
        lineage=to_lineages(actors),
        voices={a.id: (a.id,) for a in actors if a.kind == "group"},
        names={a.id: a.name for a in actors},
        domain_names={d.id: d.name for d in list_domains(session)},
        priorities=_group_priorities(session, claims),
    )
    proposals = {r.row.id: r for r in list_recorded(session, claims)}
    return RankingIndex(
        revision=latest[0] if latest else 0,
        known_at=latest[1] if latest else None,
        world=replace(world, events=group_events(session, world.event_key)),
        profiles={p.profile_id: p for p in list_profiles(session)},
        proposals=proposals,
        ids_by_slug={r.row.slug: proposal_id for proposal_id, r in proposals.items()},
    )


def _group_priorities(
    session: Session, claims: Claims
) -> dict[tuple[str, str], tuple[facts.Priority, ...]]:
    groups: dict[tuple[str, str], list[facts.Priority]] = defaultdict(list)
    for row in list_priorities(session):
        groups[row.actor_id, row.domain_id].append(to_fact(row, claims))
    return {key: tuple(stated) for key, stated in groups.items()}


class IndexHolder:
    """The index of this process: rebuilt, once, when the database has moved on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._index: RankingIndex | None = None

    def current(self, session: Session) -> RankingIndex:
        """The index of the revision that this session sees."""
        latest = find_latest(session)
        revision = latest[0] if latest else 0
        index = self._index
        if index is not None and index.revision == revision:
            return index
        with self._lock:
            if self._index is None or self._index.revision < revision:
                self._index = load_index(session)
            if self._index.revision == revision:
                return self._index
        return load_index(session)  # this session sees an older state than the index
