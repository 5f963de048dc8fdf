"""The database schema: bringing it to this version, and telling whether it is."""

import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from app.db import is_missing, make_engine, make_private, to_public_url, write_connection
from app.errors import DatabaseNotReady
from app.proposals.search import SEARCH_TABLE
from app.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config

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
    to do at the beginning, no writer is waited for and no reference is checked. Raises
    DatabaseNotReady, and changes nothing, if a later version of the service made the schema.
    """
    found = None if is_missing(engine) else find_version(engine)
    if found == find_head():
        return
    if is_missing(engine):
        make_private(Path(engine.url.database or ""))
    if found is not None and found not in _list_versions():
        raise DatabaseNotReady(found, find_head(), to_public_url(engine))
    # Loaded only where it is used: most starts find nothing to do.
    from alembic import command

    config = _config()
    with write_connection(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_ready(engine: Engine) -> None:
    """Raises DatabaseNotReady unless the schema is the one that this version needs.

    A file that is not there is not made.
    """
    needed = find_head()
    found = None if is_missing(engine) else find_version(engine)
    if found != needed:
        raise DatabaseNotReady(found, needed, to_public_url(engine))


@cache
def find_head() -> str:
    """The newest version of the schema: migrations are numbered, and their files begin with it."""
    return max(_list_versions())


def _list_versions() -> set[str]:
    return {path.name[:4] for path in (_folder() / "versions").glob("[0-9]*.py")}


def find_version(engine: Engine) -> str | None:
    """The version of the schema that a database has; None if it has none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def open_ready(settings: Settings) -> Engine:
    """The engine of a database that is ready. Raises DatabaseNotReady."""
    engine = make_engine(settings.database_url, settings.max_connections)
    check_ready(engine)
    return engine


def _folder() -> Path:
    here = Path(__file__).parent
    installed = here / "migrations"
    return installed if installed.is_dir() else here.parent / "migrations"


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_folder()).replace("%", "%%"))
    return config
