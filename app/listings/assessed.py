"""Assessed proposals: what scores are made from, whatever the weights; those used last are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.heavy import in_steps
from app.recommendations.board import Board, Row, make_board
from app.recommendations.candidates import Candidate, to_candidate
from app.recommendations.dossier import Dossier
from app.recommendations.render import Parts
from app.scoring.assessment import Question
from app.scoring.criteria import assess
from app.scoring.profiles import Profile


@dataclass(slots=True)
class Assessed:
    """A candidate with its assessments, and the parts of its item once it was asked for."""

    candidate: Candidate
    row: Row
    parts: Parts | None = None


def assess_some(ids: Sequence[str], dossier: Dossier, question: Question) -> dict[str, Assessed]:
    """Those of these proposals that were on record on the day of the question, by id."""
    found = {}
    for recorded in in_steps(dossier.proposals.read(ids)):
        candidate = to_candidate(recorded, question)
        if candidate is not None:
            row = assess(candidate.view, question)
            found[candidate.view.proposal_id] = Assessed(candidate, row)
    return found


def to_board(assessed: Sequence[Assessed], question: Question, profile: Profile) -> Board:
    """Their board, in their order."""
    rows = [each.row for each in assessed]
    return make_board([each.candidate for each in assessed], question, profile, rows=rows)
