"""Loading a file of dyad-days: the service reads it, and its feed has no single reports.

What the file says takes the place of what was loaded of the feed before. Some whole days at a time
are one transaction with one revision that adds what differs, so that a load that was killed, or the
same file again, does only what is left to do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
from sqlalchemy import Engine

from app.actors.queries import list_actors
from app.db import read_session, write_session
from app.errors import Fault, InvalidCatalogue
from app.feeds.kinds import check_rollup
from app.feeds.models import FeedDay, RollupRecord
from app.feeds.rollup import Groups, Sums, add_changes, list_dyads, number_dyads, sum_up_days
from app.revisions.record import Recorder
from app.revisions.snapshot import load_snapshot
from app.rollups.dyad_days import Summary, read

# Dyad-days of one transaction, as many whole days as that takes: about a second's work.
BATCH_DYAD_DAYS = 20_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: dyad-days in the file, and how many of the feed were changed."""

    summary: Summary
    dyad_days: int
    changed: int


@dataclass(frozen=True, slots=True)
class _Span:
    """Some days: those after one, up to another."""

    after: date
    until: date


def load_file(
    engine: Engine,
    path: Path,
    *,
    clock: Callable[[], datetime],
    principal: str,
    on_total: Callable[[int], None] = lambda _: None,
    on_loaded: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """Loads a file of dyad-days. Raises InvalidCatalogue for one that cannot be loaded.

    A feed is either imported or loaded, never both: nothing would be counted once only.
    """
    summary, frame = read(path)
    _check_actors(engine, path, frame)
    total, changed = frame.select(pl.len()).collect().item(), 0
    on_total(total)
    for span in _spans(frame):
        rows = frame.filter(
            (pl.col("happened_on") > span.after) & (pl.col("happened_on") <= span.until)
        ).collect()
        changed += _store(engine, path.name, summary, span, rows, clock(), principal)
        on_loaded(rows.height)
    return Loaded(summary, total, changed)


def _check_actors(engine: Engine, path: Path, frame: pl.LazyFrame) -> None:
    with read_session(engine) as session:
        actors = list_actors(load_snapshot(session))
    named = pl.concat([frame.select(pl.col(n).alias("id")) for n in ("actor_id", "recipient_id")])
    unknown = sorted(set(named.unique().collect()["id"]) - actors.keys())
    if unknown:
        detail = f"the catalogue has no actor {unknown[0]!r}; roll the files up again"
        raise InvalidCatalogue((Fault("", detail, file=path.name),))


def _spans(frame: pl.LazyFrame) -> Iterator[_Span]:
    """All days there are, cut where enough dyad-days of the file are together."""
    days = frame.group_by("happened_on").len().sort("happened_on").collect()
    steps = days.group_by(pl.col("len").cum_sum() // BATCH_DYAD_DAYS).agg(
        pl.col("happened_on").max()
    )
    after = date.min
    for last in steps["happened_on"].sort():
        yield _Span(after, last)
        after = last
    yield _Span(after, date.max)


def _store(
    engine: Engine,
    file_name: str,
    summary: Summary,
    span: _Span,
    rows: pl.DataFrame,
    now: datetime,
    principal: str,
) -> int:
    """Stores what differs of some days; how many dyad-days do."""
    feed = summary.feed
    with write_session(engine) as session:
        check_rollup(session, feed, file_name)
        dyads, ids = list_dyads(session), ("actor_id", "recipient_id")
        number_dyads(session, dyads, rows.select(ids).unique().sort(ids).rows())
        groups = _to_groups(rows, dyads)
        kept = sum_up_days(session, feed, span.after, span.until)
        days = [group[1] for group, _ in groups.items() ^ _live(kept).items()]
        if not days:
            return 0
        recorder = Recorder(session, now=now, principal=principal)
        number = recorder.number + 1
        record = RollupRecord(
            feed=feed,
            file_name=file_name,
            first_on=min(days),
            last_on=max(days),
            dyad_days=len(groups),
            counts=summary.counts,
        )
        recorder.record(
            action="create",
            resource="event_rollup",
            resource_id=f"{feed}.{number}",
            record=record.model_dump_json(),
        )
        by_day = rows.group_by("happened_on").agg(pl.col("events").sum()).sort("happened_on")
        session.add_all(
            FeedDay(revision=number, feed=feed, happened_on=day, rows=events)
            for day, events in by_day.iter_rows()
        )
        return add_changes(session, number, feed, groups, kept)


def _live(kept: Groups) -> Groups:
    """The groups that have events."""
    return {group: found for group, found in kept.items() if found[0].events}


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
