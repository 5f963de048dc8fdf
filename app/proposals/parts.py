"""Tables and shapes of the parts of a proposal: who takes part, and all that is dated about it."""

from datetime import date
from typing import Literal

from pydantic import model_validator
from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.fields import ActorId, Day, Key, Line, Paragraph, StrictShape, Written, one_of
from app.scoring.facts import Role, Status, WindowState
from app.scoring.scales import Basis, FactorStatus, Level, Stance
from app.sources.models import EvidenceCreate, EvidencePublic

FactorKind = Literal["obstacle", "enabler"]
Outcome = Literal["held", "failed"]
Measure = Literal["gain", "cost"]

_EVIDENCE = (
    "What it rests on; a record is known from the first day a supporting source could be read"
)
_BASIS = (
    "reported: a source says so; editorial: the editor's own assessment, which carries the lowest "
    "Admiralty grade (F6) whatever is cited beside it"
)


class _Rested(SQLModel):
    """What every record that rests on evidence adds in a catalogue file."""

    evidence: list[EvidenceCreate] = Field(default=[], description=_EVIDENCE)

    @model_validator(mode="after")
    def _has_support(self) -> "_Rested":
        basis = getattr(self, "basis", "reported")
        if basis == "reported" and not any(e.bearing == "supports" for e in self.evidence):
            raise ValueError("a reported record needs at least one evidence that supports it")
        return self


class _Shown(SQLModel):
    """What the API adds to every record that rests on evidence."""

    ref: str = Field(description="Reference used by reasons")
    key: str = Field(description="What names it in paths, among its like")
    evidence: list[EvidencePublic] = Field(description="What it rests on")


class ParticipantBase(StrictShape):
    """An actor's part in a proposal."""

    role: Role = Field(description="Initiators and counterparts are the principals", sa_type=String)
    joined_on: Day | None = Field(
        default=None, description="Day it joined; null if it was in it from the start"
    )


class ParticipantCreate(Written, ParticipantBase):
    """A participant as it is written in a catalogue file."""

    actor_id: ActorId = Field(description="Id of the actor")

    @property
    def part_key(self) -> str:
        """What names it among the participants of a proposal."""
        return self.actor_id


class Participant(ParticipantBase, table=True):
    """The table of participants."""

    __table_args__ = (CheckConstraint(one_of("role", Role), name="role"),)

    proposal_id: str = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    actor_id: str = Field(foreign_key="actor.id", primary_key=True, index=True)
    position: int


class ParticipantPublic(SQLModel):
    """A participant as the API gives it."""

    actor_id: str = Field(description="Id of the actor", schema_extra={"examples": ["JPN"]})
    name: str = Field(description="Its name", schema_extra={"examples": ["Japan"]})
    role: Role = Field(description="Its part; initiators and counterparts are the principals")


class TransitionBase(StrictShape):
    """A step of the life cycle of a proposal."""

    status: Status = Field(description="The status from that day on", sa_type=String)
    reason: Paragraph = Field(description="Why")


class TransitionCreate(Written, TransitionBase, _Rested):
    """A transition as it is written in a catalogue file."""

    happened_on: Day = Field(description="Day of the step")

    @property
    def part_key(self) -> str:
        """What names it among the transitions of a proposal."""
        return self.happened_on.isoformat()


class Transition(TransitionBase, table=True):
    """The table of transitions."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "happened_on"),
        CheckConstraint(one_of("status", Status), name="status"),
    )

    id: str = Field(primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id", ondelete="CASCADE")
    happened_on: date


class TransitionPublic(TransitionBase, _Shown):
    """A transition as the API gives it."""

    happened_on: date = Field(description="Day of the step")


class JudgementBase(StrictShape):
    """How much an actor gains from the proposal, or what it costs that actor."""

    measure: Measure = Field(description="gain or cost", sa_type=String)
    level: Level = Field(description="How much, on the five-step scale", sa_type=String)
    basis: Basis = Field(default="reported", description=_BASIS, sa_type=String)
    rationale: Paragraph = Field(description="Why this level")
    judged_on: Day = Field(description="Day whose situation it judges; it is known from then on")


class JudgementCreate(Written, JudgementBase, _Rested):
    """A judgement as it is written in a catalogue file."""

    actor_id: ActorId = Field(description="Id of the actor that gains or pays")

    @property
    def part_key(self) -> str:
        """What names it among the judgements of a proposal."""
        return f"{self.actor_id}.{self.measure}.{self.judged_on}"


class Judgement(JudgementBase, table=True):
    """The table of judgements."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "actor_id", "measure", "judged_on"),
        CheckConstraint(one_of("measure", Measure), name="measure"),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("basis", Basis), name="basis"),
    )

    id: str = Field(primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id", ondelete="CASCADE")
    actor_id: str = Field(foreign_key="actor.id", index=True)


class JudgementPublic(JudgementBase, _Shown):
    """A judgement as the API gives it."""

    actor_id: str = Field(description="Id of the actor that gains or pays")


class FactorBase(StrictShape):
    """A dated circumstance that stands in the way or helps."""

    kind: FactorKind = Field(description="obstacle or enabler", sa_type=String)
    title: Line = Field(description="The circumstance in one line")
    severity: Level = Field(description="How much it stands in the way, or helps", sa_type=String)
    basis: Basis = Field(default="reported", description=_BASIS, sa_type=String)
    since_on: Day = Field(description="Day it began")
    easing_on: Day | None = Field(default=None, description="Day it began to ease; null if not")
    resolved_on: Day | None = Field(default=None, description="Day it ended; null if it has not")


class FactorCreate(Written, FactorBase, _Rested):
    """A factor as it is written in a catalogue file."""

    key: Key = Field(description="Readable key, unique among the factors of the proposal")

    @property
    def part_key(self) -> str:
        """What names it among the factors of a proposal."""
        return self.key

    @model_validator(mode="after")
    def _is_in_order(self) -> "FactorCreate":
        days = [d for d in (self.since_on, self.easing_on, self.resolved_on) if d is not None]
        if days != sorted(days):
            raise ValueError("since_on, easing_on and resolved_on must be in order")
        return self


class Factor(FactorBase, table=True):
    """The table of factors."""

    __table_args__ = (
        CheckConstraint(one_of("kind", FactorKind), name="kind"),
        CheckConstraint(one_of("severity", Level), name="severity"),
        CheckConstraint(one_of("basis", Basis), name="basis"),
        CheckConstraint("easing_on IS NULL OR easing_on >= since_on", name="easing"),
        CheckConstraint("resolved_on IS NULL OR resolved_on >= since_on", name="resolved"),
    )

    id: str = Field(primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id", index=True, ondelete="CASCADE")


class FactorPublic(FactorBase, _Shown):
    """A factor as the API gives it: dates after the day asked for are not shown."""

    status: FactorStatus = Field(description="open, easing or resolved on the day asked for")


class WindowBase(StrictShape):
    """A span in which acting is easier."""

    title: Line = Field(description="The window in one line")
    reason: Paragraph = Field(description="Why acting is easier in it")
    strength: Level = Field(description="How much easier", sa_type=String)
    basis: Basis = Field(default="reported", description=_BASIS, sa_type=String)
    announced_on: Day = Field(description="Day from which it was known that it would open")
    opens_on: Day = Field(description="First day")
    closes_on: Day | None = Field(default=None, description="Last day; null when not known")


class WindowCreate(Written, WindowBase, _Rested):
    """A window as it is written in a catalogue file."""

    key: Key = Field(description="Readable key, unique among the windows of the proposal")

    @property
    def part_key(self) -> str:
        """What names it among the windows of a proposal."""
        return self.key

    @model_validator(mode="after")
    def _is_in_order(self) -> "WindowCreate":
        if self.closes_on is not None and self.closes_on < self.opens_on:
            raise ValueError("closes_on is before opens_on")
        return self


class Window(WindowBase, table=True):
    """The table of windows."""

    __table_args__ = (
        CheckConstraint(one_of("strength", Level), name="strength"),
        CheckConstraint(one_of("basis", Basis), name="basis"),
        CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", name="span"),
    )

    id: str = Field(primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id", index=True, ondelete="CASCADE")
    closes_on: date | None = Field(default=None, index=True)


class WindowPublic(WindowBase, _Shown):
    """A window as the API gives it."""

    state: WindowState = Field(description="On the day asked for")


class AttemptBase(StrictShape):
    """An earlier try at the same thing by the same principals."""

    title: Line = Field(description="What was tried")
    outcome: Outcome = Field(description="Whether it held", sa_type=String)
    happened_on: Day = Field(description="Day its outcome was known")
    reason: Paragraph = Field(description="Why it held or failed")


class AttemptCreate(Written, AttemptBase, _Rested):
    """An attempt as it is written in a catalogue file."""

    key: Key = Field(description="Readable key, unique among the attempts of the proposal")

    @property
    def part_key(self) -> str:
        """What names it among the attempts of a proposal."""
        return self.key


class Attempt(AttemptBase, table=True):
    """The table of attempts."""

    __table_args__ = (CheckConstraint(one_of("outcome", Outcome), name="outcome"),)

    id: str = Field(primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id", index=True, ondelete="CASCADE")


class AttemptPublic(AttemptBase, _Shown):
    """An attempt as the API gives it."""


class PositionBase(StrictShape):
    """What an actor has publicly said of the proposal."""

    stance: Stance = Field(description="opposes to champions", sa_type=String)
    statement: Paragraph = Field(description="What it said, paraphrased")
    stated_on: Day = Field(description="Day it said so")


class PositionCreate(Written, PositionBase, _Rested):
    """A position as it is written in a catalogue file."""

    actor_id: ActorId = Field(description="Id of the actor")

    @property
    def part_key(self) -> str:
        """What names it among the positions of a proposal."""
        return f"{self.actor_id}.{self.stated_on}"


class Position(PositionBase, table=True):
    """The table of positions."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "actor_id", "stated_on"),
        CheckConstraint(one_of("stance", Stance), name="stance"),
    )

    id: str = Field(primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id", ondelete="CASCADE")
    actor_id: str = Field(foreign_key="actor.id", index=True)


class PositionPublic(PositionBase, _Shown):
    """A position as the API gives it."""

    actor_id: str = Field(description="Id of the actor")


RestedPart = (
    TransitionCreate
    | JudgementCreate
    | FactorCreate
    | WindowCreate
    | AttemptCreate
    | PositionCreate
)
