"""The command line. A command is loaded when it is called for: some take seconds to load."""

import gc
import sys
from functools import cache
from importlib import import_module

import httpx
import typer
from rich.console import Console
from typer.core import TyperGroup
from typer.main import get_group

from app import __version__
from app.settings import Settings

# Where each command is, in the order of the help; a group may be in several modules.
COMMANDS: dict[str, tuple[str, ...]] = {
    "serve": ("app.serve_commands",),
    "migrate": ("app.backup_commands",),
    "import": ("app.catalogue_commands",),
    "export": ("app.catalogue_commands",),
    "rank": ("app.catalogue_commands",),
    "openapi": ("app.serve_commands",),
    "health": (),
    "backup": ("app.backup_commands",),
    "restore": ("app.backup_commands",),
    "verify": ("app.backup_commands",),
    "keys": ("app.key_commands",),
    "events": ("app.event_commands", "app.rollup_commands"),
    "forecast": ("app.forecast_commands",),
    "backtest": ("app.backtest_commands",),
    "version": (),
}


class Commands(TyperGroup):
    """All commands; those of other modules are loaded by name."""

    def list_commands(self, _: typer.Context) -> list[str]:  # type: ignore[override]
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> object:  # type: ignore[override]
        """The command of that name, None if there is none."""
        return _load(cmd_name) if COMMANDS.get(cmd_name) else super().get_command(ctx, cmd_name)


@cache
def _load(name: str) -> object:
    """The command or the group of that name.

    What is loaded stays for good, so the collector need not look through it, now or later.
    """
    gc.disable()
    shelf = typer.Typer(rich_markup_mode=None)
    for module in COMMANDS[name]:
        shelf.add_typer(import_module(module).cli, name=module)
    gc.freeze()
    gc.enable()
    groups = get_group(shelf).commands.values()
    first, *others = [group for group in groups if isinstance(group, TyperGroup)]
    for other in others:
        first.commands.update(other.commands)
    return first.commands.get(name, first)


cli = typer.Typer(
    name="entente",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
out = Console()
err = Console(stderr=True)


@cli.callback()
def entente() -> None:
    """Lists and scores cooperation proposals between political actors."""


def main() -> None:
    """The command `entente`: errors are told in a sentence, and the exit code is 1."""
    try:
        cli()
    except Exception as error:
        if not import_module("app.report").tell(err, error):
            raise
        sys.exit(1)


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


@cli.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


if __name__ == "__main__":
    main()
