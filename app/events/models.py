"""Table and shapes of events."""

from datetime import date

from pydantic import field_validator, model_validator
from sqlalchemy import CheckConstraint, String
from sqlmodel import Field, SQLModel

from app.coding.plover import EventType
from app.fields import (
    ActorId,
    Day,
    Key,
    Line,
    Number,
    Paragraph,
    StrictShape,
    Whole,
    Written,
    one_of,
)
from app.sources.models import EvidencePublic

GOLDSTEIN_LIMIT = 10.0


class EventBase(StrictShape):
    """One act of an actor towards another on one day."""

    event_type: EventType = Field(description="PLOVER event type", sa_type=String)
    intensity: Number = Field(
        ge=-GOLDSTEIN_LIMIT,
        le=GOLDSTEIN_LIMIT,
        description="Goldstein scale: above 0 cooperative, below 0 conflictual, -10 to 10, never 0",
    )
    summary: Paragraph = Field(description="What happened, in one sentence")
    locator: Line | None = Field(
        default=None, description="Where in the source, such as a paragraph number"
    )
    credibility: Whole = Field(
        ge=1,
        le=6,
        description="Admiralty credibility of the report, 1 (confirmed) to 6 (cannot be judged)",
    )

    @field_validator("intensity")
    @classmethod
    def _is_not_zero(cls, value: float) -> float:
        if value == 0:
            raise ValueError("an event of intensity 0 says nothing of cooperation or conflict")
        return value


class EventCreate(Written, EventBase):
    """An event as it is written in a catalogue file."""

    key: Key = Field(description="Readable key, unique in its feed")
    actor_id: ActorId = Field(description="Id of the actor that acted")
    recipient_id: ActorId = Field(description="Id of the actor it acted towards")
    happened_on: Day = Field(description="Day of the act")
    source_id: Key = Field(description="Id of the source that reports it")

    @model_validator(mode="after")
    def _is_of_two(self) -> "EventCreate":
        if self.actor_id == self.recipient_id:
            raise ValueError("actor_id and recipient_id must differ: an event is between two")
        return self


class Event(EventBase, table=True):
    """The table of events; `catalogue` is the feed of those written by editors."""

    __table_args__ = (
        CheckConstraint(one_of("event_type", EventType), name="event_type"),
        CheckConstraint("intensity <> 0 AND intensity BETWEEN -10 AND 10", name="intensity"),
        CheckConstraint("credibility BETWEEN 1 AND 6", name="credibility"),
        CheckConstraint("actor_id <> recipient_id", name="dyad"),
    )

    id: str = Field(primary_key=True)
    feed: str = Field(index=True)
    actor_id: str = Field(foreign_key="actor.id", index=True)
    recipient_id: str = Field(foreign_key="actor.id", index=True)
    happened_on: date = Field(index=True)
    source_id: str = Field(foreign_key="source.id", index=True)
    revision: int = Field(foreign_key="revision.number", index=True)


class EventPublic(SQLModel):
    """An event as the API gives it."""

    id: str = Field(
        description="Feed and key; of a feed's event the feed, the day and the feed's own id",
        schema_extra={"examples": ["catalogue.visit"]},
    )
    ref: str = Field(description="Reference used by reasons")
    actor_id: str = Field(description="Id of the actor that acted")
    recipient_id: str = Field(description="Id of the actor it acted towards")
    event_type: str | None = Field(
        description="PLOVER event type; null for a bare statement, which has none"
    )
    intensity: float = Field(description="Goldstein scale, -10 to 10; above 0 is cooperative")
    summary: str = Field(description="What happened, in one sentence")
    happened_on: date = Field(description="Day of the act")
    evidence: list[EvidencePublic] = Field(
        description="The report it rests on; none when a feed coded it by machine"
    )
    feed: str = Field(default="catalogue", description="The feed; catalogue: written by editors")
    code: str | None = Field(
        default=None, description="CAMEO code, or PLOVER type and mode; null when editors wrote it"
    )
    quad_class: int | None = Field(
        default=None,
        description="1, 2: verbal, material cooperation; 3, 4: such conflict; null: by editors",
    )
    publisher: str | None = Field(
        default=None, description="Who reported it, as the feed says; null when it does not"
    )
    domain_id: str | None = Field(
        default=None, description="Domain that its coding names; null when it names none"
    )
    domain_rule: str | None = Field(default=None, description="Why it is of that domain")
    contexts: list[str] = Field(default=[], description="PLOVER contexts")
    place: str | None = Field(default=None, description="Where, as the feed says")
