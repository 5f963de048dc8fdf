"""Shapes of rankings: items with how sure they are and what would change them."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from app.proposals.models import ProposalHeader
from app.recommendations.models import Meta, ProfileUsed, RankedProposal, ReasonPublic
from app.scoring.assessment import Criterion
from app.scoring.facts import Status
from app.scoring.methods import ContributionKind, Method
from app.scoring.scales import FactorStatus, Level
from app.sources.models import EvidencePublic


class RankShare(BaseModel):
    """How often a rank is taken."""

    rank: int = Field(description="The rank, 1 is best", examples=[1])
    share: float = Field(description="Share of the samples, 0 to 1", examples=[0.42])


class RobustnessPublic(BaseModel):
    """How the rank of one proposal holds under other weights and values."""

    first: float = Field(description="Share of the samples in which it is first", examples=[0.42])
    top: float = Field(description="Share of the samples in which it is among the first k")
    ranks: list[RankShare] = Field(description="Share of the samples at each rank; together 1")
    expected_rank: float = Field(description="Mean rank over the samples", examples=[2.7])
    rank_low: int = Field(description="Best rank of the middle 90 % of the samples", examples=[1])
    rank_high: int = Field(description="Worst rank of the middle 90 %", examples=[6])
    central_weights: dict[Criterion, float] | None = Field(
        description=(
            "Mean weights under which it is first: what one must believe; null if it never is"
        )
    )
    wins_over_next: float | None = Field(
        description="Share of the samples in which it scores above the next item; null for the last"
    )
    clear_over_next: bool | None = Field(
        description="Whether that share reaches 0.75; if not, there is no clear order between them"
    )


class SwapPointPublic(BaseModel):
    """The smallest change of one weight at which two proposals swap places."""

    criterion: Criterion = Field(description="The criterion whose weight changes")
    weight: float = Field(description="Its weight now")
    swap_weight: float = Field(
        description="Its weight at the swap; the others keep their proportions and share the rest"
    )
    change: float = Field(description="swap_weight less weight")
    with_id: str = Field(description="Id of the proposal it swaps with")
    with_slug: str = Field(description="Readable id of that proposal")


class CounterfactualPublic(BaseModel):
    """What the score and rank would be, exactly, were one thing otherwise."""

    action: Literal["without", "resolved"] = Field(
        description="without: the record or claim is left out; resolved: the obstacle is resolved"
    )
    ref: str = Field(description="Reference of the record, or of the claim")
    label: str = Field(description="It in words")
    score: float = Field(description="The score then")
    score_change: float = Field(description="That less the score now")
    rank: int = Field(description="The rank then")
    rank_change: int = Field(description="That less the rank now; negative is better")


class Gain(BaseModel):
    """What one principal gains, net of cost."""

    actor_id: str = Field(description="Id of the principal")
    name: str = Field(description="Its name")
    value: float = Field(description="(1 + gain - cost) / 2: above 0.5 it gains, below it loses")


class RankingItem(RankedProposal):
    """A proposal in a ranking."""

    gains: list[Gain] = Field(description="Each principal whose gain and cost are judged")
    loser_id: str | None = Field(
        description="The one principal that loses where all others gain; null otherwise"
    )
    robustness: RobustnessPublic | None = Field(description="null unless asked for")
    swap_with_next: SwapPointPublic | None = Field(
        description="Where it swaps with the next one; null unless asked for, or if it never does"
    )
    most_sensitive: SwapPointPublic | None = Field(
        description="The smallest change of a weight that moves its rank; null likewise"
    )
    counterfactuals: list[CounterfactualPublic] | None = Field(
        description="Those that change score or rank, the largest first; null unless asked for"
    )


class MethodPublic(BaseModel):
    """What the scores of a ranking mean."""

    method: Method = Field(description="The method")
    meaning: str = Field(description="What its score says")
    contributions: ContributionKind = Field(description="Whether a score has parts by criterion")
    can_reverse_ranks: bool = Field(
        description="Whether a proposal that comes or goes can reverse the order of two others"
    )
    published_in: str = Field(description="Where it was published")


class SamplingPublic(BaseModel):
    """What was drawn."""

    samples: int = Field(description="Number of samples")
    seed: int = Field(description="Seed; with it they can be drawn again")
    weights_from: Literal["profile", "anywhere"] = Field(description="Where weights were drawn")
    concentration: float | None = Field(description="How near to the profile; null: anywhere")
    order: list[Criterion] = Field(description="The order that weights had to keep")
    vary_values: bool = Field(description="Whether values were drawn from their intervals")
    top: int = Field(description="The k of top-k")
    standard_error: float = Field(description="Largest standard error of any share")


class PairwiseWins(BaseModel):
    """How often each item of the answer scores above each other one."""

    ids: list[str] = Field(description="Ids of the items, in their order")
    wins: list[list[float]] = Field(
        description="wins[i][j]: share of the samples in which item i scores above item j"
    )


class RankingPublic(BaseModel):
    """A ranking, and all that it takes to defend it."""

    items: list[RankingItem] = Field(description="The first proposals, best first")
    total: int = Field(description="How many proposals were ranked and pass the filters")
    method: MethodPublic = Field(description="What the scores mean")
    sampling: SamplingPublic | None = Field(description="What was drawn; null unless asked for")
    pairwise: PairwiseWins | None = Field(description="Pairwise winning indices; null likewise")
    notes: list[str] = Field(description="What the method cannot give, in words")
    permalink: str = Field(
        description="GET this to have the same answer again",
        examples=["/v1/rankings?as_of=2021-04-30&weight=mutual_gain:3"],
    )
    meta: Meta = Field(description="What the answer was made from")


class PerspectivePublic(BaseModel):
    """One proposal as one actor, or all together, look at it."""

    perspective: str = Field(description="joint, or the id of a principal")
    name: str = Field(description="Its name")
    score: float = Field(description="Score from there")
    low: float = Field(description="Low end of the score")
    high: float = Field(description="High end of the score")
    rank: int = Field(description="Rank among all proposals of that day, from there")
    gain: float | None = Field(
        description="(1 + gain - cost) / 2 of that actor; null for joint, or when not judged"
    )
    priority: float | None = Field(
        description="Priority of the domain to it; for joint the shared one; null when unknown"
    )


class PerspectivesPublic(BaseModel):
    """One proposal from every side."""

    proposal_id: str = Field(description="Id of the proposal")
    slug: str = Field(description="Readable id of the proposal")
    title: str = Field(description="What is proposed, in one line")
    perspectives: list[PerspectivePublic] = Field(description="joint first, then each principal")
    gains_most: Gain | None = Field(description="null when all gain the same or it is not judged")
    gains_least: Gain | None = Field(description="null likewise")
    loser_id: str | None = Field(
        description="The one principal that loses where all others gain; null otherwise"
    )
    total: int = Field(description="How many proposals the ranks are among")
    meta: Meta = Field(description="What the answer was made from, but for the perspective")


class ScoreAndRank(BaseModel):
    """Where a proposal stands in one ranking."""

    score: float = Field(description="Its score")
    rank: int = Field(description="Its rank")


class Effect(BaseModel):
    """What a set of changes would do to one proposal."""

    id: str = Field(description="Id of the proposal")
    slug: str = Field(description="Readable id of the proposal")
    title: str = Field(description="What is proposed, in one line")
    before: ScoreAndRank = Field(description="Where it stands")
    after: ScoreAndRank = Field(description="Where it would stand")
    score_change: float = Field(description="after less before")
    rank_change: int = Field(description="after less before; negative is better")


class WhatIfPublic(BaseModel):
    """The ranking as it would be."""

    items: list[Effect] = Field(description="In the order that it would have")
    total: int = Field(description="How many proposals are ranked")
    moved: int = Field(description="How many of them would change their score or rank")
    meta: Meta = Field(description="What the answer was made from")


Cause = Literal["new_events", "retractions", "passing_time", "edits", "configuration"]


class CausePart(BaseModel):
    """How much of a move is due to one cause."""

    cause: Cause = Field(description="The cause")
    score: float = Field(description="Its part of the change of the score")
    rank: float = Field(description="Its part of the change of the rank, to 0.001")
    refs: list[str] = Field(description="The records it came through")


class Move(BaseModel):
    """How one proposal moved between two moments, and why."""

    id: str = Field(description="Id of the proposal")
    slug: str = Field(description="Readable id of the proposal")
    title: str = Field(description="What is proposed, in one line")
    before: ScoreAndRank | None = Field(description="At the first moment; null: not there")
    after: ScoreAndRank | None = Field(description="At the second; null: no longer there")
    score_change: float | None = Field(description="after less before; null unless in both")
    rank_change: int | None = Field(description="after less before; null unless in both")
    causes: list[CausePart] = Field(
        description="Parts that add up to both changes; empty unless in both"
    )


class MomentPublic(BaseModel):
    """One of the two moments."""

    as_of: date = Field(description="The day looked at")
    revision: int = Field(description="Latest revision known")
    profile: ProfileUsed = Field(description="The weights")


class AttributionPublic(BaseModel):
    """What changed a ranking between two moments."""

    items: list[Move] = Field(description="The largest changes of score first")
    total: int = Field(description="How many proposals there are at either moment")
    causes: list[Cause] = Field(description="The causes that were at work")
    before: MomentPublic = Field(description="The first moment")
    after: MomentPublic = Field(description="The second moment")
    meta: Meta = Field(description="What the answer was made from, at the second moment")


class ObstaclePublic(BaseModel):
    """What stands in the way, and what its end would do."""

    ref: str = Field(description="Reference of the factor")
    title: str = Field(description="The obstacle in one line")
    severity: Level = Field(description="How much it is in the way")
    status: FactorStatus = Field(description="open or easing")
    score_if_resolved: float = Field(description="The score, were it resolved that day")
    rank_if_resolved: int = Field(description="The rank, were it resolved that day")


class PrecedentPublic(BaseModel):
    """An earlier attempt at something alike."""

    ref: str = Field(description="Reference of the attempt")
    proposal_id: str = Field(description="Id of the proposal it is on record under")
    title: str = Field(description="The attempt in one line")
    outcome: Literal["held", "failed"] = Field(description="What became of it")
    happened_on: date = Field(description="When")
    reason: str = Field(description="Why")
    nearness: float = Field(
        description=(
            "0 to 1: 0.4 x the share of common domains, 0.4 x the share of common principals, 0.2 "
            "if the form is the same; 1 for an attempt at the proposal itself"
        )
    )


class AdviceItem(ProposalHeader):
    """A proposal to make next."""

    position: int = Field(description="Place in this answer, 1 is first")
    rank: int = Field(description="Rank before diversification")
    score: float = Field(description="Score from the actor's perspective")
    low: float = Field(description="Low end of the score")
    high: float = Field(description="High end of the score")
    coverage: float = Field(description="Share of the weight whose values are known")
    to: list[str] = Field(description="Ids of the other principals: whom to propose it to")
    days_left: int | None = Field(
        description="Days until the main window closes; null when none is open or its end not known"
    )
    why_now: list[ReasonPublic] = Field(
        description="Its timing first, then what speaks for it, the weightiest first"
    )
    in_the_way: list[ObstaclePublic] = Field(description="Obstacles in force, the worst first")
    against: list[ReasonPublic] = Field(description="What speaks against it")
    evidence_against: EvidencePublic | None = Field(
        description="The strongest claim on record that undermines it"
    )
    robustness: RobustnessPublic = Field(description="How sure its rank is")
    precedents: list[PrecedentPublic] = Field(description="The nearest earlier attempts")


class PassedOver(BaseModel):
    """A proposal that diversification left out."""

    id: str = Field(description="Id of the proposal")
    slug: str = Field(description="Readable id of the proposal")
    rank: int = Field(description="Its rank")
    value: str = Field(description="The domain or counterpart that already had its share")


class Diversification(BaseModel):
    """The step after ranking that keeps one domain or counterpart from filling the list."""

    by: Literal["domain", "counterpart"] = Field(description="What is varied")
    at_most: int = Field(description="Most proposals of one value")
    passed_over: list[PassedOver] = Field(description="What it left out, best first")


class AdvicePublic(BaseModel):
    """What an actor should propose next."""

    items: list[AdviceItem] = Field(description="Proposals, the best first")
    total: int = Field(description="How many actionable proposals there are")
    actionable: list[Status] = Field(description="The statuses that count as actionable")
    diversification: Diversification | None = Field(description="null unless asked for")
    sampling: SamplingPublic = Field(description="What was drawn for the robustness")
    meta: Meta = Field(description="What the answer was made from")
