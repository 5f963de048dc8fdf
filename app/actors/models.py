"""Tables and shapes of actors, their names and their priorities."""

from typing import Literal

from pydantic import model_validator
from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.fields import ActorId, Day, DomainId, Line, Paragraph, StrictShape, Written, one_of
from app.scoring.scales import Level
from app.sources.models import EvidenceCreate, EvidencePublic

ActorKind = Literal["state", "organisation", "body", "person", "group"]
# /v1/actors/resolve is not an actor.
RESERVED = ("resolve",)
NameKind = Literal["name", "official", "alias", "demonym", "capital", "alpha_2", "alpha_3"]


class ActorBase(StrictShape):
    """A state, organisation, body, person or group."""

    id: ActorId = Field(
        description="ISO 3166-1 alpha-3 for a state, a slug for any other actor",
        schema_extra={"examples": ["JPN"]},
    )
    kind: ActorKind = Field(description="What the actor is", sa_type=String)
    name: Line = Field(description="Name in running English text")
    description: Paragraph | None = Field(default=None, description="Who or what it is")
    office: Line | None = Field(default=None, description="The office a person holds or held")
    office_from_on: Day | None = Field(
        default=None, description="First day in office; null when not known"
    )
    office_to_on: Day | None = Field(
        default=None, description="Last day in office; null when not known or still in office"
    )


class ActorCreate(Written, ActorBase):
    """An actor as it is written in a catalogue file."""

    parent_id: ActorId | None = Field(default=None, description="The actor it belongs to")
    official_name: Line | None = Field(default=None, description="Full official name")
    alpha_2: str | None = Field(
        default=None, regex="^[A-Z]{2}$", description="ISO 3166-1 alpha-2, states only"
    )
    aliases: list[Line] = Field(default=[], description="Other names it goes by")
    demonyms: list[Line] = Field(default=[], description="Adjectives and nouns for its people")
    capitals: list[Line] = Field(default=[], description="Seats of government, as named in news")

    @model_validator(mode="after")
    def _is_coherent(self) -> "ActorCreate":
        if self.id in RESERVED:
            raise ValueError("this id is the name of a path; choose another")
        is_state_id = len(self.id) == 3 and self.id.isupper()
        if (self.kind == "state") != is_state_id:
            raise ValueError("a state, and only a state, has its ISO 3166-1 alpha-3 code as id")
        if self.kind in ("body", "person") and self.parent_id is None:
            raise ValueError("a body or a person needs a parent")
        if self.office_from_on and self.office_to_on and self.office_to_on < self.office_from_on:
            raise ValueError("office_to_on is before office_from_on")
        return self


class Actor(ActorBase, table=True):
    """The table of actors."""

    __table_args__ = (
        CheckConstraint(one_of("kind", ActorKind), name="kind"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="parent"),
        CheckConstraint(
            "office_from_on IS NULL OR office_to_on IS NULL OR office_from_on <= office_to_on",
            name="office",
        ),
    )

    id: str = Field(primary_key=True)
    parent_id: str | None = Field(default=None, foreign_key="actor.id", index=True)
    revision: int = Field(foreign_key="revision.number", index=True)


class ActorName(SQLModel, table=True):
    """The table of names, each with the normalised key it is found by."""

    __tablename__ = "actor_name"
    __table_args__ = (
        UniqueConstraint("actor_id", "kind", "name"),
        CheckConstraint(one_of("kind", NameKind), name="kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    actor_id: str = Field(foreign_key="actor.id", ondelete="CASCADE")
    kind: NameKind = Field(sa_type=String)
    name: str
    search_key: str = Field(index=True)


class ActorNamePublic(SQLModel):
    """One name of an actor."""

    name: str = Field(description="The name", schema_extra={"examples": ["Nippon"]})
    kind: NameKind = Field(
        description="What sort of name it is", schema_extra={"examples": ["alias"]}
    )


class ActorPublic(ActorBase):
    """An actor as lists give it."""

    parent_id: str | None = Field(description="The actor it belongs to; null for a top-level one")


class PriorityBase(StrictShape):
    """How much an actor says a domain matters to it."""

    level: Level = Field(description="How much the domain matters to it", sa_type=String)
    statement: Paragraph = Field(description="What it said or did that shows this, paraphrased")
    stated_on: Day = Field(description="Day of the statement")


class PriorityCreate(Written, PriorityBase):
    """A priority as it is written in a catalogue file."""

    actor_id: ActorId = Field(description="Id of the actor")
    domain_id: DomainId = Field(description="Id of the domain; it speaks for those below it too")
    evidence: list[EvidenceCreate] = Field(min_length=1, description="What shows it")


class Priority(PriorityBase, table=True):
    """The table of priorities."""

    __table_args__ = (
        UniqueConstraint("actor_id", "domain_id", "stated_on"),
        CheckConstraint(one_of("level", Level), name="level"),
    )

    id: str = Field(primary_key=True)
    actor_id: str = Field(foreign_key="actor.id")
    domain_id: str = Field(foreign_key="domain.id", index=True)
    revision: int = Field(foreign_key="revision.number", index=True)


class PriorityPublic(PriorityBase):
    """A priority as the API gives it."""

    id: str = Field(
        description="Who, about what, when", schema_extra={"examples": ["JPN.economy.2021-03-01"]}
    )
    ref: str = Field(description="Reference used by reasons")
    actor_id: str = Field(description="Id of the actor")
    domain_id: str = Field(description="Id of the domain")
    evidence: list[EvidencePublic] = Field(description="What shows it")


class ActorDetail(ActorPublic):
    """An actor with its names, those who belong to it, and its priorities."""

    names: list[ActorNamePublic] = Field(description="Every name it is found by")
    affiliates: list[ActorPublic] = Field(description="The actors directly below it")
    priorities: list[PriorityPublic] = Field(description="Its stated priorities, latest first")


class ActorMatch(SQLModel):
    """One answer to a name."""

    actor: ActorPublic = Field(description="The actor")
    matched_name: str = Field(
        description="The name that matched best", schema_extra={"examples": ["South Korean"]}
    )
    matched_kind: NameKind = Field(description="What sort of name matched")
    confidence: float = Field(
        ge=0,
        le=1,
        description="1 for an exact name; lower for a misspelling or for part of a name",
        schema_extra={"examples": [1.0]},
    )
