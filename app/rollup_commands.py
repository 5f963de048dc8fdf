"""The commands on roll-ups of feeds: making one of files, and loading it."""

import json
import os
import shlex
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.progress import (
    DownloadColumn,
    MofNCompleteColumn,
)
from sqlmodel import col, select

from app.coding.read import FORMATS, FeedFormat
from app.coding.report import Malformed
from app.db import read_session
from app.event_commands import (
    Feed,
    check_feed,
    check_files,
    choose_format,
    draw_bar,
    err,
    out,
    print_counts,
    print_names,
)
from app.feeds.lists import read_ids
from app.feeds.models import EventRetraction
from app.feeds.resolve import Register
from app.revisions.snapshot import load_snapshot
from app.rollups import embedded
from app.rollups.dyad_days import REJECTED, Origin, gather, scratch, write
from app.rollups.embedded import Tally, Task
from app.rollups.load import load_file
from app.schema import open_ready
from app.settings import Settings
from app.signals import ended_by_signals

ENGINES = ("embedded", "spark")
cli = typer.Typer()


@cli.command("rollup")
def roll_up_files(
    paths: Annotated[
        list[Path], typer.Argument(help="Files of the feed, as large as need be; gzip and zip too.")
    ],
    feed: Feed,
    into: Annotated[Path, typer.Option(metavar="FILE", help="Where the dyad-days are written.")],
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help=f"{', '.join(FORMATS)}; by the feed if left out."
        ),
    ] = None,
    without: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ids to leave out, as for retract.")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="embedded: on this machine; spark: on a cluster.")
    ] = "embedded",
    master: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The cluster, such as local[2]; else as Spark finds it."),
    ] = None,
) -> None:
    """Roll files up to dyad-days without storing their rows; entente events load takes the file."""
    if engine not in ENGINES:
        raise typer.BadParameter(f"the engine must be one of {', '.join(ENGINES)}")
    chosen = choose_format(check_feed(feed), form)
    check_files(paths)
    _check_target(into.resolve(), paths)
    task, revision = _prepare(paths, feed, chosen, without)
    started = time.perf_counter()
    tally, written = _run(task, into.resolve(), engine, master, revision)
    seconds = time.perf_counter() - started
    told = f"{written} dyad-days written to {into} in {seconds:.1f} s."
    out.print(told, markup=False, soft_wrap=True)
    print_counts(tally.counts)
    print_names(tally.names)
    if tally.counts.rejected:
        hint = f"Malformed rows: unzip -p {shlex.quote(str(into))} {REJECTED}"
        out.print(hint, markup=False, soft_wrap=True)
    hint = f"Load them: entente events load {shlex.quote(str(into))}"
    out.print(hint, markup=False, soft_wrap=True)


def _prepare(
    paths: list[Path], feed: str, form: FeedFormat, without: Path | None
) -> tuple[Task, int]:
    """The roll-up of files by the catalogue as it is, and the revision that this is."""
    left_out = set() if without is None else set(read_ids(without))
    with read_session(open_ready(Settings())) as session:
        snapshot = load_snapshot(session)
        retracted = select(EventRetraction.feed_id).where(col(EventRetraction.feed) == feed)
        task = Task(
            paths=paths,
            feed=feed,
            form=form,
            register=Register.of(snapshot),
            retracted=sorted({*session.exec(retracted), *left_out}),
        )
    return task, snapshot.revision


def _check_target(into: Path, paths: list[Path]) -> None:
    """Raises BadParameter where the outcome cannot be written, or would take a file's place."""
    if not into.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {into.parent}")
    if into.exists() and not into.is_file():
        raise typer.BadParameter(f"{into} is no file; name one with --into")
    if into.exists() and any(into.samefile(path) for path in paths):
        raise typer.BadParameter(f"{into} is to be read; name another file with --into")


def _run(
    task: Task, into: Path, engine: str, master: str | None, revision: int
) -> tuple[Tally, int]:
    """Rolls up and writes what came of it; how many dyad-days that are."""
    with (
        ended_by_signals(),
        scratch(into) as folder,
        (folder / REJECTED).open("w", encoding="utf-8") as aside,
    ):

        def keep(name: str, row: Malformed) -> None:
            told = {"file": to_utf8(name), "line": row.line, "reason": row.reason, "text": row.text}
            aside.write(json.dumps(told, ensure_ascii=False) + "\n")

        tally = Tally(on_rejected=keep)
        if engine == "spark":
            parts = _spark_parts(task, folder, tally, master)
        else:
            parts = _embedded_parts(task, folder, tally)
        found = gather(parts, folder)
        origin = Origin(
            feed=task.feed,
            files=[to_utf8(path.name) for path in task.paths],
            counts=tally.counts,
            revision=revision,
        )
        aside.close()
        rejected = folder / REJECTED if tally.counts.rejected else None
        write(into, found, origin, rejected, folder)
        return tally, found.count


def to_utf8(name: str) -> str:
    """The name of a file, which need not be UTF-8, as it can be written down."""
    return os.fsencode(name).decode("utf-8", "replace")


def _embedded_parts(task: Task, folder: Path, tally: Tally) -> Iterator[pl.DataFrame]:
    with draw_bar(DownloadColumn()) as bars:
        sizes = [path.stat().st_size for path in task.paths]
        bar = bars.add_task("Reading", total=sum(sizes))
        tally.on_read = lambda file, place: bars.update(bar, completed=sum(sizes[:file]) + place)
        yield from embedded.roll_up(task, folder, tally)


def _spark_parts(
    task: Task, folder: Path, tally: Tally, master: str | None
) -> Iterator[pl.DataFrame]:
    try:
        from app.rollups import spark
    except ImportError:
        detail = "Spark is not installed; it is an extra: pip install 'entente[spark]'"
        raise typer.BadParameter(detail) from None
    with err.status("Rolling up on Spark"):
        session = spark.open_session(master)
        try:
            yield from spark.roll_up(session, task, folder, tally)
        finally:
            session.stop()


@cli.command("load")
def load_rolled_up(
    path: Annotated[Path, typer.Argument(help="A file that entente events rollup wrote.")],
    empty: Annotated[
        bool, typer.Option("--empty", help="Take the file even if it holds no dyad-days.")
    ] = False,
) -> None:
    """Load the dyad-days of a feed, in the place of those loaded before; goes on if broken off."""
    check_files([path])
    engine = open_ready(Settings())
    with draw_bar(MofNCompleteColumn()) as bars:
        bar = bars.add_task(f"Loading {path.name}", total=None)
        done = load_file(
            engine,
            path,
            clock=lambda: datetime.now(UTC),
            principal="cli",
            may_be_empty=empty,
            on_total=lambda total: bars.update(bar, total=total),
            on_loaded=lambda count: bars.advance(bar, count),
        )
    feed = done.summary.feed
    if done.changed:
        text = f"{done.changed} dyad-days changed; the feed {feed} has {done.dyad_days}."
    else:
        text = f"All {done.dyad_days} dyad-days of the feed {feed} were there before."
    out.print(text, soft_wrap=True)
