"""The command of back-tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.atomic import check_folder, write_whole
from app.backtests.chart import to_svg
from app.backtests.files import PARTS, read_folder
from app.backtests.run import Backtest, BacktestReport, OnStep
from app.backtests.steps import StepLines
from app.backtests.tell import to_markdown
from app.backtests.words import say_target, to_figure
from app.errors import InvalidCatalogue
from app.forecasting.ranking import HITS
from app.report import print_faults

cli = typer.Typer()
out = Console()
err = Console(stderr=True)


@cli.command()
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
def _progress() -> Iterator[OnStep]:
    """A bar for each step, or plain lines where no bar can be drawn."""
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


def _print(done: BacktestReport) -> None:
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
