"""The ranking index: an immutable picture of one revision on one day, made for ranked lists."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import RLock

import numpy as np

from app.feeds.freshness import FeedUsed, list_used
from app.forecasts.models import RunUsed
from app.heavy import in_steps
from app.listings.assessed import Assessed, assess_some
from app.listings.items import Items, Weights
from app.listings.orders import Order, Sorting, make_order, move_rows, sorting_of
from app.listings.postings import Postings
from app.listings.table import Item, Rows, Table
from app.recommendations.dossier import Dossier, list_run
from app.recommendations.models import Meta, Sort
from app.recommendations.present import MODEL, to_profile_used
from app.scoring.aggregate import Integers
from app.scoring.assessment import Question
from app.scoring.profiles import Profile
from app.scoring.top import Block

Name = tuple[Sort, Weights | None]


@dataclass(frozen=True, slots=True)
class View:
    """What an index is a picture of."""

    revision: int
    day: date
    perspective: str


@dataclass(frozen=True)
class RankingIndex:
    """All that ranked lists are made of, as of one revision, on one day, from one side.

    Scores and orders by a profile are made when they are first asked for. `read` gives the dossier
    of the same revision, for what is not kept here.
    """

    view: View
    known_at: datetime | None
    names: Mapping[str, str]
    domain_names: Mapping[str, str]
    profiles: Mapping[str, Profile]
    feeds: Sequence[FeedUsed]
    forecast_run: RunUsed | None
    table: Table
    postings: Postings
    items: Items
    read: Callable[[], Dossier]
    _units: dict[Weights, Integers] = field(default_factory=dict)
    _falling: dict[Weights, Integers] = field(default_factory=dict)
    _orders: dict[Name, Order] = field(default_factory=dict)
    _metas: dict[Profile, bytes] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def units(self, profile: Profile) -> Integers:
        """The score of every row in exact units."""
        weights = profile.microweights
        found = self._units.get(weights)
        if found is None:
            found = self._units[weights] = score_all(self.table.blocks, weights)
        return found

    def falling(self, profile: Profile) -> Integers:
        """The scores from the highest down, each times -1, so that they ascend."""
        weights = profile.microweights
        found = self._falling.get(weights)
        if found is None:
            rows = self.order("-score", profile).rows
            found = self._falling[weights] = -self.units(profile)[rows]
        return found

    def sorting(self, sort: Sort, profile: Profile) -> Sorting:
        """What a sort goes by."""
        return sorting_of(sort, self.table, self.units(profile))

    def order(self, sort: Sort, profile: Profile) -> Order:
        """All rows in the order asked for."""
        name = _name_of(sort, profile)
        found = self._orders.get(name)
        if found is None:
            with self._lock:
                found = self._orders.get(name)
                if found is None:
                    found = make_order(self.table, self.sorting(sort, profile))
                    self._orders[name] = found
        return found

    def has_order(self, sort: Sort, profile: Profile) -> bool:
        """Whether that order is made already."""
        return _name_of(sort, profile) in self._orders

    def carry(self, before: "RankingIndex", moved: Sequence[int]) -> None:
        """Makes what the index before had made for lists, in which only some rows moved.

        The first list of this index then finds it ready.
        """
        for (sort, weights), order in in_steps(list(before._orders.items())):
            profile = _find_profile(self.profiles, weights)
            if profile is not None:
                sorting = self.sorting(sort, profile)
                name = _name_of(sort, profile)
                self._orders[name] = move_rows(order, self.table, sorting, moved)
        for profile in in_steps(list(before._metas)):
            if self.profiles.get(profile.profile_id) == profile:
                self.meta_json(profile)
                self.falling(profile)

    def question(self) -> Question:
        """The question that it answers."""
        return Question(self.read().world, self.view.day, self.view.perspective)

    def meta(self, profile: Profile) -> Meta:
        """What an answer by a profile is made from."""
        return Meta(
            as_of=self.view.day,
            known_at=self.known_at,
            revision=self.view.revision,
            perspective=self.view.perspective,
            profile=to_profile_used(profile),
            method="weighted_sum",
            model=MODEL,
            feeds=list(self.feeds),
            forecast_run=self.forecast_run,
        )

    def meta_json(self, profile: Profile) -> bytes:
        """The same as JSON."""
        found = self._metas.get(profile)
        if found is None:
            found = self._metas[profile] = self.meta(profile).model_dump_json().encode()
        return found

    def assess(self, rows: Sequence[int]) -> list[Assessed]:
        """The assessed proposals of some rows, in their order."""
        stamps, kept = self.table.stamps[list(rows)].tolist(), self.items.assessed
        found = [kept.find(stamp) for stamp in stamps]
        ids = [self.table.ids[row] for row in rows]
        missing = [i for i, each in zip(ids, found, strict=True) if each is None]
        new = assess_some(missing, self.read(), self.question()) if missing else {}
        for stamp, proposal_id in zip(stamps, ids, strict=True):
            if proposal_id in new:
                kept.put(stamp, new[proposal_id])
        return [each or new[i] for i, each in zip(ids, found, strict=True)]

    def find_items(self, rows: Rows, profile: Profile) -> list[Item] | None:
        """The items of some rows; None unless all of them are ready."""
        return self.items.find(self.table.stamps[rows], profile.microweights)


def make_from(
    view: View, dossier: Dossier, table: Table, postings: Postings, items: Items
) -> RankingIndex:
    """An index of these rows, with what the dossier of the same revision says of them all."""
    return RankingIndex(
        view=view,
        known_at=dossier.known_at,
        names=dossier.world.names,
        domain_names=dossier.world.domain_names,
        profiles=dossier.profiles,
        feeds=list_used(dossier.snapshot, view.day),
        forecast_run=list_run(dossier, view.day),
        table=table,
        postings=postings,
        items=items,
        read=lambda: dossier,
    )


def score_all(blocks: Sequence[Block], weights: Weights) -> Integers:
    """The scores of all rows in units, which double precision holds exactly."""
    scores = [np.array(weights, np.float64) @ block.astype(np.float64) for block in blocks]
    return np.concatenate(scores).astype(np.int64) if scores else np.empty(0, np.int64)


def _name_of(sort: Sort, profile: Profile) -> Name:
    return sort, profile.microweights if sort in ("-score", "score") else None


def _find_profile(profiles: Mapping[str, Profile], weights: Weights | None) -> Profile | None:
    found = (p for p in profiles.values() if weights is None or p.microweights == weights)
    return next(found, None)
