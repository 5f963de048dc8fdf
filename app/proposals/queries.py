"""Reading proposals with all their parts, a fixed number of queries for any number of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlmodel import Session, col, select

from app.proposals.models import Proposal, ProposalDomain
from app.proposals.parts import (
    Attempt,
    Factor,
    Judgement,
    Participant,
    Position,
    Transition,
    Window,
)
from app.scoring import facts
from app.sources.queries import Claims


@dataclass(frozen=True, slots=True)
class Recorded:
    """A proposal: its row, and all that is on record about it as facts."""

    row: Proposal
    fact: facts.Proposal


def find_proposal_id(session: Session, slug: str) -> str | None:
    """The id of the proposal with this slug, if there is one."""
    return session.exec(select(Proposal.id).where(Proposal.slug == slug)).first()


class _Part(Protocol):
    proposal_id: str


Part = TypeVar("Part", bound=_Part)


def _by_proposal(rows: Iterable[Part]) -> dict[str, list[Part]]:
    groups: dict[str, list[Part]] = defaultdict(list)
    for row in rows:
        groups[row.proposal_id].append(row)
    return groups


def list_recorded(session: Session, claims: Claims) -> list[Recorded]:
    """Every proposal with all its parts, by id; `claims` holds the evidence under them."""
    rows = session.exec(select(Proposal).order_by(col(Proposal.id))).all()
    domains = _by_proposal(
        session.exec(select(ProposalDomain).order_by(col(ProposalDomain.position))).all()
    )
    participants = _by_proposal(
        session.exec(select(Participant).order_by(col(Participant.position))).all()
    )
    transitions = _by_proposal(
        session.exec(select(Transition).order_by(col(Transition.happened_on))).all()
    )
    judgements = _by_proposal(session.exec(select(Judgement).order_by(col(Judgement.id))).all())
    factors = _by_proposal(session.exec(select(Factor).order_by(col(Factor.id))).all())
    windows = _by_proposal(session.exec(select(Window).order_by(col(Window.id))).all())
    attempts = _by_proposal(session.exec(select(Attempt).order_by(col(Attempt.id))).all())
    positions = _by_proposal(session.exec(select(Position).order_by(col(Position.id))).all())
    return [
        Recorded(
            row,
            facts.Proposal(
                proposal_id=row.id,
                slug=row.slug,
                title=row.title,
                domain_ids=tuple(d.domain_id for d in domains[row.id]),
                participants=tuple(
                    facts.Participant(p.actor_id, p.role, p.joined_on) for p in participants[row.id]
                ),
                obstacles_reviewed_on=row.obstacles_reviewed_on,
                transitions=_transitions(transitions[row.id], claims),
                judgements=_judgements(judgements[row.id], claims),
                factors=_factors(factors[row.id], claims),
                windows=_windows(windows[row.id], claims),
                attempts=_attempts(attempts[row.id], claims),
                positions=_positions(positions[row.id], claims),
            ),
        )
        for row in rows
    ]


def _transitions(rows: Sequence[Transition], claims: Claims) -> tuple[facts.Transition, ...]:
    return tuple(
        facts.Transition(
            ref=f"transition:{r.id}",
            status=r.status,
            own_day=r.happened_on,
            reason=r.reason,
            evidence=claims.get(("transition", r.id), ()),
        )
        for r in rows
    )


def _judgements(rows: Sequence[Judgement], claims: Claims) -> tuple[facts.Judgement, ...]:
    return tuple(
        facts.Judgement(
            ref=f"judgement:{r.id}",
            actor_id=r.actor_id,
            measure=r.measure,
            level=r.level,
            basis=r.basis,
            rationale=r.rationale,
            own_day=r.judged_on,
            evidence=claims.get(("judgement", r.id), ()),
        )
        for r in rows
    )


def _factors(rows: Sequence[Factor], claims: Claims) -> tuple[facts.Factor, ...]:
    return tuple(
        facts.Factor(
            ref=f"factor:{r.id}",
            kind=r.kind,
            title=r.title,
            severity=r.severity,
            basis=r.basis,
            own_day=r.since_on,
            easing_on=r.easing_on,
            resolved_on=r.resolved_on,
            evidence=claims.get(("factor", r.id), ()),
        )
        for r in rows
    )


def _windows(rows: Sequence[Window], claims: Claims) -> tuple[facts.Window, ...]:
    return tuple(
        facts.Window(
            ref=f"window:{r.id}",
            title=r.title,
            reason=r.reason,
            strength=r.strength,
            basis=r.basis,
            own_day=r.announced_on,
            opens_on=r.opens_on,
            closes_on=r.closes_on,
            evidence=claims.get(("window", r.id), ()),
        )
        for r in rows
    )


def _attempts(rows: Sequence[Attempt], claims: Claims) -> tuple[facts.Attempt, ...]:
    return tuple(
        facts.Attempt(
            ref=f"attempt:{r.id}",
            title=r.title,
            outcome=r.outcome,
            own_day=r.happened_on,
            reason=r.reason,
            evidence=claims.get(("attempt", r.id), ()),
        )
        for r in rows
    )


def _positions(rows: Sequence[Position], claims: Claims) -> tuple[facts.Position, ...]:
    return tuple(
        facts.Position(
            ref=f"position:{r.id}",
            actor_id=r.actor_id,
            stance=r.stance,
            statement=r.statement,
            own_day=r.stated_on,
            evidence=claims.get(("position", r.id), ()),
        )
        for r in rows
    )
