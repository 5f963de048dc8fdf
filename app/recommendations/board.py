"""The board: the candidates of one question, assessed, scored and ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.heavy import in_steps
from app.recommendations.candidates import Candidate
from app.scoring.aggregate import Integers, Matrices, Scores, to_matrices
from app.scoring.assessment import Assessment, Question
from app.scoring.criteria import assess
from app.scoring.methods import Method, score
from app.scoring.profiles import Profile
from app.scoring.rank import competition_ranks, order_by_score

Row = tuple[Assessment, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its assessments, its score in exact units, and its rank."""

    candidate: Candidate
    assessments: Row
    units: int
    low_units: int
    high_units: int
    known_microweight: int
    rank: int


@dataclass(frozen=True, slots=True)
class Board:
    """Every candidate with its row of assessments, all in the same order, and what follows."""

    question: Question
    profile: Profile
    method: Method
    candidates: Sequence[Candidate]
    rows: Sequence[Row]
    matrices: Matrices
    scores: Scores
    ranks: Integers

    @property
    def ids(self) -> list[str]:
        """The ids of the proposals, in the order of the rows."""
        return [c.view.proposal_id for c in self.candidates]

    def ranked(self) -> list[Scored]:
        """Every candidate, best first; equal scores in the order of ids."""
        return [self.scored(i) for i in order_by_score(self.scores.units, self.ids)]

    def scored(self, row: int) -> Scored:
        """One candidate with its score and rank."""
        return Scored(
            candidate=self.candidates[row],
            assessments=self.rows[row],
            units=int(self.scores.units[row]),
            low_units=int(self.scores.low_units[row]),
            high_units=int(self.scores.high_units[row]),
            known_microweight=int(self.scores.known_microweights[row]),
            rank=int(self.ranks[row]),
        )

    def rescore(self, replaced: Mapping[int, Row]) -> tuple[Integers, Integers]:
        """Score units and ranks of all rows, were some of them these."""
        changed = list(replaced)
        new = to_matrices([replaced[row] for row in changed])
        matrices = Matrices(
            *(
                _replace_rows(old, changed, rows)
                for old, rows in (
                    (self.matrices.values, new.values),
                    (self.matrices.lows, new.lows),
                    (self.matrices.highs, new.highs),
                )
            )
        )
        units = score(self.method, matrices, self.profile).units
        return units, competition_ranks(units)


def _replace_rows(old: np.ndarray, changed: list[int], rows: np.ndarray) -> np.ndarray:
    copy = old.copy()
    copy[changed] = rows
    return copy


def make_board(
    candidates: Sequence[Candidate],
    question: Question,
    profile: Profile,
    method: Method = "weighted_sum",
    rows: Sequence[Row] | None = None,
) -> Board:
    """Assesses, scores and ranks the candidates; `rows` are their assessments, if at hand."""
    if rows is None:
        rows = [assess(c.view, question) for c in in_steps(candidates)]
    matrices = to_matrices(rows)
    scores = score(method, matrices, profile)
    ranks = competition_ranks(scores.units)
    return Board(question, profile, method, candidates, rows, matrices, scores, ranks)
