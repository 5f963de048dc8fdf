"""What the command line shows: tables, bars, progress and faults."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pydantic import ValidationError
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from app.backups.backup import Contents
from app.backups.verify import Verified
from app.errors import (
    AlreadyThere,
    BackupFailed,
    BackupRefused,
    BackupUnusable,
    DatabaseNotEmpty,
    DatabaseNotReady,
    EntenteError,
    Fault,
    InvalidCatalogue,
    NoPlaceForBackup,
    NotFound,
    UnknownReference,
)
from app.imports.write import ImportReport
from app.keys.models import ApiKey
from app.problems import to_detail
from app.recommendations.models import ContributionPublic, ProposalPage, RankedProposal
from app.records.store import Outcome
from app.revisions.diff import to_line
from app.scoring.assessment import CRITERIA, Criterion

# Cells of a bar for 100 points, on a wide and on a narrow terminal.
WIDE_BAR, NARROW_BAR = 40, 20
WIDE_TERMINAL = 120
COLOURS: dict[Criterion, str] = dict(
    zip(
        CRITERIA,
        ("blue", "green", "yellow", "magenta", "cyan", "red", "bright_blue", "bright_green"),
        strict=True,
    )
)
# Neighbours in a bar differ even where there is no colour.
KNOWN, UNKNOWN = ("█", "▓"), "░"


def print_where_to_look(console: Console, host: str, port: int) -> None:
    """Where a newcomer finds the service, printed before it starts."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 compared, not bound
    base = f"http://{shown}:{port}"
    for label, path in (
        ("Docs", "/docs"),
        ("Try", "/v1/proposals?actor=JPN&actor=KOR&as_of=2021-04-30"),
        ("Ready?", "/readyz"),
    ):
        console.print(f"{label:<8}{base}{path}", soft_wrap=True, markup=False)


def print_ranking(console: Console, page: ProposalPage) -> None:
    """A table of the ranked proposals, with a bar of what each criterion adds."""
    meta = page.meta
    title = (
        f"{page.total} proposals as of {meta.as_of}, profile {meta.profile.id}, "
        f"perspective {meta.perspective}, revision {meta.revision}"
    )
    cells = WIDE_BAR if console.width >= WIDE_TERMINAL else NARROW_BAR
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("#", justify="right")
    table.add_column("Score", justify="right")
    table.add_column("Range", justify="right", no_wrap=True)
    table.add_column("Known", justify="right")
    table.add_column(f"Points (a cell is {100 / cells:g})", min_width=cells, no_wrap=True)
    table.add_column("Proposal, and what moves it most", ratio=1)
    for item in page.items:
        table.add_row(
            str(item.rank),
            f"{item.score.value:.1f}",
            f"{item.score.low:.0f}-{item.score.high:.0f}",
            f"{item.score.coverage:.0%}",
            _bar(item.score.contributions, cells),
            _describe(item),
        )
    console.print(table)
    console.print(_legend())


def _bar(contributions: Sequence[ContributionPublic], width: int) -> Text:
    """One stretch a criterion, as long as its points; unknown ones, counted at half, are pale."""
    bar, points, drawn = Text(), 0.0, 0
    for number, contribution in enumerate(contributions):
        points += contribution.points or 0.0
        cells = round(points * width / 100) - drawn
        drawn += cells
        cell = KNOWN[number % 2] if contribution.known else UNKNOWN
        bar.append(cell * cells, style=COLOURS[contribution.criterion])
    return bar


def _describe(item: RankedProposal) -> Group:
    first = item.score.reasons[0].text if item.score.reasons else ""
    return Group(Text(item.title), Text(first, style="dim"))


def _legend() -> Text:
    legend = Text()
    for number, (criterion, colour) in enumerate(COLOURS.items()):
        legend.append(KNOWN[number % 2], style=colour).append(f" {criterion}  ")
    return legend.append(f"{UNKNOWN} unknown, counted at half")


# Most changed records whose differences are spelt out.
MOST_SHOWN = 200


def print_import(console: Console, done: ImportReport, *, dry_run: bool = False) -> None:
    """How many records of each kind were created, updated or found unchanged, and the changes."""
    updated = [step for step in done.steps if step.outcome == "updated"]
    for step in updated[:MOST_SHOWN]:
        console.print(Text(f"{step.resource} {step.resource_id}", style="bold"))
        for difference in step.differences:
            console.print(Text(f"  {to_line(difference)}"), soft_wrap=True)
    if len(updated) > MOST_SHOWN:
        console.print(f"... and {len(updated) - MOST_SHOWN} more updated records")
    title = "Would be imported; nothing was stored" if dry_run else "Imported"
    table = Table(title=title, title_justify="left")
    table.add_column("Records")
    outcomes: tuple[Outcome, ...] = ("created", "updated", "unchanged")
    for outcome in outcomes:
        table.add_column(outcome, justify="right")
    for resource, counts in done.counts.items():
        table.add_row(resource, *(str(counts[outcome]) for outcome in outcomes))
    table.add_row("all", *(str(done.total(outcome)) for outcome in outcomes), style="bold")
    console.print(table)


def print_keys(console: Console, keys: Sequence[ApiKey]) -> None:
    """Every key with what it may do and whether it still does."""
    table = Table(title="API keys", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("Id", "Name", "Scopes", "Made", "Expires", "Revoked", "Last used"):
        # What is long goes on in the next line: nothing is cut.
        table.add_column(heading, overflow="fold", no_wrap=heading not in ("Name", "Scopes"))
    for key in keys:
        days = (key.created_at, key.expires_at, key.revoked_at, key.last_used_at)
        shown = ("-" if day is None else f"{day:%Y-%m-%d}" for day in days)
        table.add_row(key.id, Text(key.name), key.scopes, *shown)
    console.print(table)


def _tell_latest(revisions: int) -> str:
    return f"; its latest revision is {revisions}" if revisions else ", though not of Entente"


def _tell_refusal(error: BackupRefused) -> str:
    match error:
        case BackupUnusable(detail):
            return f"The backup cannot be used: {detail}."
        case BackupFailed(detail):
            return f"Failed: {detail}."
        case NoPlaceForBackup(path, detail):
            return f"{path} cannot be the backup: {detail}. Choose another name."
        case AlreadyThere(path):
            return f"{path} is there already. Choose another name, or say --replace."
        case DatabaseNotEmpty(revisions):
            return (
                f"The database is not empty{_tell_latest(revisions)}. To lose what it holds, say "
                "--replace; to keep it, first run: entente backup FILE"
            )
        case _:
            return "The database is in use. Stop the service, all replicas of it, and try again."


def _tell_schema(error: DatabaseNotReady) -> list[str]:
    found, needed = error.found, error.needed
    if found is not None and found > needed:
        return [
            f"The database {error.database} is at version {found}, made by a later version of the "
            f"service; this one knows {needed}. Run the later one.",
        ]
    state = f"is at version {found}" if found else "has no schema"
    return [
        f"The database {error.database} {state}; run: entente migrate",
        "Another database is meant? Set ENTENTE_DATABASE_URL to it.",
    ]


def tell(console: Console, error: Exception) -> bool:
    """Says what went wrong and what to do, without a trace; False if nobody foresaw it."""
    match error:
        case InvalidCatalogue():
            print_faults(console, error.faults)
        case EntenteError() | DBAPIError() | ValidationError():
            for line in _tell(error):
                console.print(line, style="red", markup=False, soft_wrap=True)
        case OSError():
            _print_failure(console, error)
        case _:
            return False
    return True


def _tell(error: Exception) -> list[str]:
    match error:
        case UnknownReference(resource, _, suggestions):
            ids = f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""
            return [f"No {resource} has this id.{ids}"]
        case NotFound(resource):
            return [f"No {resource} has this id."]
        case DatabaseNotReady():
            return _tell_schema(error)
        case BackupRefused():
            return [_tell_refusal(error)]
        case ValidationError():
            return [
                f"ENTENTE_{'_'.join(map(str, d['loc'])).upper()}: {to_detail(d['type'], d['msg'])}"
                for d in error.errors()
            ]
        case DBAPIError():
            return [f"The database cannot be used: {error.orig}"]
        case _:
            return [f"Refused: {error}"]


def _print_failure(console: Console, error: OSError) -> None:
    """What the system would not do, and with which file."""
    place = "" if error.filename is None else f"{error.filename}: "
    text = f"Failed: {place}{error.strerror or error}"
    console.print(text, style="red", markup=False, soft_wrap=True)


def print_faults(console: Console, faults: Sequence[Fault], headline: str = "Refused") -> None:
    """Every fault of a file, with its place, under a line that says what came of it."""
    console.print(f"{headline}; faults: {len(faults)}", style="red", markup=False, soft_wrap=True)
    for fault in faults:
        place = ":".join(str(p) for p in (fault.file, fault.line) if p is not None)
        console.print(
            Text.assemble((place, "bold"), f" {fault.pointer} ", (fault.detail, "red")),
            soft_wrap=True,
        )


def print_contents(console: Console, what: str, found: Contents) -> None:
    """What was backed up or restored: how far it goes, and how large it is."""
    when = "" if found.recorded_at is None else f" of {found.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
    size = f"{found.size_bytes / 1e6:,.1f} MB"
    text = f"{what}: revision {found.revision}{when}, {size}."
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def print_verified(console: Console, done: Verified) -> None:
    """What was looked at, and each thing that differs."""
    indexed = done.indexed
    kept = "no index of today is on disk" if indexed is None else f"{indexed:,} in the index"
    for finding in done.findings.named:
        text = Text.assemble((finding.place, "bold"), " ", (finding.detail, "red"))
        console.print(text, soft_wrap=True)
    if done.findings.unnamed:
        console.print(f"... and {done.findings.unnamed:,} more", style="red")
    told = (
        f"{done.revisions:,} revisions, {done.records:,} records, {done.dyads:,} dyads of feeds; "
        f"{kept}"
    )
    count = done.findings.counts.total()
    result = {0: "Nothing differs", 1: "1 thing differs"}.get(count, f"{count:,} things differ")
    console.print(f"{result}: {told}.", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress(console: Console, what: str = "records") -> Iterator[Callable[..., None]]:
    """A running count of what was done; nothing is drawn where no person looks."""
    columns = (SpinnerColumn(), TextColumn(f"{{task.completed:.0f}} {what}"), TimeElapsedColumn())
    is_seen = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not is_seen) as shown:
        task = shown.add_task(what, total=None)

        def step(count: int = 1) -> None:
            shown.advance(task, count)

        yield step
