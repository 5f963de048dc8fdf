"""The scorecard: what became of the proposals that past rankings put first."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlmodel import Session, col, select

from app.errors import Fault, InvalidParameters
from app.recommendations.dossier import Dossier
from app.scorecards.keep import rank_by_default
from app.scorecards.models import ServedRanking
from app.scorecards.shapes import Basis, DayPublic, MeasuresPublic, ScorecardPublic
from app.scoring import facts
from app.scoring.facts import Status
from app.scoring.scorecard import Outcome, concordance, precision_at, reciprocal_rank

# What a proposal can still come about from, and what it has then come to.
PENDING: frozenset[Status] = frozenset({"draft", "open", "negotiating"})
SUCCESSES: frozenset[Status] = frozenset({"agreed", "implemented"})
DECIMALS = 4
MAX_DAYS = 400
# Proposals times days that are scored again at most, so that an answer comes in seconds.
MAX_SCORED = 10_000


@dataclass(frozen=True, slots=True)
class ScorecardRequest:
    """Which rankings are looked at, and how."""

    basis: Basis
    first: date
    last: date
    step_days: int
    horizon_days: int
    k: int


@dataclass(frozen=True, slots=True)
class PastRanking:
    """One day's ranking: ids of proposals with their scores, best first."""

    day: date
    items: Sequence[tuple[str, float]]


def list_served(session: Session, request: ScorecardRequest) -> list[PastRanking]:
    """The rankings kept between two days, in their order."""
    query = (
        select(ServedRanking)
        .where(col(ServedRanking.day) >= request.first, col(ServedRanking.day) <= request.last)
        .order_by(col(ServedRanking.day))
    )
    kept = session.exec(query).all()[:: request.step_days]
    return [PastRanking(row.day, [(i, s) for i, s in json.loads(row.items)]) for row in kept]


def recompute(index: Dossier, request: ScorecardRequest) -> list[PastRanking]:
    """What the rankings of past days are by what is on record now.

    Raises InvalidParameters if that is too much work for one answer.
    """
    most = max(1, MAX_SCORED // max(1, len(index.proposals)))
    if (request.last - request.first).days // request.step_days >= most:
        detail = f"At most {most} rankings of this catalogue can be recomputed; take larger steps."
        raise InvalidParameters((Fault("/query/step_days", detail),))
    days = (request.last - request.first).days
    return [
        PastRanking(day, rank_by_default(index.snapshot, day))
        for n in range(0, days + 1, request.step_days)
        for day in (request.first + timedelta(days=n),)
    ]


def report(
    index: Dossier, rankings: Sequence[PastRanking], request: ScorecardRequest, today: date
) -> ScorecardPublic:
    """Measures rankings against the life cycles on record, beside a naive baseline and chance."""
    judged = [_judge(index, ranking, request, today) for ranking in rankings]
    ranked = [day.by_score for day in judged]
    naive = [day.by_latest_move for day in judged]
    every = [o for outcomes in ranked for o in outcomes]
    succeeded = sum(o.succeeded for o in every)
    rate = None if not every else round(succeeded / len(every), DECIMALS)
    return ScorecardPublic(
        basis=request.basis,
        horizon_days=request.horizon_days,
        k=request.k,
        rankings=len(rankings),
        resolved=len(every),
        succeeded=succeeded,
        pending=sum(day.pending for day in judged),
        base_rate=rate,
        ranking=_measure(ranked, request.k),
        baseline=_measure(naive, request.k),
        days=[_to_day(day, request.k) for day in judged],
        as_of=today,
        revision=index.revision,
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """One day's outcomes, ranked by score and by the naive baseline, and how many are open."""

    day: date
    by_score: list[Outcome]
    by_latest_move: list[Outcome]
    pending: int


def _judge(index: Dossier, ranking: PastRanking, request: ScorecardRequest, today: date) -> _Judged:
    end = ranking.day + timedelta(days=request.horizon_days)
    by_score, by_move, pending = [], [], 0
    for view, then, score in _list_then(index, ranking, today):
        succeeded = _succeeded(view, ranking.day, end)
        if not succeeded and end > today:
            pending += 1
            continue
        by_score.append(Outcome(-score, succeeded))
        by_move.append(Outcome(-then.transitions[-1].own_day.toordinal(), succeeded))
    return _Judged(ranking.day, by_score, by_move, pending)


def _list_then(
    index: Dossier, ranking: PastRanking, today: date
) -> Iterator[tuple[facts.Proposal, facts.Proposal, float]]:
    """The ranked proposals that had not come about then: as they are today, and as they were."""
    for proposal_id, score in ranking.items:
        recorded = index.proposals.get(proposal_id)
        if recorded is not None:
            then = facts.view_as_of(recorded.fact, ranking.day)
            if then.status in PENDING:
                yield facts.view_as_of(recorded.fact, today), then, score


def _succeeded(view: facts.Proposal, day: date, end: date) -> bool:
    return any(t.status in SUCCESSES and day < t.own_day <= end for t in view.transitions)


def _measure(days: Sequence[Sequence[Outcome]], k: int) -> MeasuresPublic:
    pairs = [concordance(outcomes) for outcomes in days]
    firsts = [precision_at(k, outcomes) for outcomes in days if outcomes]
    reciprocals = [r for outcomes in days if (r := reciprocal_rank(outcomes)) is not None]
    return MeasuresPublic(
        concordance=_ratio(sum((w for w, _ in pairs), Fraction(0)), sum(n for _, n in pairs)),
        precision_at_k=_ratio(Fraction(sum(g for g, _ in firsts)), sum(n for _, n in firsts)),
        mean_reciprocal_rank=_ratio(sum(reciprocals, Fraction(0)), len(reciprocals)),
    )


def _ratio(part: Fraction, whole: int) -> float | None:
    return round(float(part / whole), DECIMALS) if whole else None


def _to_day(day: _Judged, k: int) -> DayPublic:
    return DayPublic(
        day=day.day,
        resolved=len(day.by_score),
        succeeded=sum(o.succeeded for o in day.by_score),
        pending=day.pending,
        ranking=_measure([day.by_score], k),
    )
