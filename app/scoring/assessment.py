"""What an assessment is: the value of one criterion, its interval, and what it rests on."""

from dataclasses import dataclass, field
from datetime import date
from math import nan
from typing import Literal, get_args

from app.scoring import facts

Criterion = Literal[
    "shared_priority",
    "mutual_gain",
    "tractability",
    "momentum",
    "timeliness",
    "receptivity",
    "precedent",
    "backing",
]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)

JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Input:
    """One record that a value rests on, as a number on that criterion's own scale.

    `dated_on` is the day it is of, which is the one its decay is counted from. A term of two
    records names the second in `other_refs`.
    """

    ref: str
    label: str
    value: float
    low: float
    high: float
    dated_on: date
    actor_id: str | None = None
    evidence: tuple[facts.Evidence, ...] = ()
    other_refs: tuple[str, ...] = ()

    @property
    def refs(self) -> tuple[str, ...]:
        """The references of all the records behind it."""
        return (self.ref, *self.other_refs)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The value of one criterion: `value` in [0, 1] or NaN; an unknown one spans [0, 1].

    `why` it is unknown is said where that can have several causes.
    """

    criterion: Criterion
    value: float
    low: float
    high: float
    inputs: tuple[Input, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    why: str | None = None

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value == self.value


@dataclass(frozen=True, slots=True)
class Question:
    """From which perspective, on which day, in which world a proposal is looked at.

    What is known is what was known on `day`; `clock` is the day that ages and windows are counted
    to, where that is another one.
    """

    world: facts.World
    day: date
    perspective: str = JOINT
    clock: date | None = None

    @property
    def today(self) -> date:
        """The day that ages and windows are counted to."""
        return self.clock or self.day


def unknown(criterion: Criterion) -> Assessment:
    """No value: it may lie anywhere in [0, 1]."""
    return Assessment(criterion, nan, 0.0, 1.0)
