"""The life cycle of a proposal: which status may follow which. Pure."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from app.scoring.facts import Status

# A proposal may enter the record at any stage; from there on, each step must be one of these.
# What needs no agreement, such as a visit, may go straight to being done.
NEXT: dict[Status, tuple[Status, ...]] = {
    "draft": ("open", "rejected", "superseded"),
    "open": ("negotiating", "agreed", "implemented", "rejected", "lapsed", "superseded"),
    "negotiating": ("open", "agreed", "implemented", "rejected", "lapsed", "superseded"),
    "agreed": ("negotiating", "implemented", "lapsed", "superseded"),
    "implemented": ("lapsed", "superseded"),
    "rejected": ("open", "superseded"),
    "lapsed": ("open", "negotiating", "superseded"),
    "superseded": (),
}
Step = tuple[date, Status]


def find_illegal(steps: Sequence[Step]) -> tuple[Status, Status] | None:
    """The first two statuses, in the order of days, that may not follow each other, if any."""
    ordered = [status for _, status in sorted(steps, key=lambda step: step[0])]
    for before, after in pairwise(ordered):
        if after not in NEXT[before]:
            return before, after
    return None


def say_legal(before: Status) -> str:
    """The statuses that may follow one, in words."""
    legal = NEXT[before]
    return f"after {before} may come {', '.join(legal)}" if legal else f"{before} is final"
