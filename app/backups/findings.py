"""What a verification found: each thing that differs, by its place."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

# Findings of one kind that are spelt out.
MOST_NAMED = 20
# Told how many things were looked at.
OnStep = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    place: str
    detail: str


@dataclass(slots=True)
class Findings:
    """All of them: the first ones of each kind of check, and how many there are."""

    named: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, check: str, place: str, detail: str) -> None:
        """Notes one that a check found."""
        self.counts[check] += 1
        if self.counts[check] <= MOST_NAMED:
            self.named.append(Finding(place, detail))

    @property
    def unnamed(self) -> int:
        """How many are not spelt out."""
        return self.counts.total() - len(self.named)
