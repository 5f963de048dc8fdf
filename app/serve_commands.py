"""The commands of the service itself: serve, openapi."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app import openapi, report
from app.db import make_engine
from app.interpreter import prepare_to_serve
from app.main import create_app
from app.schema import upgrade
from app.server import run
from app.settings import Settings
from app.starter import load_starter_if_empty

cli = typer.Typer()
out = Console()


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
