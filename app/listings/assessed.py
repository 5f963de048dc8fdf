"""Assessed proposals: what scores are made from, whatever the weights; those used last are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.heavy import in_steps
from app.recommendations.board import Board, Row, Scored, make_board
from app.recommendations.candidates import Candidate, to_candidate
from app.recommendations.dossier import Dossier
from app.recommendations.models import RankedProposal
from app.recommendations.present import reweigh, to_ranked
from app.scoring.assessment import Question
from app.scoring.criteria import assess
from app.scoring.profiles import Profile


@dataclass(slots=True)
class Assessed:
    """A candidate with its assessments, and its item by the weights that were asked for first."""

    candidate: Candidate
    row: Row
    item: RankedProposal | None = None

    def show(self, scored: Scored, question: Question, profile: Profile) -> RankedProposal:
        """Its item in a ranked list; the score and its parts follow from the profile."""
        if self.item is None:
            self.item = to_ranked(scored, question, profile)
            return self.item
        return reweigh(self.item, scored, profile)


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
