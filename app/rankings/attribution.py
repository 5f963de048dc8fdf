"""Attribution: how each proposal moved between two moments, divided among five causes.

A state between the two moments takes each of five parts of the world from one or the other; the
Shapley value of that game divides each move, so that the parts add up to it exactly.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import get_args

from app.errors import Fault, InvalidParameters
from app.events.queries import list_events
from app.rankings.models import (
    AttributionPublic,
    Cause,
    CausePart,
    MomentPublic,
    Move,
    ScoreAndRank,
)
from app.recommendations.board import Board, make_board
from app.recommendations.candidates import Candidate, Filters, select_candidates, to_candidate
from app.recommendations.dossier import Dossier
from app.recommendations.present import to_meta, to_profile_used
from app.scoring import facts
from app.scoring.aggregate import to_points
from app.scoring.assessment import Question
from app.scoring.attribution import shapley
from app.scoring.methods import Method
from app.scoring.profiles import Profile

# Proposals times states that are scored at most, so that an answer comes in seconds.
MAX_SCORED = 10_000
# Ranks are divided in thousandths.
RANK_STEPS = 1000
Series = Mapping[frozenset[str], tuple[facts.DyadDay, ...]]
CAUSES: tuple[Cause, ...] = get_args(Cause)


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known, the day looked at, and the weights."""

    index: Dossier
    day: date
    profile: Profile


@dataclass(frozen=True)
class Comparison:
    """Two moments, and what is compared at both."""

    before: Moment
    after: Moment
    filters: Filters
    perspective: str
    method: Method = "weighted_sum"

    @cached_property
    def causes(self) -> list[Cause]:
        """The causes that differ between the moments; the others have no part in anything."""
        one, two = self.before, self.after
        differs: dict[Cause, bool] = {
            "new_events": one.day != two.day
            or bool(self._refs_of(two) - self._refs_of(one))
            or self._series_changed(grew=True),
            "retractions": bool(self._refs_of(one) - self._refs_of(two))
            or self._series_changed(grew=False),
            "passing_time": one.day != two.day,
            "edits": one.index.revision != two.index.revision,
            "configuration": one.profile.microweights != two.profile.microweights,
        }
        return [cause for cause in CAUSES if differs[cause]]

    @cached_property
    def members(self) -> list[str]:
        """The proposals that pass the filters at either moment."""
        found = {
            c.view.proposal_id
            for moment in (self.before, self.after)
            for c in select_candidates(moment.index, self.filters, self._question(moment))
        }
        return sorted(found)

    def _question(self, moment: Moment) -> Question:
        return Question(moment.index.world, moment.day, self.perspective)

    def _events_of(self, moment: Moment) -> Mapping[str, facts.Event]:
        return {e.ref: e for e in list_events(moment.index.snapshot).values()}

    def _refs_of(self, moment: Moment) -> set[str]:
        return set(self._events_of(moment))

    def board(self, at_work: frozenset[str]) -> Board:
        """The ranking once these causes are at work and the others are not."""

        def pick(cause: Cause) -> Moment:
            return self.after if cause in at_work else self.before

        records = pick("edits").index
        question = Question(
            world=self._mix_world(records.world, at_work),
            day=pick("new_events").day,
            perspective=self.perspective,
            clock=pick("passing_time").day,
        )
        found = [
            candidate
            for proposal_id in self.members
            if (candidate := _find(records, proposal_id, question)) is not None
        ]
        return make_board(found, question, pick("configuration").profile, self.method)

    def _mix_world(self, world: facts.World, at_work: frozenset[str]) -> facts.World:
        if self.before.index is self.after.index:
            return world
        old, new = self._events_of(self.before), self._events_of(self.after)
        common = new if "edits" in at_work else old
        events = {ref: common[ref] for ref in old.keys() & new.keys()}
        if "new_events" in at_work:
            events |= {ref: new[ref] for ref in new.keys() - old.keys()}
        if "retractions" not in at_work:
            events |= {ref: old[ref] for ref in old.keys() - new.keys()}
        series = self._mix_series(world, at_work)
        edited = facts.group_by_pair(events.values(), world.event_key)
        return replace(world, events=edited, series=series)

    def _mix_series(self, world: facts.World, at_work: frozenset[str]) -> Series:
        """What feeds report: what was added since, and what was retracted, each if at work."""
        days: list[facts.DyadDay] = []
        for old, new in self._changed_days.values():
            grew = _count(new) >= _count(old)
            kept = new if ("new_events" if grew else "retractions") in at_work else old
            if kept is not None:
                days.append(kept)
        return facts.group_by_pair(days, world.event_key)

    @cached_property
    def _changed_days(self) -> dict[object, tuple[facts.DyadDay | None, facts.DyadDay | None]]:
        """What feeds report of each kind of act on each day, at both moments."""
        old, new = (_by_group(m.index.world.series) for m in (self.before, self.after))
        return {group: (old.get(group), new.get(group)) for group in {**old, **new}}

    def _series_changed(self, *, grew: bool) -> bool:
        return any(
            one != two and (_count(two) >= _count(one)) is grew
            for one, two in self._changed_days.values()
        )


def _count(day: facts.DyadDay | None) -> int:
    return 0 if day is None else day.events


def _by_group(series: Series) -> dict[object, facts.DyadDay]:
    return {
        (d.actor_id, d.recipient_id, d.own_day, d.quad_class, d.event_type, d.domain_id): d
        for days in series.values()
        for d in days
    }


def _find(index: Dossier, proposal_id: str, question: Question) -> Candidate | None:
    recorded = index.proposals.get(proposal_id)
    if recorded is None or recorded.document.merged_into is not None:
        return None
    return to_candidate(recorded, question)


def attribute(comparison: Comparison, limit: int) -> AttributionPublic:
    """Divides every move among its causes. Raises InvalidParameters if that is too much work."""
    causes, members = comparison.causes, comparison.members
    most = MAX_SCORED >> len(causes)
    if len(members) > most:
        detail = f"{len(members)} proposals are compared; narrow the filters to {most} or fewer."
        raise InvalidParameters((Fault("/query", detail),))
    states: dict[frozenset[str], _State] = {}

    def state(at_work: frozenset[str]) -> _State:
        if at_work not in states:
            states[at_work] = _State(comparison.board(at_work))
        return states[at_work]

    before, after = state(frozenset()), state(frozenset(causes))
    moves = [_Move(i, causes, before, after, state).to_public() for i in members]
    moves.sort(key=lambda m: (-abs(m.score_change or 0), m.id))
    meta = to_meta(
        comparison.after.index, after.board.question, comparison.after.profile, comparison.method
    )
    return AttributionPublic(
        items=moves[:limit],
        total=len(moves),
        causes=causes,
        before=_to_moment(comparison.before),
        after=_to_moment(comparison.after),
        meta=meta,
    )


def _to_moment(moment: Moment) -> MomentPublic:
    return MomentPublic(
        as_of=moment.day,
        revision=moment.index.revision,
        profile=to_profile_used(moment.profile),
    )


class _State:
    """A board with its rows by id."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.rows = {proposal_id: row for row, proposal_id in enumerate(board.ids)}

    def units(self, proposal_id: str) -> int:
        return int(self.board.scores.units[self.rows[proposal_id]])

    def rank(self, proposal_id: str) -> int:
        return int(self.board.ranks[self.rows[proposal_id]])

    def show(self, proposal_id: str) -> ScoreAndRank | None:
        if proposal_id not in self.rows:
            return None
        return ScoreAndRank(score=to_points(self.units(proposal_id)), rank=self.rank(proposal_id))

    def refs(self, proposal_id: str) -> set[str]:
        assessments = self.board.rows[self.rows[proposal_id]]
        return {ref for a in assessments for entry in a.inputs for ref in entry.refs}


@dataclass(frozen=True)
class _Move:
    """One proposal between two states; `state` gives those in between."""

    proposal_id: str
    causes: Sequence[Cause]
    before: _State
    after: _State
    state: Callable[[frozenset[str]], _State]

    def to_public(self) -> Move:
        there = self.after if self.proposal_id in self.after.rows else self.before
        view = there.board.candidates[there.rows[self.proposal_id]].view
        one, two = self.before.show(self.proposal_id), self.after.show(self.proposal_id)
        both = one is not None and two is not None
        return Move(
            id=self.proposal_id,
            slug=view.slug,
            title=view.title,
            before=one,
            after=two,
            score_change=to_points(self._change_of_units()) if both else None,
            rank_change=two.rank - one.rank if one and two else None,
            causes=list(self._divide()) if both else [],
        )

    def _change_of_units(self) -> int:
        return self.after.units(self.proposal_id) - self.before.units(self.proposal_id)

    def _divide(self) -> Iterator[CausePart]:
        scores = shapley(self.causes, lambda s: self._there(s).units(self.proposal_id))
        ranks = shapley(self.causes, lambda s: RANK_STEPS * self._there(s).rank(self.proposal_id))
        for cause in self.causes:
            yield CausePart(
                cause=cause,
                score=to_points(scores[cause]),
                rank=ranks[cause] / RANK_STEPS,
                refs=self._list_refs(cause),
            )

    def _there(self, at_work: frozenset[str]) -> _State:
        """The state; where the proposal is not on record in it, the one at the first moment."""
        found = self.state(at_work)
        return found if self.proposal_id in found.rows else self.before

    def _list_refs(self, cause: Cause) -> list[str]:
        old, new = self.before.refs(self.proposal_id), self.after.refs(self.proposal_id)
        if cause == "new_events":
            return sorted(new - old)
        if cause == "retractions":
            return sorted(r for r in old - new if r.startswith("event:"))
        if cause == "passing_time":
            return self._list_turned_windows()
        revisions = [
            s.board.candidates[s.rows[self.proposal_id]].recorded.revision
            for s in (self.before, self.after)
        ]
        return [f"revision:{revisions[1]}"] if cause == "edits" and len(set(revisions)) > 1 else []

    def _list_turned_windows(self) -> list[str]:
        """The windows that opened or shut between the two days."""
        days = [s.board.question.today for s in (self.before, self.after)]
        windows = self.after.board.candidates[self.after.rows[self.proposal_id]].view.windows
        return [w.ref for w in windows if len({facts.window_state(w, d) for d in days}) > 1]
