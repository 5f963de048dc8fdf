"""What a ranking is asked for: the same fields in a body, in a query and in a permalink."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from app.fields import ActorId, Day, DomainId, Instant
from app.parameters import Words
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

Weight = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


def _are_distinct(criteria: list[Criterion]) -> list[Criterion]:
    if len(set(criteria)) != len(criteria):
        raise ValueError("a criterion is named twice")
    return criteria


class LookFields(BaseModel):
    """How the world is looked at: in every question about a ranking."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=False)

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


class FilterFields(BaseModel):
    """Which proposals are ranked."""

    actor: list[ActorId] = Field(
        default=[], max_length=50, description="Actors that take part", examples=[["JPN", "KOR"]]
    )
    actor_match: Literal["all", "any"] = Field(
        default="all", description="Whether all the actors must take part, or any of them"
    )
    domain: list[DomainId] = Field(
        default=[], max_length=50, description="Domains, those below them included; any of them"
    )
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


class RankingRequest(RankingFields):
    """A question for a ranking, with weights of the caller's own if they are given."""

    weights: dict[Criterion, Weight] | SkipJsonSchema[None] = Field(
        default=None,
        description=(
            "Any non-negative numbers; they are divided by their sum. A criterion left out weighs 0"
        ),
        examples=[{"mutual_gain": 3, "tractability": 2, "timeliness": 1}],
    )

    @model_validator(mode="after")
    def _has_one_set_of_weights(self) -> "RankingRequest":
        if self.weights is not None and self.profile is not None:
            raise ValueError("weights and profile exclude each other; give one of them")
        if self.weights is not None and not any(self.weights.values()):
            raise ValueError("weights must not all be 0")
        return self


def _is_weight(text: str) -> str:
    criterion, _, number = text.partition(":")
    if criterion not in CRITERIA:
        raise ValueError(f"criterion is not known; known are: {', '.join(CRITERIA)}")
    try:
        float(number)
    except ValueError:
        raise ValueError("must be criterion:number, such as mutual_gain:3") from None
    return text


class RankingQuery(RankingFields):
    """A question for a ranking as query parameters."""

    weight: list[Annotated[str, Field(max_length=60), AfterValidator(_is_weight)]] = Field(
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


def to_permalink(request: RankingRequest, **pinned: str | None) -> str:
    """The path and query that ask the same question again; `pinned` are day and instant."""
    fields = request.model_dump(mode="json", exclude_defaults=True, exclude={"weights"})
    fields |= {name: value for name, value in pinned.items() if value is not None}
    fields["weight"] = [f"{c}:{_say(w)}" for c, w in (request.weights or {}).items()]
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
