"""The commands on forecasts: back-tests, and learning from the feeds.

What learns is loaded when it is needed: SciPy takes as long to load as half of all the rest, and a
service never needs it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from app.atomic import check_folder, write_whole
from app.backtests.files import PARTS, read_folder
from app.db import read_session, write_session
from app.errors import InvalidCatalogue
from app.forecasting.events import LEAST_DAYS
from app.forecasts.models import DAYS, RunRecord
from app.forecasts.queries import find_runs
from app.parameters import utc_today
from app.report import print_faults
from app.revisions.snapshot import Snapshot, load_snapshot
from app.schema import open_ready
from app.scoring.receptivity import WANTED as RECEPTIVITY
from app.settings import Settings

if TYPE_CHECKING:
    from app.backtests.run import BacktestReport, OnStep

cli = typer.Typer(help="Forecasts that receptivity rests on.", no_args_is_help=True)
out = Console()
err = Console(stderr=True)


@cli.command("train")
def train_run(
    days: Annotated[
        int, typer.Option(min=LEAST_DAYS, help="How many days of the past are learned from.")
    ] = DAYS,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="Last day that is learned from; the last that feeds tell of if left out.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Store it though receptivity becomes unknown.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what was learned, and store nothing.")
    ] = False,
) -> None:
    """Learn from the feeds; rankings of later days rest on the outcome from then on."""
    from app.forecasts.train import store, train

    engine = open_ready(Settings())
    try:
        with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=err) as bar:
            task = bar.add_task("begin")
            with read_session(engine) as session:
                snapshot = load_snapshot(session)
                last_on = until.date() if until else utc_today()
                record = train(
                    session, snapshot, last_on, days, lambda s: bar.update(task, description=s)
                )
    except InvalidCatalogue as error:
        print_faults(err, error.faults, "Nothing was learned")
        raise typer.Exit(1) from None
    _print_run(record)
    if not _is_to_store(record, snapshot, force=force) or dry_run:
        out.print("Nothing was stored.")
        return
    with write_session(engine) as session:
        run_id = store(session, record, now=datetime.now(UTC), principal="cli")
    engine.dispose()
    out.print(
        f"Stored as {run_id}; forecasts and rankings of {record.last_on} and later rest on it."
    )


def _is_to_store(record: RunRecord, snapshot: Snapshot, *, force: bool) -> bool:
    """Whether a run is new and takes nothing away; says what is to be said of it.

    Raises Exit where receptivity would become unknown, unless that is to be.
    """
    from app.forecasts.train import find_known

    same, runs = find_known(snapshot, record), find_runs(snapshot)
    if same is not None:
        out.print(f"Nothing new: {same} was learned from the same.")
        return False
    if RECEPTIVITY in record.to_run().calibrations:
        return True
    used = None if runs is None else runs.on(record.last_on)
    is_worse = used is not None and RECEPTIVITY in used[1].calibrations
    err.print(
        f"Receptivity {'becomes' if is_worse else 'stays'} unknown: there is too little history "
        f"to calibrate cooperative events within {RECEPTIVITY.days} days.",
        style="yellow",
    )
    if is_worse and not force:
        err.print("Nothing was stored; --force stores it nevertheless.", style="red")
        raise typer.Exit(1)
    return True


def _print_run(record: RunRecord) -> None:
    out.print(
        f"Learned from {record.events:,} acts of {record.dyads:,} dyads, {record.first_on} to "
        f"{record.last_on}.",
        highlight=False,
    )
    out.print("How good it is on the days it was calibrated on; others will be forecast less well:")
    table = Table("", "days", "forecasts", "came about", "AUC", "Brier skill")
    for own in record.calibrations:
        if own.event_type is None:
            table.add_row(
                f"cooperative, by {own.side}",
                str(own.horizon_days),
                f"{own.forecasts:,}",
                f"{own.came_about:,}",
                "-" if own.auc is None else f"{own.auc:.3f}",
                f"{own.brier_skill:.1%}",
            )
    out.print(table)


def backtest(
    data: Annotated[
        Path,
        typer.Option(metavar="DIR", help="A folder of the ICEWS14 layout: train.txt and so on."),
    ],
    judged: Annotated[
        str | None,
        typer.Option(
            "--judge", metavar="PART", help="valid or test; the last there is if left out."
        ),
    ] = None,
    into: Annotated[
        Path, typer.Option(metavar="DIR", help="Where backtest.json, .md and .svg are written.")
    ] = Path(),
) -> None:
    """Judge the forecasts on a public benchmark: every day from the days before it."""
    from app.backtests.chart import to_svg
    from app.backtests.run import Backtest, BacktestReport
    from app.backtests.tell import to_markdown

    if judged is not None and judged not in PARTS[1:]:
        raise typer.BadParameter("valid or test", param_hint="--judge")
    check_folder(into)
    try:
        found = read_folder(data, judged)
    except InvalidCatalogue as error:
        print_faults(err, error.faults, f"{data} cannot be used")
        raise typer.Exit(1) from None
    with _progress() as on_step:
        done = Backtest(found, on_step).run()
    text = TypeAdapter(BacktestReport).dump_json(done, indent=1).decode()
    for suffix, content in (
        ("json", text + "\n"),
        ("md", to_markdown(done)),
        ("svg", to_svg(done.pairs)),
    ):
        write_whole(into / f"backtest.{suffix}", content)
    _print(done)
    out.print(f"Written: {into / 'backtest'}.json, .md and .svg", soft_wrap=True, markup=False)


@contextmanager
def _progress() -> "Iterator[OnStep]":
    """A bar for each step, or plain lines where no bar can be drawn."""
    from app.backtests.steps import StepLines

    if not err.is_terminal or err.is_dumb_terminal:
        yield StepLines(lambda line: err.print(line, markup=False, soft_wrap=True)).tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err) as bars:
        tasks = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done)

        yield tell


def _print(done: "BacktestReport") -> None:
    from app.backtests.words import say_target, to_figure
    from app.forecasting.ranking import HITS

    hits = [f"hits@{k}" for k in HITS]
    table = _make_table("", "MRR", *hits, "cooperative", "met\nbefore", "never\nmet")
    table.title = "Who acts towards whom, in %; the last three columns are MRR of some questions"
    for name, own in done.rankings.items():
        figures = (
            own.overall.reciprocal_rank,
            *(own.overall.hits[k] for k in HITS),
            own.cooperative.reciprocal_rank,
            own.met_before.reciprocal_rank,
            own.never_met.reciprocal_rank,
        )
        table.add_row(name, *(to_figure(100 * figure, ".2f") for figure in figures))
    out.print(table)
    against = ("Brier skill against\nclimatology", "persistence")
    table = _make_table("", "start days", "forecasts", "AUC", *against)
    table.title = "\nWhether a dyad cooperates"
    for pair in done.pairs:
        table.add_row(
            say_target(pair.days, pair.side),
            f"{pair.start_days:,}",
            f"{pair.model.forecasts:,}",
            to_figure(pair.model.auc, ".3f"),
            to_figure(pair.skill_against_climatology, ".1%"),
            to_figure(pair.skill_against_persistence, ".1%"),
        )
    out.print(table)


def _make_table(first: str, *figures: str) -> Table:
    """A table that fits 80 columns with whole words."""
    table = Table(first, box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.title_justify = "left"
    for header in figures:
        table.add_column(header, justify="right", no_wrap=True)
    return table
