"""Checks across records: every reference leads somewhere, no id is given twice, no tree loops."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.errors import Fault
from app.imports.read import Catalogue, Pointer
from app.proposals.models import ProposalCreate
from app.sources.models import EvidenceCreate

IDENTIFIERS = {
    "actors": ("id",),
    "domains": ("id",),
    "sources": ("id",),
    "profiles": ("id",),
    "priorities": ("actor", "domain", "stated_on"),
    "events": ("key",),
    "proposals": ("slug",),
}
RESTED_PARTS = ("transitions", "judgements", "factors", "windows", "attempts", "positions")


@dataclass(frozen=True, slots=True)
class KnownIds:
    """Ids that a reference may lead to; `parents` maps every actor to the one it belongs to."""

    parents: dict[str, str | None]
    domains: frozenset[str]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Reference:
    """A reference to `wanted`, an id among the `kind`, at a place in the catalogue."""

    section: str
    index: int
    rest: Pointer
    kind: str
    wanted: str


def list_faults(catalogue: Catalogue, known: KnownIds) -> list[Fault]:
    """Everything that is wrong across the records of a catalogue, given what else there is."""
    records = catalogue.records
    ids = {
        "actor": set(known.parents),
        "domain": known.domains | {d.id for d in records.domains},
        "source": known.sources | {s.id for s in records.sources},
    }
    dangling = [
        catalogue.fault(r.section, r.index, r.rest, f"no {r.kind} has the id {r.wanted}")
        for r in _list_references(catalogue)
        if r.wanted not in ids[r.kind]
    ]
    return [*_list_repeated(catalogue), *dangling, *_list_loops(catalogue, known)]


def _list_repeated(catalogue: Catalogue) -> Iterator[Fault]:
    for section, names in IDENTIFIERS.items():
        seen: set[tuple[object, ...]] = set()
        for index, record in enumerate(getattr(catalogue.records, section)):
            identity = tuple(getattr(record, name) for name in names)
            if identity in seen:
                yield catalogue.fault(section, index, (names[0],), "this record is given twice")
            seen.add(identity)


def _list_references(catalogue: Catalogue) -> Iterator[_Reference]:
    records = catalogue.records
    for index, actor in enumerate(records.actors):
        if actor.parent is not None:
            yield _Reference("actors", index, ("parent",), "actor", actor.parent)
    for index, domain in enumerate(records.domains):
        above, dot, _ = domain.id.rpartition(".")
        if dot:
            yield _Reference("domains", index, ("id",), "domain", above)
    for index, priority in enumerate(records.priorities):
        yield _Reference("priorities", index, ("actor",), "actor", priority.actor)
        yield _Reference("priorities", index, ("domain",), "domain", priority.domain)
        yield from _in_evidence("priorities", index, (), priority.evidence)
    for index, event in enumerate(records.events):
        yield _Reference("events", index, ("actor",), "actor", event.actor)
        yield _Reference("events", index, ("recipient",), "actor", event.recipient)
        yield _Reference("events", index, ("source",), "source", event.source)
    for index, proposal in enumerate(records.proposals):
        yield from _in_proposal(index, proposal)


def _in_proposal(index: int, proposal: ProposalCreate) -> Iterator[_Reference]:
    for n, domain_id in enumerate(proposal.domains):
        yield _Reference("proposals", index, ("domains", n), "domain", domain_id)
    for name in ("participants", "judgements", "positions"):
        for n, part in enumerate(getattr(proposal, name)):
            yield _Reference("proposals", index, (name, n, "actor"), "actor", part.actor)
    for name in RESTED_PARTS:
        for n, part in enumerate(getattr(proposal, name)):
            yield from _in_evidence("proposals", index, (name, n), part.evidence)


def _in_evidence(
    section: str, index: int, rest: Pointer, evidence: Iterable[EvidenceCreate]
) -> Iterator[_Reference]:
    for n, claim in enumerate(evidence):
        place = (*rest, "evidence", n, "source")
        yield _Reference(section, index, place, "source", claim.source)


def _list_loops(catalogue: Catalogue, known: KnownIds) -> Iterator[Fault]:
    for index, actor in enumerate(catalogue.records.actors):
        above, seen = actor.parent, {actor.id}
        while above is not None and above not in seen:
            seen.add(above)
            above = known.parents.get(above)
        if above == actor.id:
            yield catalogue.fault("actors", index, ("parent",), "this actor would belong to itself")
