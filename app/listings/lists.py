"""The use case of ranked lists: which index is asked, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.listings.assessed import to_board
from app.listings.index import RankingIndex
from app.listings.page import Chosen, choose, to_body
from app.listings.service import ListService
from app.listings.table import Item, Rows
from app.recommendations.candidates import check_filters, check_perspective
from app.recommendations.dossier import get_dossier
from app.recommendations.recommend import RankingRequest, get_profile, resume
from app.recommendations.render import render_item
from app.revisions.parameters import Catalogue
from app.scoring.assessment import JOINT
from app.scoring.profiles import Profile
from app.tracing import span


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """One page as JSON, and the cursor of the next one."""

    body: bytes
    next_cursor: str | None


def list_proposals(index: RankingIndex, request: RankingRequest) -> ListAnswer:
    """Lists the proposals that were asked for, ranked and explained.

    The index is of the day and the perspective asked for. Raises UnknownReference and
    InvalidCursor.
    """
    _, after = resume(request)
    profile = get_profile(index.profiles, request.view.profile_id)
    check_perspective(index, request.view.perspective)
    check_filters(index, request.filters)
    chosen = choose(index, request, profile, after)
    items = get_items(index, chosen.rows, profile)
    return _to_answer(index, chosen, items, profile)


def list_ready(index: RankingIndex, request: RankingRequest) -> ListAnswer | None:
    """The same, of a request that is known to be sound.

    None if something must be made first, or its cursor is of another day.
    """
    profile = index.profiles[request.view.profile_id]
    if not all(index.has_order(sort, profile) for sort in (request.sort, "-score")):
        return None
    day, after = resume(request)
    if day != index.view.day:
        return None
    chosen = choose(index, request, profile, after)
    items = index.find_items(chosen.rows, profile)
    return None if items is None else _to_answer(index, chosen, items, profile)


def _to_answer(
    index: RankingIndex, chosen: Chosen, items: Sequence[Item], profile: Profile
) -> ListAnswer:
    return ListAnswer(to_body(chosen, items, index.meta_json(profile)), chosen.next_cursor)


def get_items(index: RankingIndex, rows: Rows, profile: Profile) -> Sequence[Item]:
    """The items of some rows; those that are not ready are made, and kept."""
    found = index.find_items(rows, profile)
    if found is not None:
        return found
    assessed, question = index.assess(rows.tolist()), index.question()
    board = to_board(assessed, question, profile)
    made = [render_item(board.scored(i), question, profile) for i in range(len(rows))]
    index.items.put(index.table.stamps[rows], profile.microweights, made)
    return made


def find_index(
    lists: ListService, catalogue: Catalogue, day: date, perspective: str = JOINT
) -> RankingIndex:
    """The index of a day and a side, at least of the revision that the caller must see.

    Raises IndexNotReady, RevisionNotReached, and UnknownReference before it makes an index for
    nobody's perspective.
    """
    with span("find index", {"entente.day": day.isoformat(), "entente.perspective": perspective}):
        return _find_index(lists, catalogue, day, perspective)


def _find_index(
    lists: ListService, catalogue: Catalogue, day: date, perspective: str
) -> RankingIndex:
    if perspective == JOINT and day == lists.get_today() and not catalogue.is_past:
        index = lists.find_usable()
        catalogue.check_reached(index.view.revision)
        return index
    snapshot = catalogue.open()
    check_perspective(get_dossier(snapshot).world, perspective)
    return lists.indexes.at(snapshot, day, perspective)
