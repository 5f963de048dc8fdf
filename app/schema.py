"""The database schema: bringing it to this version, and telling whether it is."""

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.db import is_missing, make_engine, to_public_url, write_connection
from app.errors import DatabaseNotReady
from app.proposals.search import SEARCH_TABLE
from app.settings import Settings

TABLE_MODULES = (
    "app.actors.models",
    "app.answers.models",
    "app.domains.models",
    "app.events.models",
    "app.feeds.models",
    "app.keys.models",
    "app.profiles.models",
    "app.proposals.models",
    "app.revisions.models",
    "app.scorecards.models",
    "app.sources.models",
)


def import_tables() -> None:
    """Makes every table known to SQLModel's metadata."""
    for module in TABLE_MODULES:
        importlib.import_module(module)


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Whether Alembic should compare this table: the search index is not a SQLModel table."""
    return not (kind == "table" and name is not None and name.startswith(SEARCH_TABLE))


def upgrade(engine: Engine) -> None:
    """Brings the schema to the newest version, in one transaction; a no-op when it is there.

    A second process that does the same waits, then finds nothing left to do. Where there is nothing
    to do at the beginning, no writer is waited for and no reference is checked.
    """
    config = _config()
    if not is_missing(engine) and _find_version(engine) == _find_head(config):
        return
    with write_connection(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_ready(engine: Engine) -> None:
    """Raises DatabaseNotReady unless the schema is the one that this version needs.

    A file that is not there is not made.
    """
    needed = _find_head(_config())
    found = None if is_missing(engine) else _find_version(engine)
    if found != needed:
        raise DatabaseNotReady(found, needed, to_public_url(engine))


def _find_head(config: Config) -> str:
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _find_version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def open_ready(settings: Settings) -> Engine:
    """The engine of a database that is ready. Raises DatabaseNotReady."""
    engine = make_engine(settings.database_url, settings.max_connections)
    check_ready(engine)
    return engine


def _config() -> Config:
    here = Path(__file__).parent
    installed = here / "migrations"
    folder = installed if installed.is_dir() else here.parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
