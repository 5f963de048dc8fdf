"""The dossier: all that scoring needs to know of one snapshot, made once and shared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from threading import Lock

from app.actors.queries import group_priorities, list_actors, list_priorities, to_lineages
from app.domains.queries import list_domains
from app.errors import Gone, NotFound
from app.events.queries import group_events
from app.feeds.freshness import list_days
from app.feeds.series import SeriesByPair
from app.forecasts.models import RunUsed, to_used
from app.forecasts.queries import find_runs
from app.profiles.queries import list_profiles
from app.proposals.models import ProposalCreate
from app.proposals.queries import Recorded, to_id, to_recorded
from app.recent import Recent
from app.revisions.archive import READ_AT_ONCE, get_archive
from app.revisions.models import Resource
from app.revisions.snapshot import OF_FEEDS, Snapshot
from app.scoring import facts
from app.scoring.profiles import Profile
from app.sources.queries import list_sources

# Proposals kept as facts: one takes about 20 kB.
KEPT_RECORDED = 2000
# What the world that all proposals share is made of.
OF_WORLD: tuple[Resource, ...] = (
    "actor",
    "domain",
    "source",
    "priority",
    "event",
    "forecast_run",
    *OF_FEEDS,
)
# What the record of a proposal that replaces another has in it.
_SUPERSEDES = '"supersedes":["'


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that a ranking reads, as of one revision (0 in an empty catalogue)."""

    snapshot: Snapshot
    world: facts.World
    profiles: Mapping[str, Profile]
    proposals: "Proposals"

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

    def superseded_by(self, slug: str) -> list[str]:
        """The slugs of the proposals that replace one, in the order of their ids."""
        return self.snapshot.share(_Replacements, ()).of(slug, self.snapshot)


class Proposals(Mapping[str, Recorded]):
    """Every proposal as facts, by id, in the order of ids; each is read when it is asked for.

    Those read lately are kept: a revision number names one state of a record for good, so they
    serve all snapshots in which the sources they rest on are the same.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._kept = snapshot.share(_keep_recorded, ("source",))

    def __getitem__(self, proposal_id: str) -> Recorded:
        entry = self._snapshot.find("proposal", proposal_id)
        if entry is None:
            raise KeyError(proposal_id)
        found = self._kept.find(entry.number)
        if found is None:
            found = to_recorded(proposal_id, entry, list_sources(self._snapshot))
            self._kept.put(entry.number, found)
        return found

    def read(self, ids: Iterable[str] | None = None) -> Iterator[Recorded]:
        """Those of these proposals that there are, all of them by default; some at a time."""
        sources = list_sources(self._snapshot)
        waiting = iter(self if ids is None else ids)
        while chosen := list(islice(waiting, READ_AT_ONCE)):
            found = ((i, self._snapshot.find("proposal", i)) for i in chosen)
            entries = {i: entry for i, entry in found if entry is not None}
            kept = {i: self._kept.find(entry.number) for i, entry in entries.items()}
            texts = self._snapshot.fetch(e for i, e in entries.items() if kept[i] is None)
            for proposal_id, entry in entries.items():
                text = texts.get(entry.number)
                yield kept[proposal_id] or to_recorded(proposal_id, entry, sources, text)

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshot.ids("proposal"))

    def __len__(self) -> int:
        return len(self._snapshot.ids("proposal"))


class _Replacements:
    """Which revisions of proposals replace others: few do, and each is looked for once."""

    def __init__(self, _: Snapshot) -> None:
        self._lock = Lock()
        self._upto = 0
        self._found: list[tuple[int, str, ProposalCreate]] = []

    def of(self, slug: str, snapshot: Snapshot) -> list[str]:
        """The slugs of those that replace one in a snapshot, in the order of their ids."""
        entries = snapshot.entries["proposal"]
        return [
            document.slug
            for number, proposal_id, document in sorted(self._list(snapshot), key=itemgetter(1))
            if entries[proposal_id].number == number and slug in document.supersedes
        ]

    def _list(self, snapshot: Snapshot) -> list[tuple[int, str, ProposalCreate]]:
        with self._lock:
            if snapshot.revision > self._upto and snapshot.engine is not None:
                archive = get_archive(snapshot.engine)
                for number, proposal_id, text in archive.search(
                    "proposal", _SUPERSEDES, snapshot.revision, self._upto
                ):
                    document = ProposalCreate.model_validate_json(text)
                    self._found.append((number, proposal_id, document))
                self._upto = snapshot.revision
            return [found for found in self._found if found[0] <= snapshot.revision]


def _keep_recorded(_: Snapshot) -> Recent[int, Recorded]:
    return Recent(KEPT_RECORDED)


def list_run(dossier: Dossier, day: date) -> RunUsed | None:
    """The run that receptivity of a day rests on, if there is any."""
    used = dossier.world.run_on(day)
    return None if used is None else to_used(*used, day)


def get_dossier(snapshot: Snapshot) -> Dossier:
    """The dossier of a snapshot."""
    return snapshot.derive(_build_dossier)


def _build_dossier(snapshot: Snapshot) -> Dossier:
    return Dossier(
        snapshot=snapshot,
        world=snapshot.share(_build_world, OF_WORLD),
        profiles=list_profiles(snapshot),
        proposals=Proposals(snapshot),
    )


def _build_world(snapshot: Snapshot) -> facts.World:
    actors = list_actors(snapshot)
    lineage = to_lineages(actors)

    def key(actor_id: str, other_id: str) -> frozenset[str]:
        return frozenset({lineage.get(a, (a,))[-1] for a in (actor_id, other_id)})

    return facts.World(
        lineage=lineage,
        voices={a.id: (a.id,) for a in actors.values() if a.kind == "group"},
        names={a.id: a.name for a in actors.values()},
        domain_names={d.id: d.name for d in list_domains(snapshot).values()},
        priorities=group_priorities(list_priorities(snapshot).values()),
        events=group_events(snapshot, key),
        series=SeriesByPair(snapshot, key),
        told=list_days(snapshot),
        runs=find_runs(snapshot),
    )
