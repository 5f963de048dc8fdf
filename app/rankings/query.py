"""What a ranking is asked for: the same fields in a body, in a query and in a permalink."""

import re
from datetime import date, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from app.fields import ActorId, Day, DomainId, Instant, parse_day, parse_instant
from app.parameters import ABOUT_MIN_REVISION, MOST_REVISION, Words
from app.proposals.models import Mechanism
from app.scoring.assessment import CRITERIA, JOINT, Criterion
from app.scoring.facts import Status
from app.scoring.methods import Method
from app.scoring.profiles import BALANCED

MAX_SAMPLES = 100_000
DEFAULT_SAMPLES = 10_000
# A weight w then varies with the standard deviation sqrt(w (1 - w)) / 5: 0.2 by 0.08.
DEFAULT_CONCENTRATION = 24.0
PATH = "/v1/rankings"

MAX_WEIGHT = 1e12
_NUMBER = re.compile(r"\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
Weight = Annotated[float, Field(ge=0, le=MAX_WEIGHT, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


def _are_distinct(criteria: list[Criterion]) -> list[Criterion]:
    if len(set(criteria)) != len(criteria):
        raise ValueError("a criterion is named twice")
    return criteria


class SeenFields(BaseModel):
    """What must be seen: in every question about a ranking."""

    min_revision: int = Field(
        default=0, ge=0, le=MOST_REVISION, description=ABOUT_MIN_REVISION, examples=[0]
    )


class LookFields(SeenFields):
    """How the world is looked at: in every question about a ranking."""

    model_config = ConfigDict(extra="forbid")

    perspective: Name = Field(
        default=JOINT,
        description="joint: all principals together; or an actor's id: what is good for that one",
        examples=[JOINT, "JPN"],
    )
    as_of: Day | SkipJsonSchema[None] = Field(
        default=None,
        description="The day the world is looked at; today (UTC) by default",
        examples=["2021-04-30"],
    )
    known_at: Instant | SkipJsonSchema[None] = Field(
        default=None,
        description="The instant the catalogue is looked at, RFC 3339; now by default",
    )
    profile: Name | SkipJsonSchema[None] = Field(
        default=None,
        description=f"Id of a profile, instead of own weights; {BALANCED.profile_id} by default",
    )
    method: Method = Field(
        default="weighted_sum",
        description="How values and weights become a score; the answer says what it means",
    )


class MemberFields(BaseModel):
    """Whose proposals are ranked, and what they are about."""

    actor: list[ActorId] = Field(
        default=[], max_length=50, description="Actors that take part", examples=[["JPN", "KOR"]]
    )
    actor_match: Literal["all", "any"] = Field(
        default="all", description="Whether all the actors must take part, or any of them"
    )
    domain: list[DomainId] = Field(
        default=[], max_length=50, description="Domains, those below them included; any of them"
    )


class FilterFields(MemberFields):
    """Which proposals are ranked."""

    status: list[Status] = Field(
        default=[], max_length=8, description="Where the proposal stood on the day; any of them"
    )
    mechanism: list[Mechanism] = Field(
        default=[], max_length=12, description="Form of the cooperation; any of them"
    )
    q: Words | SkipJsonSchema[None] = Field(
        default=None, description="Words that title, summary or next step must hold"
    )


class RobustnessFields(BaseModel):
    """What is drawn to see how sure a rank is (SMAA)."""

    robustness: bool = Field(
        default=False,
        description="Whether to say how the ranks hold under other weights and values",
    )
    samples: int = Field(
        default=DEFAULT_SAMPLES, ge=1, le=MAX_SAMPLES, description="How many samples are drawn"
    )
    seed: int = Field(default=1, ge=0, lt=2**32, description="The same seed draws the same samples")
    weights_from: Literal["profile", "anywhere"] = Field(
        default="profile",
        description=(
            "profile: weights are drawn around those given (Dirichlet); anywhere: all weights are "
            "equally likely"
        ),
    )
    concentration: float = Field(
        default=DEFAULT_CONCENTRATION,
        ge=1,
        le=1e6,
        description=(
            "How near drawn weights stay to those given: a weight w varies with the standard "
            "deviation sqrt(w (1 - w) / (concentration + 1))"
        ),
    )
    order: Annotated[list[Criterion], AfterValidator(_are_distinct)] = Field(
        default=[],
        max_length=len(CRITERIA),
        description="Criteria from the weightiest down, with weights_from=anywhere",
    )
    vary_values: bool | SkipJsonSchema[None] = Field(
        default=None,
        description=(
            "Whether values are drawn from their intervals too; true by default, false for "
            "promethee_2, whose flows are about the values as they are"
        ),
    )
    top: int = Field(default=3, ge=1, le=100, description="The k of the top-k acceptability")

    @model_validator(mode="after")
    def _can_be_drawn(self) -> "RobustnessFields":
        if self.order and self.weights_from == "profile":
            raise ValueError("order goes with weights_from=anywhere only")
        if self.vary_values and getattr(self, "method", None) == "promethee_2":
            raise ValueError("vary_values must be false for promethee_2")
        return self


class RankingFields(LookFields, FilterFields, RobustnessFields):
    """A question for a ranking, but for its weights."""

    min_score: Annotated[float, Field(ge=0, le=100)] | SkipJsonSchema[None] = Field(
        default=None, description="Least score, 0 to 100"
    )
    good_for_all_but_one: bool = Field(
        default=False,
        description="Only proposals that all principals but one gain from, net of cost",
    )
    limit: int = Field(default=25, ge=1, le=100, description="Most proposals wanted, best first")
    swap_points: bool = Field(
        default=False, description="Whether to say which change of a weight changes a rank"
    )
    counterfactuals: bool = Field(
        default=False,
        description="Whether to score each item again without each record that it rests on",
    )


class WeightFields(BaseModel):
    """Weights of the caller's own."""

    weights: dict[Criterion, Weight] = Field(
        default={},
        description=(
            "Any non-negative numbers; they are divided by their sum. A criterion left out weighs 0"
        ),
        examples=[{"mutual_gain": 3, "tractability": 2, "timeliness": 1}],
    )

    @model_validator(mode="after")
    def _has_one_set_of_weights(self) -> "WeightFields":
        if "weights" in self.model_fields_set:
            if getattr(self, "profile", None) is not None:
                raise ValueError("weights and profile exclude each other; give one of them")
            if not any(self.weights.values()):
                raise ValueError("weights must not all be 0; leave them out for a profile's")
        return self


class RankingRequest(RankingFields, WeightFields):
    """A question for a ranking, with weights of the caller's own if they are given."""


def _is_weight(text: str) -> str:
    criterion, _, number = text.partition(":")
    if criterion not in CRITERIA:
        raise ValueError(f"criterion is not known; known are: {', '.join(CRITERIA)}")
    if not _NUMBER.fullmatch(number) or float(number) > MAX_WEIGHT:
        raise ValueError("must be criterion:number, the number not negative: mutual_gain:3")
    return text


def _are_of_different_criteria(weights: list[str]) -> list[str]:
    criteria = [text.partition(":")[0] for text in weights]
    if len(set(criteria)) != len(criteria):
        raise ValueError("a criterion is weighed twice")
    return weights


class RankingQuery(RankingFields):
    """A question for a ranking as query parameters."""

    weight: Annotated[
        list[Annotated[str, Field(max_length=60), AfterValidator(_is_weight)]],
        AfterValidator(_are_of_different_criteria),
    ] = Field(
        default=[],
        max_length=len(CRITERIA),
        description="Own weights as criterion:number, any non-negative numbers. Repeatable",
        examples=[["mutual_gain:3", "tractability:2"]],
    )

    def to_request(self) -> RankingRequest:
        """The question as a body would ask it. Raises ValidationError."""
        fields = self.model_dump(mode="json", exclude={"weight"}, exclude_unset=True)
        if self.weight:
            parts = (text.partition(":") for text in self.weight)
            fields["weights"] = {criterion: float(number) for criterion, _, number in parts}
        return RankingRequest(**fields)


class AdviceQuery(SeenFields):
    """Who asks what to propose next, to whom, and how the answer is made."""

    model_config = ConfigDict(extra="forbid")

    actor: Name = Field(description="Id of the actor that asks", examples=["JPN"])
    counterpart: list[Name] = Field(
        default=[],
        max_length=20,
        description="Ids of other principals that the proposals must have. Repeatable",
        examples=[["KOR"]],
    )
    domain: list[Name] = Field(
        default=[], max_length=50, description="Domains, those below them included. Repeatable"
    )
    as_of: Day | SkipJsonSchema[None] = Field(
        default=None,
        description="The day the world is looked at; today (UTC) by default",
        examples=["2021-04-30"],
    )
    known_at: Instant | SkipJsonSchema[None] = Field(
        default=None,
        description="The instant the catalogue is looked at, RFC 3339; now by default",
    )
    profile: Name = Field(default=BALANCED.profile_id, description="Id of the profile")
    diversify: Literal["domain", "counterpart"] | SkipJsonSchema[None] = Field(
        default=None,
        description="Let no root domain, or no counterpart, have more than at_most proposals",
    )
    at_most: int = Field(default=2, ge=1, le=100, description="See diversify")
    k: int = Field(default=3, ge=0, le=20, description="Most precedents of each proposal")
    limit: int = Field(default=5, ge=1, le=25, description="Most proposals wanted")
    samples: int = Field(
        default=DEFAULT_SAMPLES, ge=1, le=MAX_SAMPLES, description="Samples for the robustness"
    )
    seed: int = Field(default=1, ge=0, lt=2**32, description="Seed of the samples")

    def to_ranking(self) -> RankingRequest:
        """The question for the ranking that the advice comes from."""
        return RankingRequest(
            perspective=self.actor,
            as_of=self.as_of,
            profile=self.profile,
            limit=self.limit,
            samples=self.samples,
            seed=self.seed,
        )


def parse_moment(text: str) -> date | datetime:
    """A day or an instant. Raises ValueError."""
    try:
        return parse_day(text) if len(text) == DAY_LENGTH else parse_instant(text)
    except ValueError:
        raise ValueError("must be a day (YYYY-MM-DD) or an instant (RFC 3339)") from None


def _is_moment(text: str) -> str:
    parse_moment(text)
    return text


DAY_LENGTH = len("YYYY-MM-DD")
Moment = Annotated[str, Field(min_length=DAY_LENGTH, max_length=40), AfterValidator(_is_moment)]


class AttributionQuery(MemberFields, SeenFields):
    """Two moments, and the ranking that is compared at both."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    before: Moment = Field(
        alias="from",
        description=(
            "The first moment: a day (what was known of the world then) or an instant (what the "
            "catalogue said then)"
        ),
        examples=["2021-01-31"],
    )
    after: Moment = Field(
        alias="to", description="The second moment, of the same kind", examples=["2021-04-30"]
    )
    profile: Name = Field(default=BALANCED.profile_id, description="Id of the profile")
    to_profile: Name | SkipJsonSchema[None] = Field(
        default=None, description="Id of the profile at the second moment; the same by default"
    )
    perspective: Name = Field(default=JOINT, description="joint, or an actor's id")
    as_of: Day | SkipJsonSchema[None] = Field(
        default=None,
        description="The day looked at when the moments are instants; today by default",
    )
    known_at: Instant | SkipJsonSchema[None] = Field(
        default=None, description="The instant looked at when the moments are days; now by default"
    )
    limit: int = Field(default=25, ge=1, le=100, description="Most proposals wanted")

    @model_validator(mode="after")
    def _are_of_one_kind(self) -> "AttributionQuery":
        instants = [isinstance(parse_moment(m), datetime) for m in (self.before, self.after)]
        if len(set(instants)) > 1:
            raise ValueError("from and to must both be days, or both instants")
        if all(instants) and self.known_at is not None:
            raise ValueError("known_at goes with days; from and to are instants already")
        if not any(instants) and self.as_of is not None:
            raise ValueError("as_of goes with instants; from and to are days already")
        return self


def to_permalink(request: RankingRequest, **pinned: str | None) -> str:
    """The path and query that ask the same question again; `pinned` are day and instant."""
    fields = request.model_dump(
        mode="json", exclude_defaults=True, exclude={"weights", "min_revision"}
    )
    fields |= {name: value for name, value in pinned.items() if value is not None}
    fields["weight"] = [f"{c}:{_say(w)}" for c, w in request.weights.items()]
    pairs = [
        (name, _say(value))
        for name, given in sorted(fields.items())
        for value in (given if isinstance(given, list) else [given])
    ]
    return f"{PATH}?{urlencode(pairs, safe=':')}"


def _say(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.17g}" if isinstance(value, float) else str(value)
