"""One page of a ranked list, read from the ranking index: rows are chosen, then bytes joined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

import numpy as np
from pydantic import TypeAdapter

from app.listings.index import RankingIndex
from app.listings.orders import Order, find_place_after
from app.listings.table import Item, Rows, Text
from app.pagination import Scalar, encode_cursor
from app.recommendations.candidates import Filters
from app.recommendations.facets import name_value
from app.recommendations.models import FacetCount, FacetName
from app.recommendations.recommend import RankingRequest
from app.scoring.aggregate import UNITS_PER_POINT
from app.scoring.profiles import Profile

_FACETS = TypeAdapter(dict[FacetName, list[FacetCount]])


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of one page, in order, with their ranks; and what is said of all pages."""

    rows: Rows
    ranks: Sequence[int]
    total: int
    next_cursor: str | None
    facets: dict[FacetName, list[FacetCount]]


def choose(
    index: RankingIndex,
    request: RankingRequest,
    profile: Profile,
    after: tuple[Scalar, ...] | None,
) -> Chosen:
    """The page that follows `after`, in the order asked for.

    Ranks are over everything that passes the filters, whatever the page and the sort.
    """
    passing = select(index, request.filters)
    kept = _keep(index, request, profile, passing)
    order, sorting = index.order(request.sort, profile), index.sorting(request.sort, profile)
    start = 0
    if after is not None:
        start = find_place_after(order, index.table, sorting, (after[0], after[1]))
    rows, is_last = _cut(order, kept, start, request.limit)
    next_cursor = None
    if not is_last:
        last = int(rows[-1])
        pinned = (index.view.day.isoformat(), sorting.key_of(last), index.table.ids[last])
        next_cursor = encode_cursor(pinned, request.bound_to)
    return Chosen(
        rows=rows,
        ranks=rank_rows(index, profile, rows, passing),
        total=len(index.table) if kept is None else len(kept),
        next_cursor=next_cursor,
        facets=count_facets(index, request.facets, kept),
    )


def select(index: RankingIndex, filters: Filters) -> Rows | None:
    """The rows that pass the filters, ascending; None when all do."""
    groups = list(_list_groups(filters))
    found = index.postings.find(groups, len(index.table.ids)) if groups else None
    if filters.matching_revisions is None:
        return found
    live = index.table.live_rows() if found is None else found
    numbers = np.array(sorted(filters.matching_revisions), np.int64)
    return live[np.isin(index.table.numbers[live], numbers)]


def _list_groups(filters: Filters) -> Iterator[list[str]]:
    """Groups of keys: a proposal must have one of each."""
    for kind, values in (
        ("status", filters.statuses),
        ("mechanism", filters.mechanisms),
        ("domain", filters.domains),
    ):
        if values:
            yield [f"{kind}:{value}" for value in values]
    actors = [f"actor:{actor}" for actor in filters.actors]
    if filters.actor_match == "all":
        yield from ([actor] for actor in actors)
    elif actors:
        yield actors


def _keep(
    index: RankingIndex, request: RankingRequest, profile: Profile, passing: Rows | None
) -> Rows | None:
    """The rows less those not wanted for what follows from their values."""
    if request.min_score is None and not request.neglected:
        return passing
    kept = passing
    if request.min_score is not None:
        least = to_least_units(request.min_score)
        if kept is None:
            end = np.searchsorted(index.falling(profile), -least, side="right")
            kept = index.order("-score", profile).rows[:end]
        else:
            kept = kept[index.units(profile)[kept] >= least]
    if request.neglected:
        kept = index.table.live_rows() if kept is None else kept
        kept = kept[index.table.neglected[kept]]
    return kept


def to_least_units(min_score: float) -> int:
    """The fewest units that reach a least score."""
    exact = Decimal(str(min_score)) * UNITS_PER_POINT
    return int(exact.to_integral_value(ROUND_CEILING))


def _cut(order: Order, kept: Rows | None, start: int, limit: int) -> tuple[Rows, bool]:
    """The rows of the page from a place on, and whether none follow."""
    if kept is None:
        return order.rows[start : start + limit], start + limit >= len(order.rows)
    places = order.places[kept]
    if start:
        places = places[places >= start]
    is_last = len(places) <= limit
    if not is_last:
        places = np.partition(places, limit - 1)[:limit]
    return order.rows[np.sort(places)], is_last


def rank_rows(index: RankingIndex, profile: Profile, rows: Rows, passing: Rows | None) -> list[int]:
    """The rank of some rows among those that pass: 1 + how many have a higher score."""
    # The first place that a score of this height has among all proposals.
    firsts = np.searchsorted(index.falling(profile), -index.units(profile)[rows])
    if passing is not None and len(rows):
        places = index.order("-score", profile).places[passing]
        higher = np.sort(places[places < firsts.max()])
        firsts = np.searchsorted(higher, firsts)
    return [int(first) + 1 for first in firsts]


def count_facets(
    index: RankingIndex, facets: Sequence[FacetName], kept: Rows | None
) -> dict[FacetName, list[FacetCount]]:
    """Counts for each facet, the most frequent value first; parents count their descendants."""
    if not facets:
        return {}
    flags = np.zeros(len(index.table.ids), np.bool_)
    flags[index.table.live_rows() if kept is None else kept] = True
    return {facet: _count(index, facet, flags) for facet in dict.fromkeys(facets)}


def _count(index: RankingIndex, facet: FacetName, flags: np.ndarray) -> list[FacetCount]:
    counts = {
        key.partition(":")[2]: int(np.count_nonzero(flags[index.postings.of(key)]))
        for key in index.postings.keys_of(facet)
    }
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        FacetCount(value=v, name=name_value(facet, v, index.names, index.domain_names), count=c)
        for v, c in ordered
        if c
    ]


def to_body(chosen: Chosen, items: Sequence[Item], meta: bytes) -> bytes:
    """The page as JSON."""
    cursor = b"null" if chosen.next_cursor is None else b'"%b"' % chosen.next_cursor.encode()
    facets = _FACETS.dump_json(chosen.facets) if chosen.facets else b"{}"
    rest = b'],"total":%d,"next_cursor":%b,"facets":%b,"meta":%b}'
    parts: list[Text] = []
    for (head, tail), rank in zip(items, chosen.ranks, strict=True):
        parts += (b"," if parts else b"", head, b"%d" % rank, tail)
    return b"".join([b'{"items":[', *parts, rest % (chosen.total, cursor, facets, meta)])
