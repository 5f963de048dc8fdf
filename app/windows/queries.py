"""Reading windows over all proposals."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from app.recommendations.candidates import Candidate
from app.scoring import facts
from app.scoring.facts import WindowState
from app.scoring.scales import LEVEL_VALUES
from app.windows.models import OpenWindow, ServedProposal

# Where a window with no known end stands in the order: after all others.
NO_END = "9999-12-31"


def list_windows(
    candidates: Sequence[Candidate], day: date, states: Sequence[WindowState]
) -> dict[str, OpenWindow]:
    """Windows in one of the states, by what orders them: closing day, opening day, title.

    What is the same window, by its days and its title, under several proposals is one here.
    """
    groups: dict[str, list[tuple[Candidate, facts.Window]]] = defaultdict(list)
    for candidate in candidates:
        for window in candidate.view.windows:
            if facts.window_state(window, day) in states:
                groups[to_key(window)].append((candidate, window))
    return {key: _to_public(groups[key], day) for key in sorted(groups)}


def to_key(window: facts.Window) -> str:
    """What names and orders a window among all."""
    closes_on = NO_END if window.closes_on is None else window.closes_on.isoformat()
    return f"{closes_on} {window.opens_on.isoformat()} {window.title}"


def _to_public(group: list[tuple[Candidate, facts.Window]], day: date) -> OpenWindow:
    _, window = max(group, key=lambda one: (LEVEL_VALUES[one[1].strength], one[1].ref))
    left = None if window.closes_on is None else (window.closes_on - day).days
    served = [_to_served(candidate, own) for candidate, own in group]
    return OpenWindow(
        title=window.title,
        reason=window.reason,
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        state=facts.window_state(window, day),
        days_left=left if left is not None and left >= 0 else None,
        proposals=sorted(served, key=lambda s: (s.id, s.ref)),
    )


def _to_served(candidate: Candidate, window: facts.Window) -> ServedProposal:
    return ServedProposal(
        id=candidate.view.proposal_id,
        slug=candidate.view.slug,
        title=candidate.view.title,
        status=candidate.view.transitions[-1].status,
        next_step=candidate.recorded.document.next_step,
        strength=window.strength,
        ref=window.ref,
    )
