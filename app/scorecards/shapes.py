"""Shapes of the scorecard."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

Basis = Literal["served", "recomputed"]


class MeasuresPublic(BaseModel):
    """How well an order foresaw what came about; null where there is nothing to measure."""

    concordance: float | None = Field(
        description=(
            "Share of the pairs, of one that came about and one that did not, that were in the "
            "right order (area under the ROC curve); chance gives 0.5"
        ),
        examples=[0.63],
    )
    precision_at_k: float | None = Field(
        description="Share of the k best ranked that came about; chance gives the base rate"
    )
    mean_reciprocal_rank: float | None = Field(
        description="Mean of 1 over the place of the first that came about"
    )


class DayPublic(BaseModel):
    """One day's ranking and what became of it."""

    day: date = Field(description="The day of the ranking")
    resolved: int = Field(description="Proposals whose outcome is known")
    succeeded: int = Field(description="Those that came about within the horizon")
    pending: int = Field(description="Those that still can")
    ranking: MeasuresPublic = Field(description="How the ranking did")


class ScorecardPublic(BaseModel):
    """How past rankings did, beside a naive baseline."""

    basis: Basis = Field(
        description=(
            "served: rankings kept on their day; recomputed: rankings of past days by what is on "
            "record now, so with the hindsight of later editors"
        )
    )
    horizon_days: int = Field(description="Within how many days a proposal had to come about")
    k: int = Field(description="The k of precision_at_k")
    rankings: int = Field(description="How many rankings were looked at")
    resolved: int = Field(description="Ranked proposals, a day each, whose outcome is known")
    succeeded: int = Field(description="Those that were agreed or implemented within the horizon")
    pending: int = Field(description="Those whose horizon is not over; they are left out")
    base_rate: float | None = Field(description="succeeded / resolved; null when none is resolved")
    ranking: MeasuresPublic = Field(description="How the rankings did")
    baseline: MeasuresPublic = Field(
        description="How a naive order did: what moved last in its life cycle comes first"
    )
    days: list[DayPublic] = Field(description="Each ranking by itself")
    as_of: date = Field(description="The day up to which outcomes are known")
    revision: int = Field(description="Latest revision of the catalogue that it rests on")
