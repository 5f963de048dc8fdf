"""The commands of the catalogue: import, export, rank."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console

from app import report
from app.atomic import write_whole
from app.db import read_session, write_session
from app.errors import InvalidCatalogue
from app.event_commands import read_day
from app.imports.export import to_text
from app.imports.parse import FORMAT_OF_SUFFIX
from app.imports.read import read_catalogue
from app.imports.write import ImportReport, import_catalogue
from app.parameters import utc_today
from app.recommendations.candidates import Filters
from app.recommendations.dossier import get_dossier
from app.recommendations.models import Sort
from app.recommendations.parameters import DEFAULT_LIMIT
from app.recommendations.recommend import RankingRequest, View, recommend
from app.revisions.snapshot import load_snapshot
from app.schema import open_ready
from app.settings import Settings
from app.starter import read_starter

cli = typer.Typer()
out = Console()
err = Console(stderr=True)


@cli.command("import")
def import_files(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Catalogue files (YAML, JSON, JSON Lines) or folders of them."),
    ] = None,
    starter: Annotated[
        bool, typer.Option("--starter", help="The catalogue that comes with the service.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and store nothing.")
    ] = False,
) -> None:
    """Import a catalogue: all of it, or nothing."""
    if bool(paths) == starter:
        raise typer.BadParameter("name catalogue files, or say --starter")
    try:
        done = _import(paths, dry_run=dry_run)
    except InvalidCatalogue as error:
        report.print_faults(err, error.faults, "Nothing was imported")
        raise typer.Exit(1) from None
    report.print_import(out, done, dry_run=dry_run)


def _import(paths: list[Path] | None, *, dry_run: bool) -> ImportReport:
    """Imports catalogue files, or the starter catalogue where none are named."""
    catalogue = read_catalogue(paths) if paths else read_starter()
    engine = open_ready(Settings())
    with report.progress(err) as step, write_session(engine) as session:
        return import_catalogue(
            session,
            load_snapshot(session),
            catalogue,
            now=datetime.now(UTC),
            principal="cli",
            dry_run=dry_run,
            on_record=step,
        )


@cli.command("export")
def export_file(
    path: Annotated[
        Path | None,
        typer.Argument(help="File to write (.yaml, .json, .ndjson); standard output if left out."),
    ] = None,
) -> None:
    """Write the whole catalogue as a file that imports to the same records."""
    form = FORMAT_OF_SUFFIX.get(path.suffix) if path else "yaml"
    if form is None:
        raise typer.BadParameter(f"the file must end in one of {', '.join(FORMAT_OF_SUFFIX)}")
    with read_session(open_ready(Settings())) as session:
        snapshot = load_snapshot(session)
    text = to_text(snapshot, form)
    if path is None:
        sys.stdout.write(text)
    else:
        write_whole(path, text)
        out.print(f"Exported revision {snapshot.revision} to {path}.", markup=False, soft_wrap=True)


@cli.command()
def rank(
    actor: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Actor that takes part; repeatable.")
    ] = None,
    domain: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Domain, with those below it; repeatable."),
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            parser=read_day, metavar="YYYY-MM-DD", help="Day to look at; today if left out."
        ),
    ] = None,
    profile: Annotated[str, typer.Option(metavar="ID", help="Whose weights.")] = "balanced",
    perspective: Annotated[str, typer.Option(metavar="ID", help="joint, or an actor.")] = "joint",
    sort: Annotated[
        str, typer.Option(metavar="KEY", help=", ".join(get_args(Sort)) + ".")
    ] = "-score",
    limit: Annotated[
        int, typer.Option(min=1, max=100, help="Most proposals shown.")
    ] = DEFAULT_LIMIT,
    json: Annotated[bool, typer.Option("--json", help="The object that the API answers.")] = False,
) -> None:
    """Rank proposals, with a bar for what each criterion adds."""
    if sort not in get_args(Sort):
        raise typer.BadParameter(f"sort must be one of {', '.join(get_args(Sort))}")
    request = RankingRequest(
        view=View(as_of or utc_today(), profile, perspective),
        filters=Filters(actors=tuple(actor or ()), domains=tuple(domain or ())),
        sort=next(s for s in get_args(Sort) if s == sort),
        limit=limit,
    )
    with read_session(open_ready(Settings())) as session:
        page = recommend(get_dossier(load_snapshot(session)), request)
    if json:
        sys.stdout.write(page.model_dump_json(indent=2) + "\n")
    else:
        report.print_ranking(out, page)
