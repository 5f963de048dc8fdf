"""Loading a file of dyad-days: the service reads it, and its feed has no single reports.

What the file says takes the place of what was loaded of the feed before. Some whole days at a time
are one transaction with one revision that adds what differs, so that a load that was killed, or the
same file again, does only what is left to do. Until the last of them the feed is on record as
incomplete. What differs is found before the transaction begins, which writers wait for; it holds
only if no other load came between, so of two loads at once one is refused.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from app.actors.queries import list_actors
from app.db import read_session, write_session
from app.domains.queries import list_domains
from app.errors import Fault, InvalidCatalogue
from app.feeds.kinds import check_rollup
from app.feeds.models import NONE, DyadDay, EventRetraction, FeedDay, RollupRecord
from app.feeds.rollup import Groups, Sums, add_changes, list_dyads, number_dyads, sum_up_days
from app.revisions.models import Revision
from app.revisions.record import Recorder, find_latest
from app.revisions.snapshot import load_snapshot
from app.rollups.dyad_days import Summary, read

# Dyad-days of one transaction, as many whole days as that takes: well below a second's work.
BATCH_DYAD_DAYS = 10_000
_RESOURCE: Final = "event_rollup"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: dyad-days in the file, and how many of the feed were changed."""

    summary: Summary
    dyad_days: int
    changed: int


@dataclass(frozen=True, slots=True)
class _Span:
    """Some days: those after one, up to another; the dyad-days of the file from `offset` on."""

    after: date
    until: date
    offset: int
    count: int


@dataclass(frozen=True, slots=True)
class _Last:
    """The latest load of a feed on record: its revision (0 for none), and whether it ended."""

    revision: int = 0
    complete: bool = True


def load_file(
    engine: Engine,
    path: Path,
    *,
    clock: Callable[[], datetime],
    principal: str,
    may_be_empty: bool = False,
    on_total: Callable[[int], None] = lambda _: None,
    on_loaded: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """Loads a file of dyad-days.

    Raises InvalidCatalogue for one that is damaged, empty (unless it may be) or made before ids
    were retracted, and when the feed is imported or loaded by somebody else at the same time.
    """
    summary, frame = read(path)
    if not summary.dyad_days and not may_be_empty:
        detail = "it holds no dyad-days; with --empty it takes all of the feed away"
        raise _refuse(path, detail)
    _check_names(engine, path, frame)
    load = _Load(engine, path, summary, frame, clock, principal)
    on_total(summary.dyad_days)
    for span in load.spans():
        load.take(span)
        on_loaded(span.count)
    load.end()
    return Loaded(summary, summary.dyad_days, load.changed)


def _refuse(path: Path, detail: str) -> InvalidCatalogue:
    return InvalidCatalogue((Fault("", detail, file=path.name),))


def _check_names(engine: Engine, path: Path, frame: pl.LazyFrame) -> None:
    """Raises InvalidCatalogue for actors and domains that the catalogue does not have."""
    with read_session(engine) as session:
        snapshot = load_snapshot(session)
        actors, domains = list_actors(snapshot).keys(), {NONE, *list_domains(snapshot)}
    for name, known in (("actor_id", actors), ("recipient_id", actors), ("domain_id", domains)):
        unknown = sorted(set(frame.select(pl.col(name).unique()).collect()[name]) - known)
        if unknown:
            kind = "domain" if name == "domain_id" else "actor"
            detail = f"the catalogue has no {kind} {unknown[0]!r}; roll the files up again"
            raise _refuse(path, detail)


class _Load:
    """A load at work; `changed` counts the dyad-days that it changed so far."""

    def __init__(
        self,
        engine: Engine,
        path: Path,
        summary: Summary,
        frame: pl.LazyFrame,
        clock: Callable[[], datetime],
        principal: str,
    ) -> None:
        self._engine, self._path, self._summary = engine, path, summary
        self._frame, self._clock, self._principal = frame, clock, principal
        self.changed = 0
        with read_session(engine) as session:
            check_rollup(session, summary.feed, path.name)
            self._last = _find_last(session, summary.feed)

    def spans(self) -> Iterator[_Span]:
        """All days there are, cut where enough dyad-days, of the file and kept, are together."""
        days = self._frame.group_by("happened_on").len().collect()
        in_file = dict(days.iter_rows())
        with read_session(self._engine) as session:
            query = (
                select(col(DyadDay.happened_on), func.count())
                .where(col(DyadDay.feed) == self._summary.feed)
                .group_by(col(DyadDay.happened_on))
            )
            kept = dict(session.exec(query).all())
        after, offset, count, work = date.min, 0, 0, 0
        for day in sorted({*in_file, *kept}):
            count += in_file.get(day, 0)
            work += in_file.get(day, 0) + kept.get(day, 0)
            if work >= BATCH_DYAD_DAYS:
                yield _Span(after, day, offset, count)
                after, offset, count, work = day, offset + count, 0, 0
        yield _Span(after, date.max, offset, count)

    def take(self, span: _Span) -> None:
        """Stores what differs of some days; the last of them end the load."""
        feed, ids = self._summary.feed, ("actor_id", "recipient_id")
        rows = self._frame.slice(span.offset, span.count).collect()
        pairs = rows.select(ids).unique().sort(ids).rows()
        with read_session(self._engine) as session:
            kept = sum_up_days(session, feed, span.after, span.until)
            dyads = list_dyads(session)
        before = {group: found for group, found in kept.items() if found[0].events}
        are_known = all(pair in dyads for pair in pairs)
        groups = _to_groups(rows, dyads) if are_known else {}
        if are_known and groups == before:
            return
        with write_session(self._engine) as session:
            if not are_known:
                number_dyads(session, dyads, pairs)
                groups = _to_groups(rows, dyads)
            days = [group[1] for group, _ in groups.items() ^ before.items()]
            is_last = span.until == date.max
            number = self._record(session, min(days), max(days), len(groups), complete=is_last)
            told = _count_events(groups)
            told.subtract(_count_events(before))
            session.add_all(
                FeedDay(revision=number, feed=feed, happened_on=day, rows=events)
                for day, events in sorted(told.items())
                if events
            )
            self.changed += add_changes(session, number, feed, groups, kept)

    def end(self) -> None:
        """Puts on record that the feed is whole, unless it says so."""
        if not self._last.complete:
            with write_session(self._engine) as session:
                self._record(session, None, None, 0, complete=True)

    def _record(
        self,
        session: Session,
        first_on: date | None,
        last_on: date | None,
        dyad_days: int,
        *,
        complete: bool,
    ) -> int:
        """Puts a step of the load on record, if nothing came between; its revision."""
        self._check(session)
        summary = self._summary
        recorder = Recorder(
            session, find_latest(session), now=self._clock(), principal=self._principal
        )
        number = recorder.number + 1
        record = RollupRecord(
            feed=summary.feed,
            file_name=self._path.name,
            first_on=first_on,
            last_on=last_on,
            dyad_days=dyad_days,
            counts=summary.counts,
            complete=complete,
        )
        recorder.record(
            action="create",
            resource=_RESOURCE,
            resource_id=f"{summary.feed}.{number}",
            record=record.model_dump_json(),
        )
        self._last = _Last(number, complete)
        return number

    def _check(self, session: Session) -> None:
        """Raises InvalidCatalogue when what was found before the transaction holds no longer."""
        feed = self._summary.feed
        check_rollup(session, feed, self._path.name)
        if _find_last(session, feed).revision != self._last.revision:
            detail = f"the feed {feed} is being loaded by somebody else; wait, and load it again"
            raise _refuse(self._path, detail)
        later = select(EventRetraction).where(
            col(EventRetraction.feed) == feed,
            col(EventRetraction.revision) > self._summary.revision,
        )
        if session.exec(later.limit(1)).first() is not None:
            detail = "ids of the feed were retracted since; roll the files up again"
            raise _refuse(self._path, detail)


def _find_last(session: Session, feed: str) -> _Last:
    query = (
        select(Revision.number, Revision.record)
        .where(
            col(Revision.resource) == _RESOURCE,
            col(Revision.resource_id).startswith(f"{feed}.", autoescape=True),
        )
        .order_by(col(Revision.number).desc())
    )
    found = session.exec(query.limit(1)).first()
    if found is None or found[1] is None:
        return _Last()
    return _Last(found[0], RollupRecord.model_validate_json(found[1]).complete)


def _count_events(groups: Groups) -> Counter[date]:
    """Events by day."""
    found: Counter[date] = Counter()
    for group, (sums, _) in groups.items():
        found[group[1]] += sums.events
    return found


def _to_groups(rows: pl.DataFrame, dyads: dict[tuple[str, str], int]) -> Groups:
    return {
        (dyads[actor, recipient], day, quad_class, event_type, domain_id): (
            Sums(events, publishers, cooperative, conflictual),
            lead,
        )
        for (
            day,
            actor,
            recipient,
            quad_class,
            event_type,
            domain_id,
            events,
            publishers,
            cooperative,
            conflictual,
            lead,
        ) in rows.iter_rows()
    }
