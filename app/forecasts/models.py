"""Shapes of forecast runs. A run is a record with one revision; it never changes."""

from datetime import date

import numpy as np
from pydantic import BaseModel, Field, model_validator

from app.coding.plover import EventType
from app.forecasting.calibration import Bin, Calibration
from app.forecasting.excitation import HALF_LIVES_DAYS, Excitation
from app.forecasting.runs import Kind, Run, Side, Wanted

# What runs of this version are made by, and can be read by.
MODEL = "entente-forecast/1"
# Figures are kept with so many digits.
DIGITS = 6
# How much of the past is learned from, in days, if nothing else is said.
DAYS = 730


class KindRecord(BaseModel):
    """One kind of event that the process tells apart."""

    event_type: EventType | None = Field(description="PLOVER event type; null: a bare statement")
    quad_class: int = Field(description="1, 2: verbal, material cooperation; 3, 4: such conflict")


class BinRecord(BaseModel):
    """Forecasts between two probabilities, and how often they came about."""

    begin: float = Field(description="Least probability of the bin")
    end: float = Field(description="Greatest probability of it")
    forecasts: int = Field(description="How many there were")
    mean: float = Field(description="Their mean")
    frequency: float = Field(description="Share of them that came about")
    low: float = Field(description="Low end of the 90 % interval of that share (Jeffreys)")
    high: float = Field(description="High end of it")


class CalibrationRecord(BaseModel):
    """How expected numbers become probabilities for one target, and how good these were.

    That is said of the very days that it was fitted to, so it is better than what to hope for.
    """

    event_type: EventType | None = Field(
        description="PLOVER event type; null: any cooperative event"
    )
    side: Side = Field(description="Who acts: actor, or either of the dyad")
    horizon_days: int = Field(description="Days ahead")
    intercept: float = Field(description="Of the logit")
    slope: float = Field(description="Weight of the logarithm of the expected number")
    share: float = Field(description="Weight of the logarithm of the share of past days")
    forecasts: int = Field(description="Forecasts that it was fitted to")
    came_about: int = Field(description="Those that came about")
    brier: float = Field(description="Brier score of these forecasts")
    brier_skill: float = Field(description="Against always saying how often it came about")
    auc: float | None = Field(description="Chance of the right order of two; null: undefined")
    bins: list[BinRecord] = Field(description="Their reliability")


class RunVersion(BaseModel):
    """As much of a run's record as every version of the service can read."""

    model: str = Field(description="Version of the model", examples=[MODEL])


class RunHead(RunVersion):
    """What decides which run is gone by on a day."""

    last_on: date = Field(description="Last day that it was learned from")


class RunRecord(RunHead):
    """What was learned of the feeds in one training."""

    first_on: date = Field(description="First day that it was learned from")
    events: int = Field(description="Acts that it was learned from, each once a day")
    dyads: int = Field(description="Ordered pairs of top-level actors that had any")
    data_revision: int = Field(description="Revision of the catalogue that it was learned from")
    half_lives_days: list[float | None] = Field(
        description="Half-lives of the past's effect; null: it stays"
    )
    kinds: list[KindRecord] = Field(description="Kinds of events, in the order of the figures")
    base: list[float] = Field(
        description="Expected events a day without any past, by kind, then by kind as suffered"
    )
    weights: list[list[list[float]]] = Field(
        description="By half-life, kind of a past event, kind: further events a day right after it"
    )
    calibrations: list[CalibrationRecord] = Field(description="Targets that can be forecast")

    @model_validator(mode="after")
    def _fits(self) -> "RunRecord":
        types, spans = 2 * len(self.kinds), len(self.half_lives_days)
        if self.half_lives_days != to_half_lives():
            raise ValueError("the half-lives are others")
        shapes = np.shape(self.base), np.shape(self.weights)
        if shapes != ((types,), (spans, types, types)):
            raise ValueError("figures and kinds do not fit together")
        if not (np.isfinite(self.weights).all() and np.min(self.weights) >= 0):
            raise ValueError("weights are below 0")
        if not (np.isfinite(self.base).all() and np.min(self.base) > 0):
            raise ValueError("a base is not above 0")
        return self

    def to_run(self) -> Run:
        """The run, ready to forecast."""
        kinds: tuple[Kind, ...] = tuple((k.event_type, k.quad_class) for k in self.kinds)
        return Run(
            kinds=kinds,
            first_day=self.first_on.toordinal(),
            last_day=self.last_on.toordinal(),
            excitation=Excitation(np.array(self.base), np.array(self.weights)),
            calibrations={
                Wanted(c.event_type or "", c.side, c.horizon_days): Calibration(
                    c.intercept,
                    c.slope,
                    c.share,
                    tuple(Bin(**b.model_dump()) for b in c.bins),
                )
                for c in self.calibrations
            },
        )


class RunUsed(BaseModel):
    """What a forecast was learned from."""

    id: str = Field(description="Id of the run", examples=["run-616"])
    first_on: date = Field(description="First day that it was learned from")
    last_on: date = Field(description="Last day that it was learned from")
    in_sample: bool = Field(
        description="Whether it was learned from days after the one asked for, as only a run that "
        "is named can be: then it is hindsight, no forecast"
    )


def to_used(run_id: str, run: Run, day: date) -> RunUsed:
    """A run as it is used for a day."""
    return RunUsed(
        id=run_id,
        first_on=date.fromordinal(run.first_day),
        last_on=date.fromordinal(run.last_day),
        in_sample=day.toordinal() < run.last_day,
    )


def to_half_lives() -> list[float | None]:
    """The half-lives, as JSON can say them."""
    return [None if np.isinf(days) else float(days) for days in HALF_LIVES_DAYS]


def shorten(value: float) -> float:
    """A figure with the digits that are kept."""
    return float(f"{value:.{DIGITS}g}")
