"""The command line: serve, migrate, import, export, backup, keys, events, rank, openapi."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, get_args

import httpx
import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from app import __version__, openapi, report
from app import backup_commands as backups
from app import event_commands as events
from app import forecast_commands as forecasts
from app import key_commands as keys
from app import rollup_commands as rollups
from app.atomic import write_whole
from app.db import make_engine, read_session, write_session
from app.errors import EntenteError, InvalidCatalogue
from app.imports.export import to_text
from app.imports.parse import FORMAT_OF_SUFFIX
from app.imports.read import read_catalogue
from app.imports.write import ImportReport, import_catalogue
from app.interpreter import prepare_to_serve
from app.main import create_app
from app.parameters import utc_today
from app.recommendations.candidates import Filters
from app.recommendations.dossier import get_dossier
from app.recommendations.models import Sort
from app.recommendations.parameters import DEFAULT_LIMIT
from app.recommendations.recommend import RankingRequest, View, recommend
from app.revisions.snapshot import load_snapshot
from app.schema import check_ready, open_ready, upgrade
from app.server import run
from app.settings import Settings
from app.starter import load_starter_if_empty, read_starter

cli = typer.Typer(
    name="entente",
    help="Lists and scores cooperation proposals between political actors.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
out = Console()
err = Console(stderr=True)


def main() -> None:
    """The command `entente`: errors are told in a sentence, and the exit code is 1."""
    try:
        cli()
    except (EntenteError, DBAPIError, ValidationError) as error:
        report.print_error(err, error)
        sys.exit(1)
    except OSError as error:
        report.print_failure(err, error)
        sys.exit(1)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address; ENTENTE_HOST by default.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; ENTENTE_PORT by default.")] = None,
) -> None:
    """Migrate, load the starter if empty, and serve."""
    settings = Settings()
    host, port = host or settings.host, port or settings.port
    engine = make_engine(settings.database_url)
    upgrade(engine)
    if settings.load_starter:
        loaded = load_starter_if_empty(engine, datetime.now(UTC))
        if loaded is not None:
            out.print(f"Loaded the starter catalogue: {loaded.total('created')} records.")
    engine.dispose()
    report.print_where_to_look(out, host, port)
    prepare_to_serve()
    run(create_app(settings), settings, host, port)


@cli.command()
def migrate() -> None:
    """Bring the database schema to this version."""
    engine = make_engine(Settings().database_url)
    upgrade(engine)
    check_ready(engine)
    out.print("The database schema is up to date.")


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
            parser=events.read_day, metavar="YYYY-MM-DD", help="Day to look at; today if left out."
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


@cli.command("openapi")
def write_openapi(
    path: Annotated[
        Path | None, typer.Argument(help="File to write; standard output if left out.")
    ] = None,
) -> None:
    """Write the OpenAPI document."""
    text = openapi.to_text(create_app(Settings()).openapi())
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


@cli.command()
def health() -> None:
    """Is the service on this machine ready? Exit 1 if not."""
    settings = Settings()
    try:
        answer = httpx.get(f"http://127.0.0.1:{settings.port}/readyz", timeout=3)
    except httpx.HTTPError as error:
        err.print(f"No answer on port {settings.port}: {type(error).__name__}", style="red")
        raise typer.Exit(1) from None
    out.print(answer.text, markup=False)
    raise typer.Exit(0 if answer.is_success else 1)


cli.command("backup")(backups.back_up)
cli.command("restore")(backups.restore_backup)
cli.command("verify")(backups.verify_all)
cli.add_typer(keys.cli, name="keys")
cli.add_typer(events.cli, name="events")
cli.add_typer(forecasts.cli, name="forecast")
cli.command("backtest")(forecasts.backtest)
events.cli.command("rollup")(rollups.roll_up_files)
events.cli.command("load")(rollups.load_rolled_up)


@cli.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


if __name__ == "__main__":
    main()
