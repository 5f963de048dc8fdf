"""The use case: candidates -> values -> score -> rank -> explain, one object for every surface."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter

from app.errors import InvalidCursor, NotFound, UnknownReference
from app.fields import parse_day
from app.pagination import Scalar, decode_cursor, encode_cursor
from app.recommendations.attention import is_neglected
from app.recommendations.board import Scored, make_board
from app.recommendations.candidates import (
    Filters,
    check_filters,
    check_perspective,
    select_candidates,
    suggest,
    to_candidate,
)
from app.recommendations.dossier import Dossier
from app.recommendations.facets import count_facets
from app.recommendations.models import (
    FacetName,
    Meta,
    ProposalDetail,
    ProposalPage,
    RankedProposal,
    ScoreExplanation,
    Sort,
)
from app.recommendations.present import to_detail, to_explanation, to_meta, to_ranked
from app.scoring.aggregate import UNITS_PER_POINT
from app.scoring.assessment import JOINT, Question
from app.scoring.explain import main_window
from app.scoring.profiles import BALANCED, Profile

LAST_KEY = "9999-12-31"


@dataclass(frozen=True, slots=True)
class View:
    """How the world is looked at: on which day, with whose weights, from whose side."""

    day: date
    profile_id: str = BALANCED.profile_id
    perspective: str = JOINT


@dataclass(frozen=True, slots=True)
class RankingRequest:
    """A question for a ranked list, and the page of the answer that is wanted."""

    view: View
    filters: Filters = field(default_factory=Filters)
    min_score: float | None = None
    neglected: bool = False
    sort: Sort = "-score"
    limit: int = 20
    cursor: str | None = None
    facets: tuple[FacetName, ...] = ()
    # Fingerprint of the query that a cursor belongs to.
    bound_to: str = ""


def recommend(index: Dossier, request: RankingRequest) -> ProposalPage:
    """Lists the proposals that were asked for, ranked and explained.

    Ranks are over everything that passes the filters, whatever the page and the sort. A cursor
    keeps the day of the first page. Raises UnknownReference and InvalidCursor.
    """
    day, after = resume(request)
    profile, question = resolve_view(index, request.view, day)
    kept = _select(index, request, question, profile)
    page, next_cursor = _paginate(kept, request, question, after)
    return ProposalPage(
        items=[to_ranked(s, question, profile) for s in page],
        total=len(kept),
        next_cursor=next_cursor,
        facets=count_facets([s.candidate for s in kept], request.facets, index.world),
        meta=to_meta(index, question, profile),
    )


def stream_all(index: Dossier, request: RankingRequest) -> tuple[Meta, Iterator[RankedProposal]]:
    """The whole of the list that was asked for, an item at a time, in the order asked for."""
    profile, question = resolve_view(index, request.view)
    kept = _select(index, request, question, profile)
    ordered = sorted(kept, key=lambda s: _sort_key(s, request.sort, question))
    items = (to_ranked(scored, question, profile) for scored in ordered)
    return to_meta(index, question, profile), items


def _select(
    index: Dossier, request: RankingRequest, question: Question, profile: Profile
) -> list[Scored]:
    """The proposals that pass the filters, ranked among them, less those not wanted for what
    follows from their values: a low score, or enough attention.
    """
    check_filters(index.world, request.filters)
    candidates = select_candidates(index, request.filters, question)
    ranked = make_board(candidates, question, profile).ranked()
    kept = [s for s in ranked if reaches(s, request.min_score)]
    return [s for s in kept if is_neglected(s, question)] if request.neglected else kept


def show_one(index: Dossier, id_or_slug: str, view: View) -> ProposalDetail:
    """One proposal with all its parts on the day of the view. Raises NotFound."""
    profile, question = resolve_view(index, view)
    scored = _score_one(index, id_or_slug, question, profile)
    return to_detail(scored, index, question, profile)


def explain_one(index: Dossier, id_or_slug: str, view: View) -> ScoreExplanation:
    """The score of one proposal with everything behind it. Raises NotFound."""
    profile, question = resolve_view(index, view)
    scored = _score_one(index, id_or_slug, question, profile)
    return to_explanation(scored, index, question, profile)


def _score_one(index: Dossier, id_or_slug: str, question: Question, profile: Profile) -> Scored:
    recorded = index.get(id_or_slug)
    candidate = to_candidate(recorded, question)
    if candidate is None:
        raise NotFound("proposal", not_on_record_that_day=True)
    return make_board([candidate], question, profile).scored(0)


def resolve_view(index: Dossier, view: View, day: date | None = None) -> tuple[Profile, Question]:
    """The profile and the question of a view. Raises UnknownReference."""
    profile = get_profile(index.profiles, view.profile_id)
    check_perspective(index.world, view.perspective)
    return profile, Question(index.world, day or view.day, view.perspective)


def get_profile(profiles: Mapping[str, Profile], profile_id: str) -> Profile:
    """One of the profiles. Raises UnknownReference."""
    profile = profiles.get(profile_id)
    if profile is None:
        names = {p.profile_id: p.name for p in profiles.values()}
        raise UnknownReference("profile", "/query/profile", suggest(profile_id, names))
    return profile


def _paginate(
    kept: list[Scored],
    request: RankingRequest,
    question: Question,
    after: tuple[Scalar, ...] | None,
) -> tuple[list[Scored], str | None]:
    """The page that follows `after` in the order asked for, and the cursor of the next one."""
    keyed = sorted(((_sort_key(s, request.sort, question), s) for s in kept), key=itemgetter(0))
    rest = [(key, s) for key, s in keyed if after is None or key > after]
    page = rest[: request.limit]
    if len(rest) == len(page):
        return [s for _, s in page], None
    last_key, _ = page[-1]
    pinned = (question.day.isoformat(), *last_key)
    return [s for _, s in page], encode_cursor(pinned, request.bound_to)


def reaches(scored: Scored, min_score: float | None) -> bool:
    """Whether a score is not below the least one wanted."""
    return min_score is None or scored.units >= Decimal(str(min_score)) * UNITS_PER_POINT


Key = tuple[str | int, str]


def _sort_key(scored: Scored, sort: Sort, question: Question) -> Key:
    return SORT_KEYS[sort](scored, question), scored.candidate.view.proposal_id


def _closing(scored: Scored, question: Question) -> str:
    """The closing day of the main window; proposals with none that is open or ahead come last."""
    window = main_window(scored.candidate.view, question)
    if window is None or window.closes_on is None or window.closes_on < question.day:
        return LAST_KEY
    return window.closes_on.isoformat()


def _newest_first(scored: Scored, question: Question) -> int:
    del question
    return -round(scored.candidate.recorded.updated_at.timestamp() * 1_000_000)


SORT_KEYS: dict[Sort, Callable[[Scored, Question], str | int]] = {
    "-score": lambda s, _: -s.units,
    "score": lambda s, _: s.units,
    "closes_on": _closing,
    "-updated_at": _newest_first,
    "title": lambda s, _: s.candidate.view.title.casefold(),
}


def resume(request: RankingRequest) -> tuple[date, tuple[Scalar, ...] | None]:
    """The day of the query, and the sort key after which the page begins."""
    if request.cursor is None:
        return request.view.day, None
    key_type = str if request.sort in ("closes_on", "title") else int
    day, *after = decode_cursor(request.cursor, request.bound_to, (str, key_type, str))
    try:
        return parse_day(day), tuple(after)
    except ValueError:
        raise InvalidCursor(belongs_elsewhere=False) from None
