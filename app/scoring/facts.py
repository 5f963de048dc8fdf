"""What is on record about a proposal and its world, and the view of it on one day.

Every record carries its own day and its evidence. On day t a record is visible when its own day is
not after t and, if it rests on publications, at least one that supports it was available by t. So
nothing is known before something that says it was published.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter
from typing import Literal, TypeVar

from app.forecasting.runs import Run, Runs
from app.scoring.scales import (
    LOWEST_GRADE,
    Basis,
    FactorStatus,
    Level,
    Reliability,
    Stance,
    half_width,
)

# Half a year and a year: a review grows old as the acts it judged by do.
FRESH_DAYS, STALE_DAYS = 180, 365
ReviewLight = Literal["fresh", "ageing", "stale", "never"]
WindowState = Literal["open", "not_yet_open", "shut"]
Status = Literal[
    "draft",
    "open",
    "negotiating",
    "agreed",
    "implemented",
    "rejected",
    "lapsed",
    "superseded",
]
Role = Literal["initiator", "counterpart", "facilitator", "observer"]
PRINCIPAL_ROLES: frozenset[Role] = frozenset({"initiator", "counterpart"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim from one source that supports or undermines a record.

    `side` is the actor whose side the source is published on; None for neither, or not known.
    """

    ref: str
    source_id: str
    source_title: str
    publisher: str | None
    available_on: date
    reliability: Reliability
    credibility: int
    supports: bool
    claim: str
    locator: str | None = None
    language: str | None = None
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """An actor's part in a proposal; `joined_on` is None for those in it from the start."""

    actor_id: str
    role: Role
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of the life cycle: the status from `own_day` on, and why."""

    ref: str
    status: Status
    own_day: date
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much an actor gains from a proposal, or what it costs that actor."""

    ref: str
    actor_id: str
    measure: Literal["gain", "cost"]
    level: Level
    basis: Basis
    rationale: str
    own_day: date
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Factor:
    """A circumstance that stands in the way (obstacle) or helps (enabler), from `own_day` on."""

    ref: str
    kind: Literal["obstacle", "enabler"]
    title: str
    severity: Level
    basis: Basis
    own_day: date
    easing_on: date | None = None
    resolved_on: date | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A span in which acting is easier, announced on `own_day`; no `closes_on`: end not known."""

    ref: str
    title: str
    reason: str
    strength: Level
    basis: Basis
    own_day: date
    opens_on: date
    closes_on: date | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier try at the same thing by the same principals."""

    ref: str
    title: str
    outcome: Literal["held", "failed"]
    own_day: date
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """What an actor has publicly said of the proposal."""

    ref: str
    actor_id: str
    stance: Stance
    statement: str
    own_day: date
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Priority:
    """How much an actor says a domain matters to it."""

    ref: str
    actor_id: str
    domain_id: str
    level: Level
    statement: str
    own_day: date
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One act of `actor_id` towards `recipient_id`; intensity on the Goldstein scale, -10 to 10."""

    ref: str
    actor_id: str
    recipient_id: str
    event_type: str
    intensity: float
    summary: str
    own_day: date
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class DyadDay:
    """What feeds report of one type that an actor did towards another on one day.

    `events` are distinct by code and publisher; `cooperative` and `conflictual` are sums of their
    intensities above and below 0, both positive, in hundredths of a point of the Goldstein scale.
    `ref` is that of the first of the reports, and stands for all of them. No evidence of the
    catalogue is behind them.
    """

    ref: str
    actor_id: str
    recipient_id: str
    own_day: date
    quad_class: int
    event_type: str | None
    domain_id: str | None
    events: int
    publishers: int
    cooperative: int
    conflictual: int
    evidence: tuple[Evidence, ...] = ()

    @property
    def label(self) -> str:
        """What happened, in words."""
        who = f"{self.actor_id} towards {self.recipient_id}"
        return f"{self.event_type or 'statements'}, {who}: {self.events} reported"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One concrete thing that actors could do together, with all that is on record about it."""

    proposal_id: str
    slug: str
    title: str
    domain_ids: tuple[str, ...]
    participants: tuple[Participant, ...]
    obstacles_reviewed_on: date | None = None
    transitions: tuple[Transition, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    factors: tuple[Factor, ...] = ()
    windows: tuple[Window, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    positions: tuple[Position, ...] = ()

    @property
    def principals(self) -> tuple[str, ...]:
        """Ids of the initiators and counterparts, in the order they are listed."""
        return tuple(p.actor_id for p in self.participants if p.role in PRINCIPAL_ROLES)

    @property
    def status(self) -> Status | None:
        """Status after the last visible transition; None before the first."""
        return self.transitions[-1].status if self.transitions else None


@dataclass(frozen=True, slots=True)
class World:
    """What all proposals share: who belongs to whom, names, priorities and events.

    `lineage` maps an actor to itself and its parents, nearest first; `voices` does so for those
    who do not speak for their parents, nor their parents for them, such as groups. `events` and
    `series`, which is what feeds report, are grouped by `event_key`, and `priorities` by (actor,
    domain), each group in order of day. `told` are the days that any feed told of, in order, with
    the number of its rows. `runs` are what was learned from feeds, None where nothing was.
    """

    lineage: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    domain_names: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[tuple[str, str], tuple[Priority, ...]] = field(default_factory=dict)
    events: Mapping[frozenset[str], tuple[Event, ...]] = field(default_factory=dict)
    voices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    series: Mapping[frozenset[str], tuple[DyadDay, ...]] = field(default_factory=dict)
    told: tuple[tuple[date, int], ...] = ()
    runs: Runs | None = None
    # What was worked out of this world, and of no other: a changed one begins without.
    memo: dict[object, object] = field(init=False, default_factory=dict, compare=False, repr=False)

    def lineage_of(self, actor_id: str) -> tuple[str, ...]:
        """The actor and its parents, nearest first."""
        return self.lineage.get(actor_id, (actor_id,))

    def voices_of(self, actor_id: str) -> tuple[str, ...]:
        """Whose gains, priorities and positions stand for the actor's, nearest first."""
        return self.voices.get(actor_id, self.lineage_of(actor_id))

    def run_on(self, day: date) -> tuple[str, Run] | None:
        """The run that forecasts of a day go by, with its id."""
        return None if self.runs is None else self.runs.on(day)

    def told_until(self, day: date) -> int:
        """How many days feeds told of up to a day, that day too."""
        return bisect_right(self.told, day, key=itemgetter(0))

    def pairs_of(self, proposal: Proposal) -> set[frozenset[str]]:
        """The pairs of different top-level actors that the principals of a proposal act for."""
        who = proposal.principals
        pairs = {self.event_key(a, b) for i, a in enumerate(who) for b in who[i + 1 :]}
        return {pair for pair in pairs if len(pair) > 1}

    def event_key(self, actor_id: str, other_id: str) -> frozenset[str]:
        """The unordered pair of top-level actors that two actors act for."""
        return frozenset({self.lineage_of(actor_id)[-1], self.lineage_of(other_id)[-1]})


Record = TypeVar(
    "Record", Transition, Judgement, Factor, Window, Attempt, Position, Priority, Event
)


def visible(records: Iterable[Record], day: date) -> tuple[Record, ...]:
    """The records known on `day`, oldest first (ties by reference order of entry)."""
    known = [r for r in records if r.own_day <= day and _is_published(r.evidence, day)]
    return tuple(sorted(known, key=lambda r: r.own_day))


Dated = TypeVar("Dated", Event, DyadDay)


def group_by_pair(
    records: Iterable[Dated], key: Callable[[str, str], frozenset[str]]
) -> dict[frozenset[str], tuple[Dated, ...]]:
    """What actors did to each other, oldest first, by the key of the two."""
    groups: dict[frozenset[str], list[Dated]] = {}
    for record in sorted(records, key=lambda r: (r.own_day, r.ref)):
        groups.setdefault(key(record.actor_id, record.recipient_id), []).append(record)
    return {pair: tuple(found) for pair, found in groups.items()}


def _is_published(evidence: tuple[Evidence, ...], day: date) -> bool:
    return not evidence or any(e.supports and e.available_on <= day for e in evidence)


def with_evidence_until(record: Record, day: date) -> Record:
    """The record with the evidence from publications available on `day` only."""
    known = tuple(e for e in record.evidence if e.available_on <= day)
    return record if len(known) == len(record.evidence) else replace(record, evidence=known)


def view_as_of(proposal: Proposal, day: date) -> Proposal:
    """The proposal as it stood on `day`: later records, dates and publications are gone."""

    def known(records: tuple[Record, ...]) -> tuple[Record, ...]:
        return tuple(with_evidence_until(r, day) for r in visible(records, day))

    reviewed_on = proposal.obstacles_reviewed_on
    return replace(
        proposal,
        participants=tuple(
            p for p in proposal.participants if p.joined_on is None or p.joined_on <= day
        ),
        obstacles_reviewed_on=until(reviewed_on, day),
        transitions=known(proposal.transitions),
        judgements=known(proposal.judgements),
        factors=tuple(
            replace(f, easing_on=until(f.easing_on, day), resolved_on=until(f.resolved_on, day))
            for f in known(proposal.factors)
        ),
        windows=known(proposal.windows),
        attempts=known(proposal.attempts),
        positions=known(proposal.positions),
    )


def until(own: date | None, day: date) -> date | None:
    """A date of a record as known on `day`: None if it lies later."""
    return own if own is not None and own <= day else None


def factor_status(factor: Factor) -> FactorStatus:
    """Status of a factor in a view: resolved, easing or open."""
    if factor.resolved_on is not None:
        return "resolved"
    return "easing" if factor.easing_on is not None else "open"


def reviewed_on(view: Proposal) -> date | None:
    """The latest day on which somebody judged the proposal or looked for its obstacles."""
    days = [j.own_day for j in view.judgements]
    if view.obstacles_reviewed_on is not None:
        days.append(view.obstacles_reviewed_on)
    return max(days, default=None)


def review_light(reviewed: date | None, day: date) -> ReviewLight:
    """The age of a review on `day`, in words."""
    if reviewed is None:
        return "never"
    age_days = (day - reviewed).days
    if age_days <= FRESH_DAYS:
        return "fresh"
    return "ageing" if age_days <= STALE_DAYS else "stale"


def window_state(window: Window, day: date) -> WindowState:
    """State of a window on `day`; it is open on both its first and its last day."""
    if day < window.opens_on:
        return "not_yet_open"
    return "open" if window.closes_on is None or day <= window.closes_on else "shut"


def grade(evidence: tuple[Evidence, ...], basis: Basis = "reported") -> tuple[Reliability, int]:
    """The best Admiralty grade of the supporting evidence; the lowest if there is none."""
    supporting = [(e.reliability, e.credibility) for e in evidence if e.supports]
    if basis == "editorial" or not supporting:
        return LOWEST_GRADE
    return min(supporting, key=lambda g: (half_width(*g), g))


def width(evidence: tuple[Evidence, ...], basis: Basis = "reported") -> float:
    """Half the width of the interval that the best grade of the evidence leaves, in [0, 1]."""
    return half_width(*grade(evidence, basis))


def domain_lineage(domain_id: str) -> tuple[str, ...]:
    """A domain and its ancestors, nearest first: a.b.c, a.b, a."""
    parts = domain_id.split(".")
    return tuple(".".join(parts[:n]) for n in range(len(parts), 0, -1))
