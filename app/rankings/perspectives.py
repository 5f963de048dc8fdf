"""One proposal from every side: who gains most, who least, and where each would rank it."""

from dataclasses import replace

from app.errors import NotFound
from app.rankings.models import Gain, PerspectivePublic, PerspectivesPublic
from app.rankings.rank import find_loser, list_gains
from app.recommendations.board import Board, make_board
from app.recommendations.candidates import Filters, select_candidates
from app.recommendations.dossier import Dossier
from app.recommendations.present import to_meta
from app.recommendations.recommend import View, resolve_view
from app.scoring.aggregate import shown, to_points
from app.scoring.assessment import CRITERIA, JOINT


def show_perspectives(index: Dossier, id_or_slug: str, view: View) -> PerspectivesPublic:
    """The proposal as all principals together see it, and as each of them does. Raises NotFound."""
    proposal_id = index.get(id_or_slug).proposal_id
    profile, question = resolve_view(index, replace(view, perspective=JOINT))
    candidates = select_candidates(index, Filters(), question)
    row = next((n for n, c in enumerate(candidates) if c.view.proposal_id == proposal_id), None)
    if row is None:
        raise NotFound("proposal", not_on_record_that_day=True)
    seen = candidates[row].view
    boards = {
        perspective: make_board(candidates, replace(question, perspective=perspective), profile)
        for perspective in (JOINT, *seen.principals)
    }
    joint = boards[JOINT].rows[row]
    gains = list_gains(joint, question)
    most, least = _find_ends(gains)
    return PerspectivesPublic(
        proposal_id=proposal_id,
        slug=seen.slug,
        title=seen.title,
        perspectives=[_to_public(p, board, row, gains) for p, board in boards.items()],
        gains_most=most,
        gains_least=least,
        loser_id=find_loser(joint),
        total=len(candidates),
        meta=to_meta(index, question, profile),
    )


def _find_ends(gains: list[Gain]) -> tuple[Gain | None, Gain | None]:
    if len({g.value for g in gains}) < 2:
        return None, None
    return max(gains, key=lambda g: g.value), min(gains, key=lambda g: g.value)


def _to_public(perspective: str, board: Board, row: int, gains: list[Gain]) -> PerspectivePublic:
    scored = board.scored(row)
    priority = scored.assessments[CRITERIA.index("shared_priority")]
    names = board.question.world.names
    return PerspectivePublic(
        perspective=perspective,
        name="All principals together" if perspective == JOINT else names[perspective],
        score=to_points(scored.units),
        low=to_points(scored.low_units),
        high=to_points(scored.high_units),
        rank=scored.rank,
        gain=next((g.value for g in gains if g.actor_id == perspective), None),
        priority=shown(priority.value) if priority.known else None,
    )
