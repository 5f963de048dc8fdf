"""Shapes of ranked and explained proposals."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from app.feeds.freshness import FeedUsed
from app.forecasts.models import RunUsed
from app.proposals.models import ProposalHeader, ProposalParts
from app.recommendations.attention import AttentionPublic
from app.scoring.assessment import Criterion
from app.scoring.evidence import OneSided
from app.scoring.explain import Effect
from app.scoring.methods import ContributionKind, Method
from app.sources.models import EvidencePublic

FacetName = Literal["actor", "domain", "level", "mechanism", "status"]
Sort = Literal["-score", "score", "closes_on", "-updated_at", "title"]


class ContributionPublic(BaseModel):
    """What one criterion adds to the score: points = 100 x weight x counted, exactly."""

    criterion: Criterion = Field(description="The criterion", examples=["tractability"])
    weight: float = Field(description="Its weight in the profile, in [0, 1]", examples=[0.15])
    value: float | None = Field(
        description="Its value in [0, 1], to 0.001; null when unknown", examples=[0.75]
    )
    known: bool = Field(description="Whether there is a value", examples=[True])
    counted: float = Field(
        description="What the sum counts: the value, or 0.5 when it is unknown", examples=[0.75]
    )
    low: float = Field(description="Low end of the value's interval", examples=[0.563])
    high: float = Field(description="High end of the value's interval", examples=[0.938])
    points: float | None = Field(
        description="Points it adds to the score; null when the method does not add",
        examples=[11.25],
    )
    factor: float | None = Field(
        default=None,
        description=(
            "counted to the power of weight, by which it multiplies the weighted product; null for "
            "other methods"
        ),
    )


class ReasonPublic(BaseModel):
    """One reason why the score is what it is."""

    code: str = Field(description="Stable code for programs", examples=["window_closing"])
    effect: Effect = Field(
        description="Whether it speaks for the proposal, against it, or leaves a question open"
    )
    criterion: Criterion | None = Field(
        description="The criterion it explains; null when it is about the evidence as a whole"
    )
    text: str = Field(
        description="One sentence; every number in it is in params",
        examples=["No earlier attempt is on record."],
    )
    params: dict[str, str | int | float] = Field(
        description="What the sentence is filled with", examples=[{"days_left": 12}]
    )
    refs: list[str] = Field(
        description="The records it rests on; the proposal and its score show them under ref",
        examples=[["window:prp-1f0c2d3e4a5b.shangri-la-dialogue"]],
    )


class ScorePublic(BaseModel):
    """A score with its interval, its coverage and its parts."""

    value: float = Field(
        description="0 to 100: the exact sum of the points below", examples=[71.25]
    )
    low: float = Field(description="The sum with every value at its low end", examples=[60.0])
    high: float = Field(description="The sum with every value at its high end", examples=[80.5])
    coverage: float = Field(
        description="Share of the weight whose values are known, 0 to 1", examples=[0.875]
    )
    contributions: list[ContributionPublic] = Field(description="One for each criterion")
    contributions_are: ContributionKind = Field(
        description=(
            "additive: the points add up to the score; multiplicative: 100 x the product of the "
            "factors is the score; absent: the method has no parts by criterion"
        ),
        examples=["additive"],
    )
    reasons: list[ReasonPublic] = Field(
        description="One for each criterion, the weightiest first, then those on the evidence"
    )


class WindowSummary(BaseModel):
    """The window that matters most: the strongest open one, else the next, else the last."""

    ref: str = Field(description="Reference of the window")
    title: str = Field(description="The window in one line")
    opens_on: date = Field(description="First day")
    closes_on: date | None = Field(description="Last day; null when not known")
    days_left: int | None = Field(
        description="Days from the day asked for to the last day; null when shut or not known",
        examples=[12],
    )


class RankedProposal(ProposalHeader):
    """A proposal in a ranked list."""

    rank: int = Field(description="1 is best; equal scores share a rank", examples=[1])
    score: ScorePublic = Field(description="Its score, explained")
    window: WindowSummary | None = Field(description="When to act; null when no window is known")
    attention: AttentionPublic | None = Field(
        description="How much is reported of the principals; null when no feed watched that time"
    )


class ProfileUsed(BaseModel):
    """The weights that a ranking used."""

    id: str | None = Field(
        description="Slug of the profile; null for a caller's own weights", examples=["balanced"]
    )
    version: int | None = Field(
        description="Version of the profile; null for a caller's own weights", examples=[1]
    )
    weights: dict[Criterion, float] = Field(description="Weight of each criterion, together 1")


class Meta(BaseModel):
    """What an answer was made from; with it the answer can be made again."""

    as_of: date = Field(description="The day the world was looked at", examples=["2021-04-30"])
    known_at: datetime | None = Field(
        description="Instant of the revision below; null when the catalogue is empty"
    )
    revision: int = Field(description="Latest revision of the catalogue that it rests on")
    perspective: str = Field(description="joint, or an actor's id", examples=["joint"])
    profile: ProfileUsed = Field(description="The weights")
    method: Method = Field(description="How values and weights become a score")
    model: str = Field(description="Version of the scoring", examples=["entente-score/1"])
    feeds: list[FeedUsed] = Field(
        description="Feeds of coded events that momentum rests on, with those that are stale"
    )
    forecast_run: RunUsed | None = Field(
        description="Run that receptivity rests on; null when nothing was learned yet"
    )


class FacetCount(BaseModel):
    """How many of the listed proposals have one value."""

    value: str = Field(description="The value to filter by", examples=["security"])
    name: str = Field(description="The value in words", examples=["Security"])
    count: int = Field(description="Number of proposals", examples=[5])


class ProposalPage(BaseModel):
    """One page of the ranked list."""

    items: list[RankedProposal] = Field(description="The proposals, in the order asked for")
    total: int = Field(description="Number of proposals on all pages", examples=[18])
    next_cursor: str | None = Field(description="Pass it as cursor for the next page; null: last")
    facets: dict[FacetName, list[FacetCount]] = Field(
        description="Counts over all pages for each facet asked for"
    )
    meta: Meta = Field(description="What the answer was made from")


class ProposalDetail(ProposalHeader, ProposalParts):
    """A proposal with everything on record about it, and its score."""

    score: ScorePublic = Field(description="Its score, explained")
    window: WindowSummary | None = Field(description="When to act; null when no window is known")
    meta: Meta = Field(description="What the answer was made from")


class InputPublic(BaseModel):
    """One record behind a value, as a number on that criterion's own scale."""

    refs: list[str] = Field(description="References of the record, or of the two behind one term")
    label: str = Field(description="The record in words")
    dated_on: date = Field(description="The day it is of; its decay is counted from it")
    actor_id: str | None = Field(description="The actor it is about; null when it is about all")
    value: float = Field(description="What it contributes, to 0.001")
    low: float = Field(description="Low end of its interval")
    high: float = Field(description="High end of its interval")
    evidence: list[EvidencePublic] = Field(description="What it rests on")


class AssessmentPublic(BaseModel):
    """How the value of one criterion came about."""

    criterion: Criterion = Field(description="The criterion")
    method: str = Field(description="How the value follows from the inputs, in a sentence")
    value: float | None = Field(description="The value, to 0.001; null when unknown")
    low: float = Field(description="Low end of its interval")
    high: float = Field(description="High end of its interval")
    inputs: list[InputPublic] = Field(description="The records that it rests on")
    figures: dict[str, float] = Field(description="Sums and counts on the way to the value")
    missing: list[str] = Field(description="Ids of the principals of whom nothing is on record")


class ShareOfEvidence(BaseModel):
    """How many of the claims have one value in common."""

    value: str | None = Field(description="The value; null when there is none, or it is not known")
    count: int = Field(description="Number of claims")


class EvidenceMixPublic(BaseModel):
    """What the evidence under a score is made of."""

    claims: int = Field(description="Claims in all, each once")
    supporting: int = Field(description="Those that support the record they are under")
    undermining: int = Field(description="Those that undermine it")
    strongest_against: EvidencePublic | None = Field(
        description="The undermining claim with the best grade; null when there is none"
    )
    publishers: list[ShareOfEvidence] = Field(description="By publisher, the most frequent first")
    languages: list[ShareOfEvidence] = Field(description="By language, ISO 639-1")
    sides: list[ShareOfEvidence] = Field(
        description="By the actor on whose side the source is published; null: nobody's"
    )
    one_sided: OneSided | None = Field(
        description=(
            "publisher: all claims come from one publisher; side: all from one actor's side; null "
            "when neither"
        )
    )


class ScoreExplanation(BaseModel):
    """A score with everything that it was made from."""

    proposal_id: str = Field(description="Id of the proposal")
    slug: str = Field(description="Readable id of the proposal")
    title: str = Field(description="What is proposed, in one line")
    score: ScorePublic = Field(description="The score")
    assessments: list[AssessmentPublic] = Field(description="How each value came about")
    evidence: EvidenceMixPublic = Field(description="What it all rests on, for and against")
    meta: Meta = Field(description="What the answer was made from")
