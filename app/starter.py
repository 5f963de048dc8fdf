"""The starter catalogue that comes with the service."""

from datetime import datetime
from importlib.resources import as_file, files

from sqlalchemy import Engine

from app.db import read_session, write_session
from app.imports.read import Catalogue, read_catalogue
from app.imports.write import ImportReport, import_catalogue
from app.revisions.record import find_latest
from app.revisions.snapshot import load_snapshot

PRINCIPAL = "starter"


def read_starter() -> Catalogue:
    """The starter catalogue."""
    with as_file(files("app").joinpath("data", "starter")) as folder:
        return read_catalogue([folder])


def load_starter_if_empty(engine: Engine, now: datetime) -> ImportReport | None:
    """Loads the starter catalogue into an empty database; None, untouched, if it holds anything.

    The check and the load are one transaction, so two processes that start together load it once.
    Where there is something, no writer is waited for.
    """
    with read_session(engine) as session:
        if find_latest(session) is not None:
            return None
    with write_session(engine) as session:
        if find_latest(session) is not None:
            return None
        empty, starter = load_snapshot(session), read_starter()
        return import_catalogue(session, empty, starter, now=now, principal=PRINCIPAL)
