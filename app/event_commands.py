"""The commands on feeds of coded events: import, retract."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import Engine
from sqlmodel import col, select

from app.coding.read import FORMATS, FeedFormat, format_of
from app.db import read_session, write_session
from app.events.write import CATALOGUE_FEED
from app.feeds.ingest import Imported, Source, Watch, import_file
from app.feeds.lists import read_ids
from app.feeds.models import Counts, RejectedRow, UnresolvedName
from app.feeds.retract import retract
from app.fields import KEY_PATTERN
from app.schema import open_ready
from app.settings import Settings

cli = typer.Typer(help="Feeds of coded events.", no_args_is_help=True)
out = Console()
err = Console(stderr=True)
# Names that led nowhere which are shown; the rest are counted.
SHOWN_NAMES = 10

Feed = Annotated[
    str,
    typer.Option(metavar="NAME", help="The feed: icews, gdelt, polecat, or a name of your own."),
]


@cli.command("import")
def import_files(
    paths: Annotated[list[Path], typer.Argument(help="Files of the feed; gzip and zip are fine.")],
    feed: Feed,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help=f"{', '.join(FORMATS)}; by the feed if left out."
        ),
    ] = None,
) -> None:
    """Import files of a feed; one that was broken off goes on where it stopped."""
    chosen = _choose_format(_check_feed(feed), form)
    engine = open_ready(Settings())
    for path in paths:
        if not path.is_file():
            raise typer.BadParameter(f"{path} is not a file")
    for path in paths:
        with _progress(path.name) as watch:
            done = import_file(
                engine,
                Source(path, feed, chosen, path.name),
                clock=lambda: datetime.now(UTC),
                principal="cli",
                watch=watch,
            )
        _print_import(engine, done)


@cli.command("retract")
def retract_ids(
    path: Annotated[
        Path, typer.Argument(help="Ids, one a line, or a CSV file with a column of ids (ACLED).")
    ],
    feed: Feed,
    reason: Annotated[
        str, typer.Option(help="Why, for the change feed.")
    ] = "Retracted by the feed",
) -> None:
    """Take reports out of every score, whether they came yet or will."""
    _check_feed(feed)
    ids = read_ids(path)
    with write_session(open_ready(Settings())) as session:
        done = retract(session, feed, ids, reason=reason, now=datetime.now(UTC), principal="cli")
    out.print(
        f"Retracted {done.new} ids, of which {done.reports} had come; "
        f"{done.known} had been retracted before.",
        soft_wrap=True,
    )


def _check_feed(feed: str) -> str:
    if feed == CATALOGUE_FEED or not re.fullmatch(KEY_PATTERN, feed):
        raise typer.BadParameter(
            "a feed's name is of small letters, digits and hyphens, and not catalogue"
        )
    return feed


def _choose_format(feed: str, form: str | None) -> FeedFormat:
    found = next((known for known in FORMATS if known == (form or format_of(feed))), None)
    if found is None:
        raise typer.BadParameter(f"the format must be one of {', '.join(FORMATS)}")
    return found


@contextmanager
def _progress(name: str) -> Iterator[Watch]:
    """A bar for looking the file through, then one for storing it."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bars:
        task = bars.add_task(f"Checking {name}", total=None)
        yield Watch(
            seen=lambda: bars.advance(task),
            total=lambda rows: bars.reset(task, total=rows, description=f"Storing {name}"),
            stored=lambda rows: bars.advance(task, rows),
        )


def _print_import(engine: Engine, done: Imported) -> None:
    record = done.record
    if not done.changed:
        out.print(f"{record.file_name}: all of it was there before.", markup=False)
    else:
        out.print(f"{record.file_name}: imported as {record.id}.", markup=False)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    for name in Counts.model_fields:
        table.add_row(name, str(getattr(record, name)))
    out.print(table)
    with read_session(engine) as session:
        names = session.exec(
            select(UnresolvedName)
            .where(col(UnresolvedName.import_id) == record.id)
            .order_by(col(UnresolvedName.count).desc(), col(UnresolvedName.name))
        ).all()
        rejected = session.exec(
            select(RejectedRow)
            .where(col(RejectedRow.import_id) == record.id)
            .order_by(col(RejectedRow.line))
            .limit(SHOWN_NAMES)
        ).all()
    if names:
        shown = ", ".join(f"{n.name} ({n.count})" for n in names[:SHOWN_NAMES])
        more = f", and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        out.print(f"Unresolved names: {shown}{more}", markup=False, soft_wrap=True)
    for row in rejected:
        out.print(f"Line {row.line}: {row.reason}", markup=False, soft_wrap=True)
