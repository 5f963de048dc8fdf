"""The commands of the database: migrate, backup, restore, verify."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy import Engine

from app import report
from app.backups.backup import make_backup
from app.backups.restore import open_copy, restore
from app.backups.verify import verify
from app.db import make_engine, open_file
from app.listings.files import IndexFiles
from app.parameters import utc_today
from app.schema import check_ready, open_ready, upgrade
from app.settings import Settings
from app.signals import ended_by_signals

cli = typer.Typer()
out = Console()
err = Console(stderr=True)
BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", dir_okay=False)]


@cli.command()
def migrate() -> None:
    """Bring the database schema to this version."""
    engine = make_engine(Settings().database_url)
    upgrade(engine)
    check_ready(engine)
    out.print("The database schema is up to date.")


@cli.command("backup")
def back_up(
    path: BackupFile,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a file of that name.")
    ] = False,
) -> None:
    """Write all that is on record to one file, while the service runs."""
    with ended_by_signals(), report.progress(err, "rows") as step:
        made = make_backup(make_engine(Settings().database_url), path, step, replace=replace)
    report.print_contents(out, f"Backed up to {path}", made)


@cli.command("restore")
def restore_backup(
    path: BackupFile,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of what the database holds.")
    ] = False,
) -> None:
    """Put a backup into a database that nobody uses: all of it, or nothing."""
    with ended_by_signals(), report.progress(err, "rows") as step:
        found = restore(make_engine(Settings().database_url), path, step, replace=replace)
    report.print_contents(out, f"Restored from {path}", found)


@cli.command("verify")
def verify_all(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A backup; the database if left out.", dir_okay=False),
    ] = None,
) -> None:
    """Work out anew what is on record, and name what differs. Exit 1 if anything does."""
    settings = Settings()
    with (
        ended_by_signals(),
        _open(settings, path) as (engine, files),
        report.progress(err, "checked") as step,
    ):
        done = verify(engine, files, utc_today(), step)
    report.print_verified(out, done)
    if done.findings.counts:
        raise typer.Exit(1)


@contextmanager
def _open(settings: Settings, path: Path | None) -> Iterator[tuple[Engine, IndexFiles | None]]:
    """The database, with its index files; or a copy of a backup, which has none."""
    if path is None:
        engine = open_ready(settings)
        yield engine, IndexFiles(settings.index, engine)
        return
    with open_copy(path) as copy:
        engine = open_file(copy)
        try:
            yield engine, None
        finally:
            engine.dispose()
