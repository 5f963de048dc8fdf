"""Attention: how much feeds write about the principals, and who is neglected."""

from pydantic import BaseModel, Field

from app.recommendations.board import Scored
from app.scoring.assessment import Assessment, Criterion, Question
from app.scoring.momentum import LEAST_EVENTS, RECENT_DAYS, attention

# Halfway up both scales: the principals call the domain at least moderately important, and each
# gains at least what it costs.
HIGH_VALUE = 0.5
_WORTH: tuple[Criterion, ...] = ("shared_priority", "mutual_gain")


class AttentionPublic(BaseModel):
    """How much feeds write about what the principals do to each other."""

    reported_events: int = Field(description="Events between them that feeds report", examples=[3])
    days: int = Field(
        description="Length of the time that is looked back on", examples=[RECENT_DAYS]
    )
    neglected: bool = Field(
        description=(
            f"Whether shared_priority and mutual_gain are known and at least {HIGH_VALUE}, and "
            f"fewer than {LEAST_EVENTS} events are reported"
        )
    )


def to_attention(scored: Scored, question: Question) -> AttentionPublic | None:
    """The attention to a proposal; None when no feed watched that time."""
    events = attention(scored.candidate.view, question)
    if events is None:
        return None
    return AttentionPublic(
        reported_events=events,
        days=RECENT_DAYS,
        neglected=events < LEAST_EVENTS and all(map(_is_high, scored.assessments)),
    )


def is_neglected(scored: Scored, question: Question) -> bool:
    """Whether a proposal of high value has little attention."""
    found = to_attention(scored, question)
    return found is not None and found.neglected


def _is_high(assessment: Assessment) -> bool:
    if assessment.criterion not in _WORTH:
        return True
    return assessment.known and assessment.value >= HIGH_VALUE
