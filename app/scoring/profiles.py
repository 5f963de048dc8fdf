"""Profiles: sets of criterion weights on an exact grid, and the built-in ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.scoring.assessment import CRITERIA, Criterion

# Weights are whole thousandths, so that every product with a value is exact.
WEIGHT_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of weights: `milliweights` follows `CRITERIA`, each 0..1000, together 1000."""

    profile_id: str
    version: int
    name: str
    description: str
    milliweights: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.milliweights) != len(CRITERIA) or min(self.milliweights) < 0:
            raise ValueError("milliweights must be one non-negative number a criterion")
        if sum(self.milliweights) != WEIGHT_STEPS:
            raise ValueError("milliweights must add up to 1000")

    @property
    def weights(self) -> dict[Criterion, float]:
        """Weight of each criterion, in [0, 1], together 1."""
        return {c: m / WEIGHT_STEPS for c, m in zip(CRITERIA, self.milliweights, strict=True)}


def to_milliweights(weights: Mapping[Criterion, float]) -> tuple[int, ...]:
    """Whole thousandths from weights that are on that grid; an absent criterion weighs 0.

    Raises ValueError for a negative weight, one off the grid, or a sum that is not exactly 1.
    """
    exact = [Decimal(str(weights.get(c, 0.0))) * WEIGHT_STEPS for c in CRITERIA]
    if any(not e.is_finite() or e < 0 or e != e.to_integral_value() for e in exact):
        raise ValueError("weights must be non-negative, in steps of 0.001")
    if sum(exact) != WEIGHT_STEPS:
        raise ValueError("weights must add up to exactly 1")
    return tuple(int(e) for e in exact)


def _built_in(profile_id: str, name: str, description: str, **percents: int) -> Profile:
    steps = WEIGHT_STEPS // 100
    return Profile(
        profile_id, 1, name, description, tuple(percents.get(c, 0) * steps for c in CRITERIA)
    )


BALANCED = _built_in(
    "balanced",
    "Balanced",
    "No criterion dominates: what both sides gain and what stands in the way weigh most.",
    shared_priority=15,
    mutual_gain=20,
    tractability=15,
    momentum=10,
    timeliness=15,
    receptivity=10,
    precedent=5,
    backing=10,
)
QUICK_WIN = _built_in(
    "quick-win",
    "Quick win",
    "What can be had soon: few obstacles, a window that is open now, and a precedent.",
    shared_priority=5,
    mutual_gain=10,
    tractability=30,
    momentum=10,
    timeliness=25,
    receptivity=5,
    precedent=10,
    backing=5,
)
HIGH_IMPACT = _built_in(
    "high-impact",
    "High impact",
    "What changes most if it succeeds: gains for every principal in a field that matters to all.",
    shared_priority=30,
    mutual_gain=40,
    tractability=5,
    momentum=5,
    timeliness=5,
    receptivity=5,
    precedent=5,
    backing=5,
)
RELATIONSHIP_FIRST = _built_in(
    "relationship-first",
    "Relationship first",
    "What the relation can carry: momentum between the principals, receptivity and backing.",
    shared_priority=10,
    mutual_gain=10,
    tractability=10,
    momentum=25,
    timeliness=5,
    receptivity=20,
    precedent=5,
    backing=15,
)
BUILT_IN: tuple[Profile, ...] = (BALANCED, QUICK_WIN, HIGH_IMPACT, RELATIONSHIP_FIRST)
