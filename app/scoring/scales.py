"""The fixed scales: five-step levels, positions, openness, the Admiralty code and its widths."""

from collections.abc import Mapping
from typing import Literal, get_args

Level = Literal["none", "low", "moderate", "high", "very_high"]
Stance = Literal["opposes", "reluctant", "neutral", "favours", "champions"]
FactorStatus = Literal["open", "easing", "resolved"]
Reliability = Literal["A", "B", "C", "D", "E", "F"]
Basis = Literal["reported", "editorial"]

LEVEL_VALUES: Mapping[Level, float] = {
    "none": 0.0,
    "low": 0.25,
    "moderate": 0.5,
    "high": 0.75,
    "very_high": 1.0,
}
STANCE_VALUES: Mapping[Stance, float] = {
    "opposes": -1.0,
    "reluctant": -0.5,
    "neutral": 0.0,
    "favours": 0.5,
    "champions": 1.0,
}
OPENNESS: Mapping[FactorStatus, float] = {"open": 1.0, "easing": 0.5, "resolved": 0.0}

RELIABILITIES: tuple[Reliability, ...] = get_args(Reliability)
WORST_CREDIBILITY = 6
LOWEST_GRADE: tuple[Reliability, int] = ("F", WORST_CREDIBILITY)

# One step of the five-step scale is 0.25. The best grade (A1) leaves a quarter of a step either
# way; each grade lost, on either axis, adds an eighth of a step; the lowest (F6) leaves 1.5 steps.
BEST_HALF_WIDTH = 0.0625
HALF_WIDTH_PER_GRADE = 0.03125


def half_width(reliability: Reliability, credibility: int) -> float:
    """Half the width of a judged value's interval, in [0.0625, 0.375], for an Admiralty grade.

    `reliability` is A (completely reliable) to F (cannot be judged), `credibility` 1 (confirmed)
    to 6 (cannot be judged), as in the NATO system (AJP-2.1). Raises ValueError outside them.
    """
    if reliability not in RELIABILITIES:
        raise ValueError("reliability must be one of A to F")
    if not 1 <= credibility <= WORST_CREDIBILITY:
        raise ValueError("credibility must be 1 to 6")
    grades_lost = RELIABILITIES.index(reliability) + credibility - 1
    return BEST_HALF_WIDTH + HALF_WIDTH_PER_GRADE * grades_lost


def around(value: float, half: float, bottom: float = 0.0, top: float = 1.0) -> tuple[float, float]:
    """The interval of `half` either side of `value`, cut to [bottom, top]."""
    return max(bottom, value - half), min(top, value + half)
