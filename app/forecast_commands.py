"""The commands on forecasts: learning from the feeds."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from app.db import read_session, write_session
from app.errors import InvalidCatalogue
from app.forecasting.events import LEAST_DAYS
from app.forecasts.models import DAYS, RunRecord
from app.forecasts.queries import find_runs
from app.forecasts.train import find_known, store, train
from app.parameters import utc_today
from app.report import print_faults
from app.revisions.snapshot import Snapshot, load_snapshot
from app.schema import open_ready
from app.scoring.receptivity import WANTED as RECEPTIVITY
from app.settings import Settings

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
