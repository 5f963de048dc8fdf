"""The use case: one ranking, how sure it is, what would change it, how to have it again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np

from app.errors import Fault, InvalidParameters
from app.heavy import in_steps, join_items
from app.listings.assessed import Assessed, to_board
from app.listings.best import find_best
from app.listings.index import RankingIndex
from app.listings.page import select
from app.rankings.alternatives import Alternatives
from app.rankings.models import (
    Gain,
    MethodPublic,
    PairwiseWins,
    RankingItem,
    RankingPublic,
    SwapPointPublic,
)
from app.rankings.query import RankingRequest, to_permalink
from app.rankings.sureness import Sureness, measure_sureness
from app.recommendations.board import Board, Scored, make_board
from app.recommendations.candidates import (
    Filters,
    check_filters,
    select_candidates,
)
from app.recommendations.dossier import Dossier
from app.recommendations.present import to_meta, to_ranked
from app.recommendations.recommend import View, reaches, resolve_view
from app.recommendations.render import cut, fill
from app.scoring.aggregate import Floats, shown
from app.scoring.assessment import CRITERIA, Assessment, Question
from app.scoring.methods import FACTS, counted, linear_parts
from app.scoring.profiles import BALANCED, WEIGHT_STEPS, Profile, own_weights
from app.scoring.rank import order_by_score
from app.scoring.sensitivity import SwapPoint, nearest_swap

# Above it a principal's gain is larger than its cost.
BREAK_EVEN = 0.5
# Proposals that counterfactuals may score again at most, so that an answer comes in seconds.
MAX_RESCORED = 200
NO_SWAP_POINTS = "Swap points are not given: the scores of topsis are no weighted sum of anything."
TOO_MANY = (
    f"Counterfactuals are given for rankings of up to {MAX_RESCORED} proposals; narrow the filters."
)


def rank(
    found: RankingIndex, request: RankingRequest, matching_revisions: frozenset[int] | None = None
) -> RankingPublic:
    """Ranks what the request asks for. Raises UnknownReference and InvalidParameters.

    Ranks are over everything that passes the filters, whatever the least score and the limit. The
    index is of the day asked for; everything that it finds is assessed anew.
    """
    index = found.read()
    profile, question = resolve(index, request, found.view.day)
    filters = to_filters(request, matching_revisions)
    check_filters(index.world, filters)
    candidates = select_candidates(index, filters, question, list_ids(found, filters))
    board = make_board(candidates, question, profile, request.method)
    kept = [row for row in order_rows(board) if _is_wanted(board.scored(row), request)]
    page = kept[: request.limit]
    sureness = measure_sureness(board, page, request) if request.robustness else None
    items = _Items(board, request, page, sureness, _alternatives(board, index, request))
    made = [items.to_item(place) for place in in_steps(range(len(page)))]
    answer = items.to_answer(index, len(kept), made)
    return (
        answer
        if sureness is None
        else answer.model_copy(
            update={"sampling": sureness.sampling, "pairwise": _to_pairwise(board, page, sureness)}
        )
    )


def rank_best(
    index: RankingIndex, request: RankingRequest, matching_revisions: frozenset[int] | None = None
) -> str:
    """The same of a request that asks for scores alone, as JSON, from the values in the index.

    The index is of the day and the perspective asked for.
    """
    dossier = index.read()
    profile, question = resolve(dossier, request, index.view.day)
    filters = to_filters(request, matching_revisions)
    check_filters(index, filters)
    best = find_best(index, profile, filters, request.limit, request.min_score)
    assessed = index.assess(best.rows)
    board = replace(to_board(assessed, question, profile), ranks=np.array(best.ranks))
    items = _Items(board, request, range(len(assessed)), None, None)
    written = (items.write(row, each) for row, each in enumerate(in_steps(assessed)))
    return join_items(written, items.to_answer(dossier, best.total, []))


def asks_for_scores_alone(request: RankingRequest) -> bool:
    """Whether nothing is asked for that needs all assessments at hand."""
    return request.method == "weighted_sum" and not (
        request.robustness
        or request.swap_points
        or request.counterfactuals
        or request.good_for_all_but_one
    )


_METHOD_FIELDS = ("method", "meaning", "contributions", "can_reverse_ranks", "published_in")


def resolve(index: Dossier, request: RankingRequest, today: date) -> tuple[Profile, Question]:
    """The weights and the question of a request. Raises UnknownReference."""
    profile_id = request.profile or BALANCED.profile_id
    view = View(request.as_of or today, profile_id, request.perspective)
    profile, question = resolve_view(index, view)
    return (own_weights(request.weights) if request.weights else profile), question


def list_ids(index: RankingIndex, filters: Filters) -> list[str] | None:
    """The ids of the proposals that pass the filters, in order; None if all do."""
    rows = select(index, filters)
    return None if rows is None else sorted(index.table.ids[row] for row in rows)


def to_filters(request: RankingRequest, matching_revisions: frozenset[int] | None) -> Filters:
    """Which proposals a request asks for."""
    return Filters(
        domains=tuple(request.domain),
        actors=tuple(request.actor),
        actor_match=request.actor_match,
        statuses=tuple(request.status),
        mechanisms=tuple(request.mechanism),
        matching_revisions=matching_revisions,
    )


def order_rows(board: Board) -> list[int]:
    """The rows of a board from the best down."""
    return order_by_score(board.scores.units, board.ids)


def _is_wanted(scored: Scored, request: RankingRequest) -> bool:
    if not reaches(scored, request.min_score):
        return False
    return not request.good_for_all_but_one or find_loser(scored.assessments) is not None


def _alternatives(board: Board, index: Dossier, request: RankingRequest) -> Alternatives | None:
    if not request.counterfactuals:
        return None
    if len(board.rows) > MAX_RESCORED:
        raise InvalidParameters((Fault("/query/counterfactuals", TOO_MANY),))
    return Alternatives.of(board, index)


def _list_notes(request: RankingRequest) -> list[str]:
    return [NO_SWAP_POINTS] if request.swap_points and request.method == "topsis" else []


def _to_pairwise(board: Board, page: Sequence[int], sureness: Sureness) -> PairwiseWins:
    ids = board.ids
    return PairwiseWins(ids=[ids[row] for row in page], wins=sureness.wins.tolist())


def list_gains(assessments: Sequence[Assessment], question: Question) -> list[Gain]:
    """What each principal gains net of cost, where it is judged."""
    mutual_gain = assessments[CRITERIA.index("mutual_gain")]
    return [
        Gain(
            actor_id=entry.actor_id,
            name=question.world.names.get(entry.actor_id, entry.actor_id),
            value=shown(entry.value),
        )
        for entry in mutual_gain.inputs
        if entry.actor_id is not None
    ]


def find_loser(assessments: Sequence[Assessment]) -> str | None:
    """The one principal that loses, net of cost, where all the others gain."""
    mutual_gain = assessments[CRITERIA.index("mutual_gain")]
    losing = [entry.actor_id for entry in mutual_gain.inputs if entry.value < BREAK_EVEN]
    gaining = [entry for entry in mutual_gain.inputs if entry.value > BREAK_EVEN]
    everyone = len(mutual_gain.inputs) == len(gaining) + 1 and not mutual_gain.missing
    return losing[0] if len(losing) == 1 and gaining and everyone else None


@dataclass
class _Items:
    """Makes the items of an answer; `page` holds their rows, best first."""

    board: Board
    request: RankingRequest
    page: Sequence[int]
    sureness: Sureness | None
    alternatives: Alternatives | None

    def to_answer(self, index: Dossier, total: int, items: list[RankingItem]) -> RankingPublic:
        """The answer, but for what was drawn."""
        board, request = self.board, self.request
        known_at = None if index.known_at is None else index.known_at.isoformat()
        facts = FACTS[request.method]
        return RankingPublic(
            items=items,
            total=total,
            method=MethodPublic(**{f: getattr(facts, f) for f in _METHOD_FIELDS}),
            sampling=None,
            pairwise=None,
            notes=_list_notes(request),
            permalink=to_permalink(
                request, as_of=board.question.day.isoformat(), known_at=known_at
            ),
            meta=to_meta(index, board.question, board.profile, request.method),
        )

    def to_item(self, place: int) -> RankingItem:
        """One item with all that was asked for."""
        board, row = self.board, self.page[place]
        scored = board.scored(row)
        return RankingItem(
            **dict(to_ranked(scored, board.question, board.profile, board.method)),
            gains=list_gains(board.rows[row], board.question),
            loser_id=find_loser(board.rows[row]),
            robustness=None if self.sureness is None else self.sureness.to_public(place),
            swap_with_next=self._swap(row, self._next_of[row]) if row in self._next_of else None,
            most_sensitive=self._swap(row, None),
            counterfactuals=None if self.alternatives is None else self.alternatives.list_of(row),
        )

    def write(self, place: int, assessed: Assessed) -> str:
        """One item as JSON, of which the parts that weights leave alone are kept."""
        if assessed.parts is None:
            assessed.parts = cut(self.to_item(place))
        return fill(assessed.parts, self.board.scored(self.page[place]), self.board.profile)

    @cached_property
    def _next_of(self) -> dict[int, int]:
        """The row that follows each in the whole ranking; the last has none."""
        return dict(pairwise(order_rows(self.board)))

    @cached_property
    def _parts(self) -> Floats | None:
        if not self.request.swap_points:
            return None
        return linear_parts(self.board.method, counted(self.board.matrices.values))

    def _swap(self, row: int, other: int | None) -> SwapPointPublic | None:
        if self._parts is None:
            return None
        weights = np.array(self.board.profile.microweights) / WEIGHT_STEPS
        found = nearest_swap(self._parts, weights, row, other)
        return None if found is None else self._to_swap_point(found)

    def _to_swap_point(self, found: SwapPoint) -> SwapPointPublic:
        other = self.board.candidates[found.row].view
        return SwapPointPublic(
            criterion=CRITERIA[found.column],
            weight=found.weight,
            swap_weight=found.swap_weight,
            change=found.change,
            with_id=other.proposal_id,
            with_slug=other.slug,
        )
