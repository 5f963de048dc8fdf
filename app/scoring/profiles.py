"""Profiles: sets of criterion weights on an exact grid, and the built-in ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.scoring.assessment import CRITERIA, Criterion

# Weights are whole millionths, so that every product with a value is exact.
WEIGHT_STEPS = 1_000_000
# Those of stored profiles are whole thousandths: people write them.
PROFILE_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of weights: `microweights` follows `CRITERIA`, each 0 or more, together 1,000,000.

    One of a caller's own has the id "" and the version 0.
    """

    profile_id: str
    version: int
    name: str
    description: str
    microweights: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.microweights) != len(CRITERIA) or min(self.microweights) < 0:
            raise ValueError("microweights must be one non-negative number a criterion")
        if sum(self.microweights) != WEIGHT_STEPS:
            raise ValueError("microweights must add up to 1,000,000")

    @property
    def weights(self) -> dict[Criterion, float]:
        """Weight of each criterion, in [0, 1], together 1."""
        return {c: m / WEIGHT_STEPS for c, m in zip(CRITERIA, self.microweights, strict=True)}


def own_weights(weights: Mapping[Criterion, float]) -> Profile:
    """A caller's own weights, any non-negative numbers, as shares of their sum.

    Shares are rounded to millionths by the largest remainder, so that they add up to exactly 1.
    Raises ValueError for a negative or infinite weight, or if all are 0.
    """
    given = [Decimal(str(weights.get(c, 0))) for c in CRITERIA]
    if any(not g.is_finite() or g < 0 for g in given):
        raise ValueError("weights must be non-negative numbers")
    total = sum(Fraction(g) for g in given)
    if not total:
        raise ValueError("weights must not all be 0")
    shares = [Fraction(g) * WEIGHT_STEPS / total for g in given]
    micro = [int(share) for share in shares]
    missing = WEIGHT_STEPS - sum(micro)
    for i in sorted(range(len(micro)), key=lambda i: (micro[i] - shares[i], i))[:missing]:
        micro[i] += 1
    return Profile("", 0, "Own weights", "Weights that the caller gave.", tuple(micro))


def to_milliweights(weights: Mapping[Criterion, float]) -> tuple[int, ...]:
    """Whole thousandths from weights that are on that grid; an absent criterion weighs 0.

    Raises ValueError for a negative weight, one off the grid, or a sum that is not exactly 1.
    """
    exact = [Decimal(str(weights.get(c, 0.0))) * PROFILE_STEPS for c in CRITERIA]
    if any(not e.is_finite() or e < 0 or e != e.to_integral_value() for e in exact):
        raise ValueError("weights must be non-negative, in steps of 0.001")
    if sum(exact) != PROFILE_STEPS:
        raise ValueError("weights must add up to exactly 1")
    return tuple(int(e) for e in exact)


def stored_profile(
    profile_id: str, version: int, name: str, description: str, milliweights: tuple[int, ...]
) -> Profile:
    """A profile from weights in whole thousandths."""
    steps = WEIGHT_STEPS // PROFILE_STEPS
    return Profile(profile_id, version, name, description, tuple(m * steps for m in milliweights))


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
