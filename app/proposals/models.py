"""Tables and shapes of proposals; their parts are in `parts.py`."""

import hashlib
from datetime import date, datetime
from typing import Literal

from pydantic import model_validator
from sqlalchemy import CheckConstraint, String
from sqlmodel import Field, SQLModel

from app.fields import Day, DomainId, Key, Line, Paragraph, StrictShape, Written, one_of
from app.proposals.lifecycle import find_illegal, say_legal
from app.proposals.parts import (
    AttemptCreate,
    AttemptPublic,
    FactorCreate,
    FactorPublic,
    JudgementCreate,
    JudgementPublic,
    ParticipantCreate,
    ParticipantPublic,
    PositionCreate,
    PositionPublic,
    TransitionCreate,
    TransitionPublic,
    WindowCreate,
    WindowPublic,
)
from app.scoring.facts import FRESH_DAYS, STALE_DAYS, ReviewLight, Status

Mechanism = Literal[
    "agreement",
    "coordination",
    "dialogue",
    "information_sharing",
    "joint_exercise",
    "joint_project",
    "ministerial",
    "research_exchange",
    "settlement",
    "trade_arrangement",
    "verification",
    "visit",
]


def to_proposal_id(slug: str) -> str:
    """The id of the proposal with this slug; the same on every installation."""
    return "prp-" + hashlib.blake2b(slug.encode(), digest_size=6).hexdigest()


Scope = Literal["unilateral", "bilateral", "trilateral", "multilateral"]


class ProposalBase(StrictShape):
    """One concrete thing that actors could do together."""

    slug: Key = Field(description="Readable id, unique, stable")
    title: Line = Field(description="What is proposed, in one line")
    summary: Paragraph = Field(description="What is proposed and what it would do")
    next_step: Line | None = Field(
        default=None, description="The smallest concrete step that moves it forward"
    )
    mechanism: Mechanism = Field(description="The form of the cooperation", sa_type=String)
    obstacles_reviewed_on: Day | None = Field(
        default=None,
        description="Day on which somebody last looked for obstacles; null if nobody has",
    )


class ProposalCreate(Written, ProposalBase):
    """A proposal as it is written in a catalogue file, with all its parts."""

    merged_into: Key | None = Field(
        default=None,
        description="Slug of the proposal that this one duplicates; it is then no longer listed",
    )
    supersedes: list[Key] = Field(
        default=[], max_length=20, description="Slugs of the proposals that this one replaces"
    )
    domains: list[DomainId] = Field(
        min_length=1,
        max_length=5,
        description="Domains it is filed under, the main one first; priorities are read from that",
    )
    participants: list[ParticipantCreate] = Field(
        min_length=2, description="Who takes part, each in one role"
    )
    transitions: list[TransitionCreate] = Field(
        min_length=1, description="Its life cycle; it is listed from the first of these on"
    )
    judgements: list[JudgementCreate] = Field(default=[], description="Gains and costs by actor")
    factors: list[FactorCreate] = Field(default=[], description="Obstacles and enablers")
    windows: list[WindowCreate] = Field(default=[], description="Spans in which acting is easier")
    attempts: list[AttemptCreate] = Field(default=[], description="Earlier tries")
    positions: list[PositionCreate] = Field(default=[], description="What actors have said of it")

    @model_validator(mode="after")
    def _is_coherent(self) -> "ProposalCreate":
        parts: dict[str, list[object]] = {
            "domains": list(self.domains),
            "supersedes": list(self.supersedes),
            "participants": [p.actor_id for p in self.participants],
            "transitions": [t.happened_on for t in self.transitions],
            "judgements": [(j.actor_id, j.measure, j.judged_on) for j in self.judgements],
            "factors": [f.key for f in self.factors],
            "windows": [w.key for w in self.windows],
            "attempts": [a.key for a in self.attempts],
            "positions": [(p.actor_id, p.stated_on) for p in self.positions],
        }
        for name, keys in parts.items():
            if len(set(keys)) != len(keys):
                raise ValueError(f"two of the {name} have the same key, actor or day")
        if not {"initiator", "counterpart"} <= {p.role for p in self.participants}:
            raise ValueError("participants need at least one initiator and one counterpart")
        illegal = find_illegal([(t.happened_on, t.status) for t in self.transitions])
        if illegal is not None:
            before, after = illegal
            raise ValueError(f"{after} cannot follow {before}: {say_legal(before)}")
        if self.slug in (self.merged_into, *self.supersedes):
            raise ValueError("a proposal cannot be merged into itself or replace itself")
        return self


class Proposal(ProposalBase, table=True):
    """The table of proposals."""

    __table_args__ = (CheckConstraint(one_of("mechanism", Mechanism), name="mechanism"),)

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    merged_into_id: str | None = Field(default=None, foreign_key="proposal.id", index=True)
    updated_at: datetime
    revision: int = Field(foreign_key="revision.number", index=True)


class ProposalDomain(SQLModel, table=True):
    """The table of the domains of proposals; position 0 is the main one."""

    __tablename__ = "proposal_domain"

    proposal_id: str = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    domain_id: str = Field(foreign_key="domain.id", primary_key=True, index=True)
    position: int


class ProposalSuperseded(SQLModel, table=True):
    """The table of what replaces what."""

    __tablename__ = "proposal_superseded"
    __table_args__ = (CheckConstraint("proposal_id <> superseded_id", name="itself"),)

    proposal_id: str = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    superseded_id: str = Field(foreign_key="proposal.id", primary_key=True, index=True)


class ProposalHeader(SQLModel):
    """What lists give of a proposal besides its score."""

    id: str = Field(description="Opaque id", schema_extra={"examples": ["prp-1f0c2d3e4a5b"]})
    slug: str = Field(description="Readable id; paths accept it too")
    title: str = Field(description="What is proposed, in one line")
    summary: str = Field(description="What is proposed and what it would do")
    next_step: str | None = Field(description="The smallest concrete step that moves it forward")
    status: Status = Field(description="Where it stands in its life cycle on the day asked for")
    mechanism: Mechanism = Field(description="The form of the cooperation")
    level: Scope = Field(
        description="How many states or organisations its principals act for: 1, 2, 3 or more"
    )
    domains: list[str] = Field(description="Domains it is filed under, the main one first")
    participants: list[ParticipantPublic] = Field(description="Who takes part, and as what")
    reviewed_on: date | None = Field(
        description=(
            "Latest day on which, by its record, somebody judged a gain or a cost or looked for "
            "obstacles; null when nobody has"
        )
    )
    review: ReviewLight = Field(
        description=(
            f"Age of that review on the day asked for: fresh up to {FRESH_DAYS} days, ageing up to "
            f"{STALE_DAYS}, then stale; never when there was none"
        )
    )
    updated_at: datetime = Field(description="When its record last changed")
    revision: int = Field(description="Number of the revision that last changed it")


class ProposalParts(SQLModel):
    """Everything on record about a proposal on the day asked for."""

    obstacles_reviewed_on: Day | None = Field(
        description="Day on which somebody last looked for obstacles; null if nobody had"
    )
    merged_into: str | None = Field(
        description="Slug of the proposal that this one duplicates; null if it is none"
    )
    supersedes: list[str] = Field(description="Slugs of the proposals that this one replaces")
    superseded_by: list[str] = Field(description="Slugs of the proposals that replace this one")
    transitions: list[TransitionPublic] = Field(description="Its life cycle so far")
    judgements: list[JudgementPublic] = Field(description="Gains and costs by actor")
    factors: list[FactorPublic] = Field(description="Obstacles and enablers")
    windows: list[WindowPublic] = Field(description="Spans in which acting is easier")
    attempts: list[AttemptPublic] = Field(description="Earlier tries")
    positions: list[PositionPublic] = Field(description="What actors have said of it")
