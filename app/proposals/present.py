"""From facts to the shapes of a proposal and its parts, as they stood on one day."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.proposals.models import ProposalHeader, ProposalParts, Scope
from app.proposals.parts import (
    AttemptPublic,
    FactorPublic,
    JudgementPublic,
    ParticipantPublic,
    PositionPublic,
    TransitionPublic,
    WindowPublic,
)
from app.proposals.queries import Recorded
from app.scoring import facts
from app.sources.present import to_evidence


def to_header(
    recorded: Recorded, view: facts.Proposal, names: Mapping[str, str], scope: Scope, day: date
) -> ProposalHeader:
    """What lists give of a proposal besides its score."""
    document, reviewed = recorded.document, facts.reviewed_on(view)
    return ProposalHeader(
        id=recorded.proposal_id,
        slug=document.slug,
        title=document.title,
        summary=document.summary,
        next_step=document.next_step,
        status=view.transitions[-1].status,
        mechanism=document.mechanism,
        level=scope,
        domains=list(view.domain_ids),
        participants=[
            ParticipantPublic(
                actor_id=p.actor_id, name=names.get(p.actor_id, p.actor_id), role=p.role
            )
            for p in view.participants
        ],
        reviewed_on=reviewed,
        review=facts.review_light(reviewed, day),
        updated_at=recorded.updated_at,
        revision=recorded.revision,
    )


def to_parts(
    recorded: Recorded, superseded_by: Sequence[str], view: facts.Proposal, day: date
) -> ProposalParts:
    """Everything on record about a proposal in a view of that day."""
    return ProposalParts(
        merged_into=recorded.document.merged_into,
        supersedes=recorded.document.supersedes,
        superseded_by=list(superseded_by),
        obstacles_reviewed_on=view.obstacles_reviewed_on,
        transitions=[_to_transition(t) for t in view.transitions],
        judgements=[_to_judgement(j) for j in view.judgements],
        factors=[_to_factor(f) for f in view.factors],
        windows=[_to_window(w, day) for w in view.windows],
        attempts=[_to_attempt(a) for a in view.attempts],
        positions=[_to_position(p) for p in view.positions],
    )


def _key_of(ref: str) -> str:
    _, _, key = ref.partition(".")
    return key


def _to_transition(record: facts.Transition) -> TransitionPublic:
    return TransitionPublic(
        ref=record.ref,
        key=_key_of(record.ref),
        status=record.status,
        happened_on=record.own_day,
        reason=record.reason,
        evidence=[to_evidence(e) for e in record.evidence],
    )


def _to_judgement(record: facts.Judgement) -> JudgementPublic:
    return JudgementPublic(
        ref=record.ref,
        key=_key_of(record.ref),
        actor_id=record.actor_id,
        measure=record.measure,
        level=record.level,
        basis=record.basis,
        rationale=record.rationale,
        judged_on=record.own_day,
        evidence=[to_evidence(e) for e in record.evidence],
    )


def _to_factor(record: facts.Factor) -> FactorPublic:
    return FactorPublic(
        ref=record.ref,
        key=_key_of(record.ref),
        kind=record.kind,
        title=record.title,
        severity=record.severity,
        basis=record.basis,
        since_on=record.own_day,
        easing_on=record.easing_on,
        resolved_on=record.resolved_on,
        status=facts.factor_status(record),
        evidence=[to_evidence(e) for e in record.evidence],
    )


def _to_window(record: facts.Window, day: date) -> WindowPublic:
    return WindowPublic(
        ref=record.ref,
        key=_key_of(record.ref),
        title=record.title,
        reason=record.reason,
        strength=record.strength,
        basis=record.basis,
        announced_on=record.own_day,
        opens_on=record.opens_on,
        closes_on=record.closes_on,
        state=facts.window_state(record, day),
        evidence=[to_evidence(e) for e in record.evidence],
    )


def _to_attempt(record: facts.Attempt) -> AttemptPublic:
    return AttemptPublic(
        ref=record.ref,
        key=_key_of(record.ref),
        title=record.title,
        outcome=record.outcome,
        happened_on=record.own_day,
        reason=record.reason,
        evidence=[to_evidence(e) for e in record.evidence],
    )


def _to_position(record: facts.Position) -> PositionPublic:
    return PositionPublic(
        ref=record.ref,
        key=_key_of(record.ref),
        actor_id=record.actor_id,
        stance=record.stance,
        statement=record.statement,
        stated_on=record.own_day,
        evidence=[to_evidence(e) for e in record.evidence],
    )
