"""Candidates: the proposals that a question is about, each as it stood on the day asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from rapidfuzz import fuzz, process

from app.errors import UnknownReference
from app.proposals.models import Mechanism, Scope
from app.proposals.queries import Recorded
from app.recommendations.dossier import Dossier
from app.scoring import facts
from app.scoring.assessment import JOINT, Question
from app.scoring.facts import Status, domain_lineage, view_as_of

# Likeness (0-100) from which an existing id or name is worth suggesting.
LEAST_LIKENESS = 66.0


@dataclass(frozen=True, slots=True)
class Filters:
    """Which proposals are asked for; an empty collection asks for all."""

    domains: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    actor_match: Literal["all", "any"] = "all"
    statuses: tuple[Status, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    matching_revisions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal and its view on the day asked for."""

    recorded: Recorded
    view: facts.Proposal


def select_candidates(
    index: Dossier, filters: Filters, question: Question, among: Iterable[str] | None = None
) -> list[Candidate]:
    """The proposals on record on that day that pass the filters, by id; no merged ones.

    `among` are the ids, in order, of the only ones that can; all by default.
    """
    candidates = (
        to_candidate(recorded, question)
        for recorded in index.proposals.read(among)
        if recorded.document.merged_into is None
        and (filters.matching_revisions is None or recorded.revision in filters.matching_revisions)
    )
    return [c for c in candidates if c is not None and _passes(c, filters, question.world)]


def to_candidate(recorded: Recorded, question: Question) -> Candidate | None:
    """The proposal as it stood on that day; None if it was not on record yet."""
    view = view_as_of(recorded.fact, question.day)
    return Candidate(recorded, view) if view.transitions else None


def _passes(candidate: Candidate, filters: Filters, world: facts.World) -> bool:
    view = candidate.view
    if filters.statuses and view.status not in filters.statuses:
        return False
    if filters.mechanisms and candidate.recorded.document.mechanism not in filters.mechanisms:
        return False
    if filters.domains and not set(filters.domains) & domains_of(view):
        return False
    wanted = set(filters.actors)
    present = wanted & actors_of(view, world)
    return not wanted or (present == wanted if filters.actor_match == "all" else bool(present))


def domains_of(view: facts.Proposal) -> set[str]:
    """Every domain that finds the proposal: its own and those above them."""
    return {above for domain_id in view.domain_ids for above in domain_lineage(domain_id)}


def actors_of(view: facts.Proposal, world: facts.World) -> set[str]:
    """Every actor that finds the proposal: its participants and those they belong to."""
    return {above for p in view.participants for above in world.lineage_of(p.actor_id)}


def scope_of(view: facts.Proposal, world: facts.World) -> Scope:
    """How many states or organisations the principals act for."""
    sides = len({world.lineage_of(p)[-1] for p in view.principals})
    scopes: tuple[Scope, ...] = ("unilateral", "bilateral", "trilateral")
    return scopes[sides - 1] if sides <= len(scopes) else "multilateral"


class Register(Protocol):
    """The names of all actors and domains, by id."""

    @property
    def names(self) -> Mapping[str, str]:
        """Of actors."""

    @property
    def domain_names(self) -> Mapping[str, str]:
        """Of domains."""


def check_filters(register: Register, filters: Filters) -> None:
    """Raises UnknownReference for an actor or a domain that does not exist."""
    _check_known("actor", "/query/actor", filters.actors, register.names)
    _check_known("domain", "/query/domain", filters.domains, register.domain_names)


def check_perspective(register: Register, perspective: str) -> None:
    """Raises UnknownReference unless it is `joint` or an actor that exists."""
    if perspective != JOINT:
        _check_known("actor", "/query/perspective", (perspective,), register.names)


def _check_known(
    resource: str, pointer: str, wanted: Iterable[str], names: Mapping[str, str]
) -> None:
    for record_id in wanted:
        if record_id not in names:
            raise UnknownReference(resource, pointer, suggest(record_id, names))


def suggest(wanted: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Up to three existing ids that, themselves or by name, look like the one wanted."""
    spoken = {(record_id, text) for record_id, name in names.items() for text in (record_id, name)}
    choices = sorted(spoken)
    found = process.extract(
        wanted,
        [text for _, text in choices],
        scorer=fuzz.ratio,
        processor=str.casefold,
        limit=None,
        score_cutoff=LEAST_LIKENESS,
    )
    return tuple(dict.fromkeys(choices[i][0] for _, _, i in found))[:3]
