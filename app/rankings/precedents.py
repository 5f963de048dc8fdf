"""Precedents: the earlier attempts that are nearest to a proposal."""

from app.proposals.similar import overlap
from app.rankings.models import PrecedentPublic
from app.recommendations.candidates import domains_of
from app.recommendations.dossier import Dossier
from app.scoring import facts
from app.scoring.assessment import Question

# How much domains, principals and form count in the nearness; together 1.
DOMAINS_SHARE, PRINCIPALS_SHARE, MECHANISM_SHARE = 0.4, 0.4, 0.2


def list_precedents(
    index: Dossier, view: facts.Proposal, question: Question, k: int
) -> list[PrecedentPublic]:
    """The `k` nearest attempts known on that day, the nearest and then the latest first."""
    found = [
        (_nearness(index, view, other, question), attempt, other)
        for other in (facts.view_as_of(r.fact, question.day) for r in index.proposals.read())
        for attempt in other.attempts
    ]
    found.sort(key=lambda one: (-one[0], -one[1].own_day.toordinal(), one[1].ref))
    return [
        PrecedentPublic(
            ref=attempt.ref,
            proposal_id=other.proposal_id,
            title=attempt.title,
            outcome=attempt.outcome,
            happened_on=attempt.own_day,
            reason=attempt.reason,
            nearness=nearness,
        )
        for nearness, attempt, other in found[:k]
        if nearness > 0
    ]


def _nearness(
    index: Dossier, one: facts.Proposal, other: facts.Proposal, question: Question
) -> float:
    if one.proposal_id == other.proposal_id:
        return 1.0
    mechanisms = {index.proposals[p.proposal_id].document.mechanism for p in (one, other)}
    domains = overlap(domains_of(one), domains_of(other))
    principals = overlap(_sides(one, question), _sides(other, question))
    is_same = len(mechanisms) == 1
    total = DOMAINS_SHARE * domains + PRINCIPALS_SHARE * principals + MECHANISM_SHARE * is_same
    return round(total, 3)


def _sides(view: facts.Proposal, question: Question) -> set[str]:
    return {question.world.lineage_of(p)[-1] for p in view.principals}
