"""The ranking index: all that ranking needs of one snapshot, made once and shared."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.actors.queries import group_priorities, list_actors, list_priorities, to_lineages
from app.domains.queries import list_domains
from app.errors import Gone, NotFound
from app.events.queries import group_events
from app.feeds.freshness import list_days
from app.feeds.series import group_series
from app.profiles.queries import list_profiles
from app.proposals.queries import Recorded, list_recorded, to_id
from app.revisions.snapshot import Snapshot
from app.scoring import facts
from app.scoring.profiles import Profile


@dataclass(frozen=True, slots=True)
class RankingIndex:
    """Everything that a ranking reads, as of one revision (0 in an empty catalogue)."""

    snapshot: Snapshot
    world: facts.World
    profiles: Mapping[str, Profile]
    proposals: Mapping[str, Recorded]
    superseded_by: Mapping[str, Sequence[str]]

    @property
    def revision(self) -> int:
        """Number of the latest revision in it."""
        return self.snapshot.revision

    @property
    def known_at(self) -> datetime | None:
        """Instant of that revision."""
        return self.snapshot.known_at

    def get(self, id_or_slug: str) -> Recorded:
        """One proposal. Raises NotFound, or Gone if it was deleted."""
        proposal_id = to_id(id_or_slug, self.snapshot)
        found = self.proposals.get(proposal_id)
        if found is not None:
            return found
        raise (Gone if proposal_id in self.snapshot.entries["proposal"] else NotFound)("proposal")


def get_index(snapshot: Snapshot) -> RankingIndex:
    """The ranking index of a snapshot."""
    return snapshot.derive(_build_index)


def _build_index(snapshot: Snapshot) -> RankingIndex:
    actors = list_actors(snapshot)
    world = facts.World(
        lineage=to_lineages(actors),
        voices={a.id: (a.id,) for a in actors.values() if a.kind == "group"},
        names={a.id: a.name for a in actors.values()},
        domain_names={d.id: d.name for d in list_domains(snapshot).values()},
        priorities=group_priorities(list_priorities(snapshot).values()),
    )
    proposals = list_recorded(snapshot)
    superseded_by: dict[str, list[str]] = defaultdict(list)
    for recorded in proposals.values():
        for slug in recorded.document.supersedes:
            superseded_by[slug].append(recorded.document.slug)
    pairs = {pair for recorded in proposals.values() for pair in world.pairs_of(recorded.fact)}
    return RankingIndex(
        snapshot=snapshot,
        world=replace(
            world,
            events=group_events(snapshot, world.event_key),
            series=group_series(snapshot, world.event_key, pairs),
            told=list_days(snapshot),
        ),
        profiles=list_profiles(snapshot),
        proposals=proposals,
        superseded_by={s: superseded_by[s] for s in (r.document.slug for r in proposals.values())},
    )
