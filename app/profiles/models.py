"""Tables and shapes of profiles."""

from pydantic import field_validator
from sqlalchemy import CheckConstraint, String
from sqlmodel import Field, SQLModel

from app.fields import Key, Line, Number, Paragraph, StrictShape, Written, one_of
from app.scoring.assessment import Criterion
from app.scoring.profiles import BUILT_IN, to_milliweights

_WEIGHTS_EXAMPLE = BUILT_IN[0].weights


class ProfileBase(StrictShape):
    """A named set of criterion weights."""

    id: Key = Field(description="Slug of the profile", schema_extra={"examples": ["balanced"]})
    name: Line = Field(description="Name of the profile")
    description: Paragraph = Field(description="Whose question it answers, and what it stresses")


class ProfileCreate(Written, ProfileBase):
    """A profile as it is written in a catalogue file."""

    weights: dict[Criterion, Number] = Field(
        description="Weight of each criterion in steps of 0.001, together 1; absent means 0"
    )

    @field_validator("id")
    @classmethod
    def _is_free(cls, value: str) -> str:
        if value in {p.profile_id for p in BUILT_IN}:
            raise ValueError("a built-in profile has this id; choose another")
        return value

    @field_validator("weights")
    @classmethod
    def _is_on_the_grid(cls, value: dict[Criterion, float]) -> dict[Criterion, float]:
        to_milliweights(value)
        return value


class Profile(ProfileBase, table=True):
    """The table of the catalogue's own profiles; the built-in ones are code."""

    id: str = Field(primary_key=True)
    revision: int = Field(foreign_key="revision.number", index=True)


class ProfileWeight(SQLModel, table=True):
    """The table of weights, in whole thousandths."""

    __tablename__ = "profile_weight"
    __table_args__ = (
        CheckConstraint(one_of("criterion", Criterion), name="criterion"),
        CheckConstraint("milliweight BETWEEN 0 AND 1000", name="milliweight"),
    )

    profile_id: str = Field(foreign_key="profile.id", primary_key=True, ondelete="CASCADE")
    criterion: Criterion = Field(primary_key=True, sa_type=String)
    milliweight: int


class ProfilePublic(ProfileBase):
    """A profile as the API gives it."""

    version: int = Field(
        description="Grows when the weights change", schema_extra={"examples": [1]}
    )
    built_in: bool = Field(description="Whether it comes with the service")
    weights: dict[Criterion, float] = Field(
        description="Weight of each criterion, in [0, 1]; together 1",
        schema_extra={"examples": [_WEIGHTS_EXAMPLE]},
    )
