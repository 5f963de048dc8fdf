"""From scored proposals to the shapes that every surface shows."""

from collections.abc import Iterable

from app.feeds.freshness import list_used
from app.proposals.models import ProposalHeader
from app.proposals.present import to_header, to_parts
from app.recommendations.attention import to_attention
from app.recommendations.board import Scored
from app.recommendations.candidates import scope_of
from app.recommendations.dossier import Dossier, list_run
from app.recommendations.models import (
    AssessmentPublic,
    ContributionPublic,
    EvidenceMixPublic,
    InputPublic,
    Meta,
    ProfileUsed,
    ProposalDetail,
    RankedProposal,
    ReasonPublic,
    ScoreExplanation,
    ScorePublic,
    ShareOfEvidence,
    WindowSummary,
)
from app.scoring.aggregate import UNKNOWN_VALUE, VALUE_STEPS, shown, to_millivalue, to_points
from app.scoring.assessment import Assessment, Input, Question
from app.scoring.criteria import METHODS
from app.scoring.evidence import EvidenceMix, mix_evidence
from app.scoring.explain import Reason, explain, main_window
from app.scoring.methods import FACTS, Method
from app.scoring.profiles import WEIGHT_STEPS, Profile
from app.sources.present import to_evidence

MODEL = "entente-score/1"


def to_meta(
    index: Dossier, question: Question, profile: Profile, method: Method = "weighted_sum"
) -> Meta:
    """What an answer was made from."""
    return Meta(
        as_of=question.day,
        known_at=index.known_at,
        revision=index.revision,
        perspective=question.perspective,
        profile=to_profile_used(profile),
        method=method,
        model=MODEL,
        feeds=list_used(index.snapshot, question.day),
        forecast_run=list_run(index, question.day),
    )


def to_profile_used(profile: Profile) -> ProfileUsed:
    """The weights of an answer; a caller's own have no id and no version."""
    return ProfileUsed(
        id=profile.profile_id or None, version=profile.version or None, weights=profile.weights
    )


def to_detail(
    scored: Scored, index: Dossier, question: Question, profile: Profile
) -> ProposalDetail:
    """One proposal with everything on record about it."""
    return ProposalDetail(
        **dict(to_scored_header(scored, question)),
        **dict(
            to_parts(
                scored.candidate.recorded,
                index.superseded_by(scored.candidate.view.slug),
                scored.candidate.view,
                question.day,
            )
        ),
        score=to_score(scored, question, profile),
        window=to_window(scored, question),
        meta=to_meta(index, question, profile),
    )


def to_scored_header(scored: Scored, question: Question) -> ProposalHeader:
    """What lists give of a proposal besides its score."""
    candidate, world = scored.candidate, question.world
    scope = scope_of(candidate.view, world)
    return to_header(candidate.recorded, candidate.view, world.names, scope, question.day)


def to_ranked(
    scored: Scored, question: Question, profile: Profile, method: Method = "weighted_sum"
) -> RankedProposal:
    """One item of a ranked list."""
    return RankedProposal(
        **dict(to_scored_header(scored, question)),
        rank=scored.rank,
        score=to_score(scored, question, profile, method),
        window=to_window(scored, question),
        attention=to_attention(scored, question),
    )


def to_score(
    scored: Scored, question: Question, profile: Profile, method: Method = "weighted_sum"
) -> ScorePublic:
    """The score of one proposal with its contributions and reasons."""
    reasons = explain(scored.candidate.view, scored.assessments, question, profile)
    return ScorePublic(
        **to_figures(scored),
        contributions=[
            _to_contribution(assessment, microweight, method)
            for assessment, microweight in zip(
                scored.assessments, profile.microweights, strict=True
            )
        ],
        contributions_are=FACTS[method].contributions,
        reasons=[to_reason(r) for r in reasons],
    )


def to_figures(scored: Scored) -> dict[str, float]:
    """The score itself, as `ScorePublic` begins."""
    return {
        "value": to_points(scored.units),
        "low": to_points(scored.low_units),
        "high": to_points(scored.high_units),
        "coverage": scored.known_microweight / WEIGHT_STEPS,
    }


def _to_contribution(
    assessment: Assessment, microweight: int, method: Method
) -> ContributionPublic:
    counted = to_millivalue(assessment.value if assessment.known else UNKNOWN_VALUE)
    weight = microweight / WEIGHT_STEPS
    kind = FACTS[method].contributions
    return ContributionPublic(
        criterion=assessment.criterion,
        weight=weight,
        value=counted / VALUE_STEPS if assessment.known else None,
        known=assessment.known,
        counted=counted / VALUE_STEPS,
        low=shown(assessment.low),
        high=shown(assessment.high),
        points=to_points(counted * microweight) if kind == "additive" else None,
        factor=(counted / VALUE_STEPS) ** weight if kind == "multiplicative" else None,
    )


def to_reason(reason: Reason) -> ReasonPublic:
    """One reason as the API gives it."""
    return ReasonPublic(
        code=reason.code,
        effect=reason.effect,
        criterion=reason.criterion,
        text=reason.text,
        params=reason.params,
        refs=list(reason.refs),
    )


def to_window(scored: Scored, question: Question) -> WindowSummary | None:
    """The window that matters most on the day asked for."""
    window = main_window(scored.candidate.view, question)
    if window is None:
        return None
    left = None if window.closes_on is None else (window.closes_on - question.day).days
    return WindowSummary(
        ref=window.ref,
        title=window.title,
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        days_left=left if left is not None and left >= 0 else None,
    )


def to_explanation(
    scored: Scored, index: Dossier, question: Question, profile: Profile
) -> ScoreExplanation:
    """A score with everything that it was made from."""
    view = scored.candidate.view
    return ScoreExplanation(
        proposal_id=view.proposal_id,
        slug=view.slug,
        title=view.title,
        score=to_score(scored, question, profile),
        assessments=[_to_assessment(a) for a in scored.assessments],
        evidence=_to_mix(mix_evidence(view, scored.assessments)),
        meta=to_meta(index, question, profile),
    )


def _to_mix(mix: EvidenceMix) -> EvidenceMixPublic:
    against, strongest = len(mix.against), mix.strongest_against
    return EvidenceMixPublic(
        claims=len(mix.claims),
        supporting=len(mix.claims) - against,
        undermining=against,
        strongest_against=None if strongest is None else to_evidence(strongest),
        publishers=_to_shares(mix.publishers),
        languages=_to_shares(mix.languages),
        sides=_to_shares(mix.sides),
        one_sided=mix.one_sided,
    )


def _to_shares(counts: Iterable[tuple[str | None, int]]) -> list[ShareOfEvidence]:
    return [ShareOfEvidence(value=value, count=count) for value, count in counts]


def _to_assessment(assessment: Assessment) -> AssessmentPublic:
    return AssessmentPublic(
        criterion=assessment.criterion,
        method=METHODS[assessment.criterion],
        value=shown(assessment.value) if assessment.known else None,
        low=shown(assessment.low),
        high=shown(assessment.high),
        inputs=[_to_input(i) for i in assessment.inputs],
        figures=assessment.figures,
        missing=list(assessment.missing),
    )


def _to_input(entry: Input) -> InputPublic:
    return InputPublic(
        refs=list(entry.refs),
        label=entry.label,
        dated_on=entry.dated_on,
        actor_id=entry.actor_id,
        value=shown(entry.value),
        low=shown(entry.low),
        high=shown(entry.high),
        evidence=[to_evidence(e) for e in entry.evidence],
    )
