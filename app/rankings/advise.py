"""What an actor should propose next, to whom, and why now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.errors import UnknownReference
from app.rankings.alternatives import Alternatives
from app.rankings.models import (
    AdviceItem,
    AdvicePublic,
    Diversification,
    ObstaclePublic,
    PassedOver,
)
from app.rankings.precedents import list_precedents
from app.rankings.query import RankingRequest
from app.rankings.rank import order_rows, resolve
from app.rankings.sureness import Sureness, measure_sureness
from app.recommendations.board import Board, make_board
from app.recommendations.candidates import Filters, check_filters, select_candidates, suggest
from app.recommendations.dossier import Dossier
from app.recommendations.present import to_meta, to_reason, to_scored_header, to_window
from app.scoring import facts
from app.scoring.aggregate import to_points
from app.scoring.evidence import mix_evidence
from app.scoring.explain import Reason, explain
from app.scoring.facts import Status
from app.scoring.profiles import WEIGHT_STEPS
from app.scoring.scales import LEVEL_VALUES
from app.sources.present import to_evidence

# Where there is something left to propose: nothing is agreed, done or given up.
ACTIONABLE: tuple[Status, ...] = ("draft", "open", "negotiating")
Vary = Literal["domain", "counterpart"]


@dataclass(frozen=True, slots=True)
class AdviceRequest:
    """Who asks, for proposals to whom and about what, and how the answer is made."""

    actor: str
    ranking: RankingRequest
    counterparts: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    vary: Vary | None = None
    at_most: int = 2
    precedents: int = 3


def advise(index: Dossier, request: AdviceRequest, today: date) -> AdvicePublic:
    """Ranks what the actor could propose, from its own perspective. Raises UnknownReference."""
    _check_actors(index, request)
    profile, question = resolve(index, request.ranking, today)
    filters = Filters(domains=request.domains, statuses=ACTIONABLE)
    check_filters(index.world, filters)
    candidates = [
        c
        for c in select_candidates(index, filters, question)
        if _is_between(c.view, question.world, request)
    ]
    board = make_board(candidates, question, profile)
    kept, diversification = _diversify(board, request)
    page = kept[: request.ranking.limit]
    sureness = measure_sureness(board, page, request.ranking)
    adviser = _Adviser(index, board, request, sureness, Alternatives.of(board, index))
    return AdvicePublic(
        items=[adviser.to_item(place, row) for place, row in enumerate(page)],
        total=len(candidates),
        actionable=list(ACTIONABLE),
        diversification=diversification,
        sampling=sureness.sampling,
        meta=to_meta(index, question, profile),
    )


def _check_actors(index: Dossier, request: AdviceRequest) -> None:
    named = [("actor", request.actor), *(("counterpart", c) for c in request.counterparts)]
    for parameter, actor_id in named:
        if actor_id not in index.world.names:
            suggestions = suggest(actor_id, index.world.names)
            raise UnknownReference("actor", f"/query/{parameter}", suggestions)


def _is_between(view: facts.Proposal, world: facts.World, request: AdviceRequest) -> bool:
    """Whether the actor is a principal and every counterpart asked for is one of the others."""
    own = [p for p in view.principals if request.actor in world.lineage_of(p)]
    others = {above for p in view.principals if p not in own for above in world.lineage_of(p)}
    return bool(own) and set(request.counterparts) <= others


def _diversify(board: Board, request: AdviceRequest) -> tuple[list[int], Diversification | None]:
    """The rows from the best down, with at most so many of one domain or counterpart."""
    order = order_rows(board)
    if request.vary is None:
        return order, None
    taken: Counter[str] = Counter()
    kept, passed_over = [], []
    for row in order:
        view = board.candidates[row].view
        full = [v for v in _values(board, row, request) if taken[v] >= request.at_most]
        if full:
            passed = PassedOver(
                id=view.proposal_id, slug=view.slug, rank=int(board.ranks[row]), value=full[0]
            )
            passed_over.append(passed)
        else:
            kept.append(row)
            taken.update(_values(board, row, request))
    return kept, Diversification(by=request.vary, at_most=request.at_most, passed_over=passed_over)


def _values(board: Board, row: int, request: AdviceRequest) -> list[str]:
    view, world = board.candidates[row].view, board.question.world
    if request.vary == "domain":
        return [facts.domain_lineage(view.domain_ids[0])[-1]]
    return sorted({world.lineage_of(p)[-1] for p in _others(view, world, request.actor)})


def _others(view: facts.Proposal, world: facts.World, actor_id: str) -> list[str]:
    return [p for p in view.principals if actor_id not in world.lineage_of(p)]


@dataclass(frozen=True)
class _Adviser:
    """Makes the items of one answer."""

    index: Dossier
    board: Board
    request: AdviceRequest
    sureness: Sureness
    alternatives: Alternatives

    def to_item(self, place: int, row: int) -> AdviceItem:
        board, scored = self.board, self.board.scored(row)
        view, question = scored.candidate.view, board.question
        reasons = explain(view, scored.assessments, question, board.profile)
        window = to_window(scored, question)
        against = mix_evidence(view, scored.assessments).strongest_against
        return AdviceItem(
            **dict(to_scored_header(scored, question)),
            position=place + 1,
            rank=scored.rank,
            score=to_points(scored.units),
            low=to_points(scored.low_units),
            high=to_points(scored.high_units),
            coverage=scored.known_microweight / WEIGHT_STEPS,
            to=_others(view, question.world, self.request.actor),
            days_left=None if window is None else window.days_left,
            why_now=[to_reason(r) for r in _pick_why_now(reasons)],
            in_the_way=self._list_obstacles(row),
            against=[to_reason(r) for r in _pick(reasons, "against")],
            evidence_against=None if against is None else to_evidence(against),
            robustness=self.sureness.to_public(place),
            precedents=list_precedents(self.index, view, question, self.request.precedents),
        )

    def _list_obstacles(self, row: int) -> list[ObstaclePublic]:
        factors = {f.ref: f for f in self.board.candidates[row].view.factors}
        found = [
            ObstaclePublic(
                ref=one.ref,
                title=one.label,
                severity=factors[one.ref].severity,
                status=facts.factor_status(factors[one.ref]),
                score_if_resolved=one.score,
                rank_if_resolved=one.rank,
            )
            for one in self.alternatives.list_resolved(row)
        ]
        return sorted(found, key=lambda o: (-LEVEL_VALUES[o.severity], o.ref))


def _pick_why_now(reasons: Sequence[Reason]) -> list[Reason]:
    """What timing there is, whichever way it speaks, then all that speaks for it."""
    timing = [r for r in reasons if r.criterion == "timeliness"]
    return [*timing, *(r for r in _pick(reasons, "for") if r not in timing)]


def _pick(reasons: Sequence[Reason], effect: str) -> list[Reason]:
    return [r for r in reasons if r.effect == effect]
