"""The commands of API keys: create, list, revoke."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, get_args

import typer
from rich.console import Console

from app import report
from app.db import read_session, write_session
from app.keys.models import Scope
from app.keys.queries import list_keys
from app.keys.write import create_key, revoke_key
from app.schema import open_ready
from app.settings import Settings

cli = typer.Typer(help="API keys: who may change the catalogue.", no_args_is_help=True)
out = Console()
err = Console(stderr=True)


@cli.command()
def create(
    name: Annotated[str, typer.Option(help="Whose key it is, for people.")],
    scope: Annotated[
        list[str], typer.Option(help=f"What it may do, repeatable: {', '.join(get_args(Scope))}.")
    ],
    expires_in_days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Days it lasts; for ever if left out.")
    ] = None,
) -> None:
    """Make a key. It is shown once and cannot be had again."""
    scopes = tuple(known for known in get_args(Scope) if known in scope)
    if not set(scope) <= set(scopes):
        raise typer.BadParameter(f"scope must be one of {', '.join(get_args(Scope))}")
    now = datetime.now(UTC)
    expires_at = None if expires_in_days is None else now + timedelta(days=expires_in_days)
    with write_session(open_ready(Settings())) as session:
        key, text = create_key(session, name=name, scopes=scopes, now=now, expires_at=expires_at)
    until = "" if expires_at is None else f", until {expires_at:%Y-%m-%d %H:%M} UTC"
    told = f"Key {key.id} for {name} ({key.scopes}{until}). Keep it; it is not shown again:"
    err.print(told, markup=False, soft_wrap=True)  # so that the key alone can be caught
    out.print(text, markup=False, highlight=False, soft_wrap=True)


@cli.command("list")
def list_all() -> None:
    """Show every key, but not the keys themselves."""
    with read_session(open_ready(Settings())) as session:
        report.print_keys(out, list_keys(session))


@cli.command()
def revoke(key_id: Annotated[str, typer.Argument(help="Id of the key, as list shows it.")]) -> None:
    """End a key at once."""
    with write_session(open_ready(Settings())) as session:
        key = revoke_key(session, key_id, datetime.now(UTC))
    out.print(f"Key {key.id} ({key.name}) is revoked.", markup=False)
