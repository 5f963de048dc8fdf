"""The commands on feeds of coded events: import, fetch, retract."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    track,
)
from rich.table import Table
from sqlalchemy import Engine
from sqlmodel import col, select

from app.coding.read import FORMATS, FeedFormat, format_of
from app.db import read_session, write_session
from app.errors import InvalidCatalogue
from app.events.write import CATALOGUE_FEED
from app.feeds.fetch import (
    BASE_URLS,
    GOOD,
    Outcome,
    fetch,
    list_days_without,
    list_files,
    make_client,
)
from app.feeds.ingest import Imported, Source, Watch, import_file
from app.feeds.lists import read_ids, why_no_file
from app.feeds.models import Counts, RejectedRow, UnresolvedName
from app.feeds.retract import retract
from app.feeds.statements import in_chunks
from app.fields import KEY_PATTERN, parse_day
from app.report import print_faults
from app.schema import open_ready
from app.settings import Settings

cli = typer.Typer(help="Feeds of coded events.", no_args_is_help=True)
out = Console()
err = Console(stderr=True)
# Names that led nowhere which are shown; the rest are counted.
SHOWN_NAMES = 10
_WHAT_TO_DO: dict[Outcome, str] = {
    "missing": "the feed lists it but does not have it",
    "damaged": "what came is not what the list says; run it again later",
    "unreachable": "run it again, and it goes on where it stopped",
}

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
    chosen = choose_format(check_feed(feed), form)
    check_files(paths)
    engine = open_ready(Settings())
    imported: list[str] = []
    for path in paths:
        if _import_one(engine, Source(path, feed, chosen, path.name), imported):
            imported.append(path.name)
    if len(imported) < len(paths):
        raise typer.Exit(1)


def _import_one(engine: Engine, source: Source, before: list[str]) -> bool:
    """Imports a file and says what came of it; whether all of it is stored.

    `before` are the files that this command has imported before it.
    """
    try:
        with _progress(source.file_name) as watch:
            done = import_file(
                engine, source, clock=lambda: datetime.now(UTC), principal="cli", watch=watch
            )
    except InvalidCatalogue as error:
        headline = f"{_to_printable(source.file_name)} was not imported"
        if before:
            headline += f" ({_to_printable(_enumerate(before))} imported before it)"
        print_faults(err, error.faults, headline)
        return False
    _print_import(engine, done)
    return done.record.state == "done"


@cli.command("fetch")
def fetch_files(
    since: Annotated[
        str, typer.Option("--from", metavar="DAY", help="First day wanted, YYYY-MM-DD.")
    ],
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day wanted.")],
    feed: Annotated[str, typer.Option(metavar="NAME", help="The feed; gdelt is known.")] = "gdelt",
    folder: Annotated[Path, typer.Option("--into", help="Folder for the files.")] = Path("feeds"),
    version: Annotated[
        str, typer.Option(help="1.0: a file a day; 2.0: one for every 15 minutes, since 2015.")
    ] = "1.0",
    mirror: Annotated[
        str | None, typer.Option(metavar="URL", help="Another place with the same lists and files.")
    ] = None,
) -> None:
    """Download files of a feed by its own list; what was broken off goes on where it stopped."""
    if feed != "gdelt":
        raise typer.BadParameter("only gdelt publishes a list of its files; give --feed gdelt")
    chosen = next((known for known in BASE_URLS if known == version), None)
    if chosen is None:
        raise typer.BadParameter(f"the version must be one of {', '.join(BASE_URLS)}")
    first, last = read_day(since), read_day(until)
    if last < first:
        raise typer.BadParameter("--to lies before --from")
    base_url = BASE_URLS[chosen] if mirror is None else f"{mirror.rstrip('/')}/"
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(f"--into names a file: {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    outcomes: dict[Outcome, list[str]] = defaultdict(list)
    with make_client() as client:
        listed = list_files(client, chosen, base_url, first, last)
        for file in track(listed, "Fetching", console=err, transient=True):
            outcomes[fetch(client, base_url, file, folder)].append(file.name)
    days = [str(day) for day in list_days_without(listed, first, last)]
    _print_fetched(folder, outcomes, days)
    if days or set(outcomes) - GOOD:
        raise typer.Exit(1)


def _print_fetched(folder: Path, outcomes: dict[Outcome, list[str]], days: list[str]) -> None:
    got = [name for outcome in outcomes if outcome in GOOD for name in outcomes[outcome]]
    out.print(
        f"{len(outcomes.get('fetched', ()))} files fetched into {folder}, "
        f"{len(outcomes.get('kept', ()))} were there.",
        markup=False,
        soft_wrap=True,
    )
    if got:
        out.print(
            f"Import them: entente events import {folder}/*.zip --feed gdelt",
            markup=False,
            soft_wrap=True,
        )
    for outcome, what in _WHAT_TO_DO.items():
        if names := outcomes.get(outcome):
            out.print(f"{outcome}: {_enumerate(names)}; {what}", style="red", soft_wrap=True)
    if days:
        out.print(f"The feed lists no file for {_enumerate(days)}.", style="red", soft_wrap=True)


def _enumerate(names: list[str]) -> str:
    more = f", and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more


def read_day(text: str) -> date:
    """The day that an option names. Raises BadParameter."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


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
    check_feed(feed)
    ids = list(dict.fromkeys(read_ids(path)))
    engine = open_ready(Settings())
    new = known = reports = 0
    # Piece by piece, so that other writers need not wait for all of a long list.
    for chunk in track(list(in_chunks(ids)), "Retracting", console=err, transient=True):
        with write_session(engine) as session:
            now = datetime.now(UTC)
            done = retract(session, feed, chunk, reason=reason, now=now, principal="cli")
        new, known, reports = new + done.new, known + done.known, reports + done.reports
    out.print(
        f"Retracted {new} ids, of which {reports} had come; {known} had been retracted before.",
        soft_wrap=True,
    )


def check_feed(feed: str) -> str:
    """The name of a feed. Raises BadParameter."""
    if feed == CATALOGUE_FEED or not re.fullmatch(KEY_PATTERN, feed):
        raise typer.BadParameter(
            "a feed's name is of small letters, digits and hyphens, and not catalogue"
        )
    return feed


def check_files(paths: list[Path]) -> None:
    """Raises BadParameter for a path that names no file that can be read more than once."""
    for path in paths:
        if not path.is_file():
            raise typer.BadParameter(why_no_file(path) or f"{path} is not a file")


def choose_format(feed: str, form: str | None) -> FeedFormat:
    """The format asked for, or that of the feed. Raises BadParameter."""
    found = next((known for known in FORMATS if known == (form or format_of(feed))), None)
    if found is None:
        raise typer.BadParameter(f"the format must be one of {', '.join(FORMATS)}")
    return found


@contextmanager
def draw_bar(counter: ProgressColumn) -> Iterator[Progress]:
    """Bars that say what is done, how far it is by the counter, and how long it will take."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        counter,
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bars:
        yield bars


@contextmanager
def _progress(name: str) -> Iterator[Watch]:
    """A bar for looking the file through, then one for storing it."""
    with draw_bar(MofNCompleteColumn()) as bars:
        task = bars.add_task(f"Checking {name}", total=None)
        yield Watch(
            seen=lambda: bars.advance(task),
            total=lambda rows: bars.reset(task, total=rows, description=f"Storing {name}"),
            stored=lambda rows: bars.advance(task, rows),
        )


def _print_import(engine: Engine, done: Imported) -> None:
    record = done.record
    if not done.changed:
        text = "all of it was there before."
    elif record.state == "done":
        text = f"imported as {record.id}."
    else:
        text = f"{record.state} after {record.read} of {record.total_rows} rows."
    out.print(f"{record.file_name}: {text}", markup=False)
    print_counts(record.counts)
    with read_session(engine) as session:
        names = session.exec(
            select(UnresolvedName).where(col(UnresolvedName.import_id) == record.id)
        ).all()
        rejected = session.exec(
            select(RejectedRow)
            .where(col(RejectedRow.import_id) == record.id)
            .order_by(col(RejectedRow.line))
            .limit(SHOWN_NAMES)
        ).all()
    print_names({one.name: one.count for one in names})
    for row in rejected:
        out.print(f"Line {row.line}: {row.reason}", markup=False, soft_wrap=True)


def print_counts(counts: Counts) -> None:
    """What became of rows, a line each."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    for name, count in counts.model_dump().items():
        table.add_row(name, str(count))
    out.print(table)


def print_names(counts: Mapping[str, int]) -> None:
    """The names that led to nobody, the most frequent first; files may hold any characters."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if ordered:
        shown = ", ".join(f"{_to_printable(n)} ({count})" for n, count in ordered[:SHOWN_NAMES])
        more = f", and {len(ordered) - SHOWN_NAMES} more" if len(ordered) > SHOWN_NAMES else ""
        out.print(f"Unresolved names: {shown}{more}", markup=False, soft_wrap=True)


def _to_printable(text: str) -> str:
    """A text without the characters that would steer a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
