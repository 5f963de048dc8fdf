"""How sure ranks are: from a request to what is drawn, and from the draws to shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.errors import Fault, InvalidParameters
from app.rankings.models import RankShare, RobustnessPublic, SamplingPublic
from app.rankings.query import RobustnessFields
from app.recommendations.board import Board
from app.scoring.aggregate import Floats, Integers
from app.scoring.assessment import CRITERIA
from app.scoring.methods import counted, linear_parts
from app.scoring.profiles import WEIGHT_STEPS
from app.scoring.robustness import CLEAR_ORDER, Acceptability, Sampling, measure_acceptability

# Samples times proposals, at most: some seconds of one processor.
MAX_CELLS = 20_000_000
# Decimals of shares and weights that are told: more would be noise of the sampling.
DECIMALS = 4


@dataclass
class Sureness:
    """What was drawn for the items of one answer, and what was found."""

    sampling: SamplingPublic
    found: Acceptability

    def to_public(self, place: int) -> RobustnessPublic:
        """The robustness of the item at a place, from 0."""
        low, high = self._bands[place]
        central = self._central_weights[place]
        is_last = place + 1 == len(self._bands)
        wins = None if is_last else _round(self.wins[place, place + 1])
        return RobustnessPublic(
            first=_round(self._first[place]),
            top=_round(self._top[place]),
            ranks=[RankShare(rank=r, share=s) for r, s in self.found.shares(place).items()],
            expected_rank=_round(self._expected_ranks[place]),
            rank_low=int(low),
            rank_high=int(high),
            central_weights=None
            if np.isnan(central).any()
            else {c: _round(w) for c, w in zip(CRITERIA, central, strict=True)},
            wins_over_next=wins,
            clear_over_next=None if wins is None else wins >= CLEAR_ORDER,
        )

    @cached_property
    def wins(self) -> Floats:
        """Pairwise winning indices of the items, in their order."""
        return self.found.wins()

    @cached_property
    def _first(self) -> Floats:
        return self.found.top(1)

    @cached_property
    def _top(self) -> Floats:
        return self.found.top(self.sampling.top)

    @cached_property
    def _expected_ranks(self) -> Floats:
        return self.found.expected_ranks()

    @cached_property
    def _bands(self) -> Integers:
        return self.found.bands()

    @cached_property
    def _central_weights(self) -> Floats:
        return self.found.central_weights()


def _round(value: float) -> float:
    return round(float(value), DECIMALS)


def measure_sureness(board: Board, rows: Sequence[int], asked: RobustnessFields) -> Sureness:
    """Draws weights and values and ranks each time. Raises InvalidParameters if it is too much."""
    n = len(board.rows)
    if asked.samples * n > MAX_CELLS:
        detail = (
            f"{n} proposals are ranked; draw at most {MAX_CELLS // n} samples, or narrow the "
            "filters."
        )
        raise InvalidParameters((Fault("/query/samples", detail),))
    varies = board.method != "promethee_2" if asked.vary_values is None else asked.vary_values
    around = asked.weights_from == "profile"
    sampling = Sampling(
        samples=asked.samples,
        seed=asked.seed,
        concentration=asked.concentration if around else None,
        order=tuple(CRITERIA.index(c) for c in asked.order),
        varies_values=varies,
    )
    values = counted(board.matrices.values)
    parts = (values, board.matrices.lows, board.matrices.highs)
    if board.method == "promethee_2":
        flows = linear_parts(board.method, values)
        if flows is None:
            raise ValueError("promethee_2 has flows")
        parts = (flows, flows, flows)
    weights = np.array(board.profile.microweights) / WEIGHT_STEPS
    found = measure_acceptability(board.method, parts, weights, sampling, np.array(rows, np.int64))
    drawn = SamplingPublic(
        samples=asked.samples,
        seed=asked.seed,
        weights_from=asked.weights_from,
        concentration=sampling.concentration,
        order=asked.order,
        vary_values=varies,
        top=asked.top,
        standard_error=_round(found.standard_error),
    )
    return Sureness(drawn, found)
