"""Items of a ranked list as JSON, cut where ranks and weights come in.

What is kept ready of an item is joined with the few numbers that one answer puts in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, TypeAdapter

from app.proposals.models import ProposalHeader
from app.recommendations.board import Scored
from app.recommendations.models import ContributionPublic, RankedProposal
from app.recommendations.present import to_figures, to_ranked
from app.scoring.aggregate import UNKNOWN_VALUE, to_millivalue, to_points
from app.scoring.assessment import Criterion, Question
from app.scoring.explain import order_by_effect
from app.scoring.profiles import WEIGHT_STEPS, Profile

_HEADER = set(ProposalHeader.model_fields)
_FIGURES = TypeAdapter(dict[str, float])
_NUMBERS = TypeAdapter(list[float])


def render_item(scored: Scored, question: Question, profile: Profile) -> tuple[bytes, bytes]:
    """The JSON of one item before and after its rank, which is not looked at."""
    text = to_ranked(scored, question, profile).model_dump_json().encode()
    head, _, tail = text.partition(b',"rank":%d,"score":' % scored.rank)
    return head + b',"rank":', b',"score":' + tail


@dataclass(frozen=True, slots=True)
class Parts:
    """The JSON of an item of the weighted sum, less what follows from the weights.

    `before` ends at the rank and `after` begins behind the score. Of each criterion there are the
    three parts of its contribution, cut at its weight and its points, and its reason.
    """

    before: str
    contributions: tuple[tuple[str, str, str], ...]
    reasons: Mapping[Criterion, str]
    on_evidence: tuple[str, ...]
    after: str


def cut(item: RankedProposal) -> Parts:
    """The parts of an item, whichever weights it is by; one of a class of more fields has them."""
    reasons = item.score.reasons
    return Parts(
        before=_fields_of(item, _HEADER),
        contributions=tuple(_cut_contribution(c) for c in item.score.contributions),
        reasons={r.criterion: r.model_dump_json() for r in reasons if r.criterion is not None},
        on_evidence=tuple(r.model_dump_json() for r in reasons if r.criterion is None),
        after=_fields_of(item, set(type(item).model_fields) - _HEADER - {"rank", "score"}),
    )


def _cut_contribution(contribution: ContributionPublic) -> tuple[str, str, str]:
    between = {"value", "known", "counted", "low", "high"}
    return (
        _fields_of(contribution, {"criterion"}),
        _fields_of(contribution, between),
        _fields_of(contribution, {"factor"}),
    )


def _fields_of(model: BaseModel, names: set[str]) -> str:
    """Some fields as JSON, without the braces."""
    return model.model_dump_json(include=names)[1:-1]


def fill(parts: Parts, scored: Scored, profile: Profile) -> str:
    """The JSON of an item by the weights of a profile, scored on the day and side of its parts."""
    figures = _FIGURES.dump_json(to_figures(scored))[1:-1].decode()
    contributions = ",".join(_fill_contributions(parts, scored, profile))
    ordered = order_by_effect(scored.assessments, profile)
    reasons = ",".join((*(parts.reasons[a.criterion] for a in ordered), *parts.on_evidence))
    return (
        f'{{{parts.before},"rank":{scored.rank},"score":{{{figures},'
        f'"contributions":[{contributions}],"contributions_are":"additive",'
        f'"reasons":[{reasons}]}},{parts.after}}}'
    )


def _fill_contributions(parts: Parts, scored: Scored, profile: Profile) -> Iterator[str]:
    weights = profile.microweights
    millivalues = (to_millivalue(a.value if a.known else UNKNOWN_VALUE) for a in scored.assessments)
    points = _to_numbers([to_points(m * w) for m, w in zip(millivalues, weights, strict=True)])
    shares = _to_numbers([w / WEIGHT_STEPS for w in weights])
    for (first, between, last), share, point in zip(
        parts.contributions, shares, points, strict=True
    ):
        yield f'{{{first},"weight":{share},{between},"points":{point},{last}}}'


def _to_numbers(numbers: list[float]) -> list[str]:
    """Numbers as JSON writes them."""
    return _NUMBERS.dump_json(numbers)[1:-1].decode().split(",")
