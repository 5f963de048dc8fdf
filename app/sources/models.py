"""Tables and shapes of sources and evidence."""

from datetime import date
from typing import Literal

from pydantic import model_validator
from sqlalchemy import CheckConstraint, String
from sqlmodel import Field

from app.fields import ActorId, Day, Key, Line, Paragraph, StrictShape, Whole, Written, one_of
from app.scoring.scales import Reliability

Bearing = Literal["supports", "undermines"]
OWNERS = ("judgement", "factor", "window", "attempt", "position", "transition", "priority")


class SourceBase(StrictShape):
    """A publication."""

    id: Key = Field(
        description="Slug of the source", schema_extra={"examples": ["diplomat-2021-04-29"]}
    )
    title: Line = Field(
        description="Title of the publication, or a plain description of the record"
    )
    publisher: Line | None = Field(
        default=None, description="Who published it; null when not known"
    )
    author: Line | None = Field(default=None, description="Who wrote it; null when not known")
    url: Line | None = Field(default=None, description="Where to read it; null when not known")
    language: Line | None = Field(default=None, description="Language, ISO 639-1")
    actor_id: ActorId | None = Field(
        default=None,
        description=(
            "Actor on whose side it is published: its government or the press of its country; "
            "null when on nobody's, or not known"
        ),
    )
    published_on: Day | None = Field(
        default=None, description="Day of publication; null when not known"
    )
    available_on: Day = Field(
        description=(
            "Day from which the ranking may use it: the day of publication or, where that is not "
            "known, the latest day that the text itself speaks of"
        )
    )
    reliability: Reliability = Field(
        description="Admiralty reliability, A (completely reliable) to F (cannot be judged)",
        sa_type=String,
    )
    note: Paragraph | None = Field(default=None, description="What a reader should know about it")


class SourceCreate(Written, SourceBase):
    """A source as it is written in a catalogue file."""

    @model_validator(mode="after")
    def _is_out_before_it_is_used(self) -> "SourceCreate":
        if self.published_on is not None and self.available_on < self.published_on:
            raise ValueError("available_on lies before published_on")
        return self


class Source(SourceBase, table=True):
    """The table of sources."""

    __table_args__ = (
        CheckConstraint(one_of("reliability", Reliability), name="reliability"),
        CheckConstraint("published_on IS NULL OR published_on <= available_on", name="available"),
    )

    id: str = Field(primary_key=True)
    actor_id: str | None = Field(default=None, foreign_key="actor.id", index=True)
    revision: int = Field(foreign_key="revision.number", index=True)


class SourcePublic(SourceBase):
    """A source as the API gives it."""


class EvidenceBase(StrictShape):
    """One claim from one source that supports or undermines a record."""

    claim: Paragraph = Field(description="What the source says, paraphrased")
    locator: Line | None = Field(
        default=None, description="Where in the source, such as a paragraph number"
    )
    bearing: Bearing = Field(
        default="supports",
        description="Whether the claim supports or undermines the record",
        sa_type=String,
    )
    credibility: Whole = Field(
        ge=1,
        le=6,
        description="Admiralty credibility of the claim, 1 (confirmed) to 6 (cannot be judged)",
    )


class EvidenceCreate(Written, EvidenceBase):
    """Evidence as it is written in a catalogue file."""

    source_id: Key = Field(description="Id of the source")


def _exactly_one(columns: tuple[str, ...]) -> str:
    cases = " + ".join(f"CASE WHEN {c} IS NULL THEN 0 ELSE 1 END" for c in columns)
    return f"{cases} = 1"


class Evidence(EvidenceBase, table=True):
    """The table of evidence: each row belongs to exactly one record."""

    __table_args__ = (
        CheckConstraint(_exactly_one(tuple(f"{o}_id" for o in OWNERS)), name="one_owner"),
        CheckConstraint(one_of("bearing", Bearing), name="bearing"),
        CheckConstraint("credibility BETWEEN 1 AND 6", name="credibility"),
    )

    id: str = Field(primary_key=True)
    source_id: str = Field(foreign_key="source.id", index=True)
    judgement_id: str | None = Field(
        default=None, foreign_key="judgement.id", index=True, ondelete="CASCADE"
    )
    factor_id: str | None = Field(
        default=None, foreign_key="factor.id", index=True, ondelete="CASCADE"
    )
    window_id: str | None = Field(
        default=None, foreign_key="window.id", index=True, ondelete="CASCADE"
    )
    attempt_id: str | None = Field(
        default=None, foreign_key="attempt.id", index=True, ondelete="CASCADE"
    )
    position_id: str | None = Field(
        default=None, foreign_key="position.id", index=True, ondelete="CASCADE"
    )
    transition_id: str | None = Field(
        default=None, foreign_key="transition.id", index=True, ondelete="CASCADE"
    )
    priority_id: str | None = Field(
        default=None, foreign_key="priority.id", index=True, ondelete="CASCADE"
    )


class EvidencePublic(EvidenceBase):
    """Evidence as the API gives it, with its full grade."""

    ref: str = Field(description="Reference used by reasons")
    source_id: str = Field(description="Id of the source; see /v1/sources/{id}")
    source_title: str = Field(description="Title of the source")
    available_on: date = Field(description="Day from which the source could be used")
    reliability: Reliability = Field(description="Admiralty reliability of the source, A to F")
