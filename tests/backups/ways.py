"""Databases to back up and restore, and what must be the same in both."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, make_url, select, text

from app.backups.backup import Contents, make_backup
from app.backups.copying import list_tables
from app.backups.findings import Finding
from app.backups.restore import restore
from app.backups.verify import Verified, verify
from app.db import read_session
from app.listings.files import IndexFiles
from app.revisions.archive import get_archive
from tests.catalogues import catalogue, proposal
from tests.feeds.feeds import act, load, withdraw, write_file
from tests.service import TODAY, Service


def nothing(_: int = 0) -> None:
    """Nobody watches."""


def fill(service: Service, folder: Path) -> None:
    """Records of every kind, changed and deleted ones, and what feeds tell, with a retraction."""
    service.load(
        catalogue(
            proposal("other-plan", title="Übung: é"),
            proposal("third-plan", supersedes=["other-plan"]),
            proposal("a-plan"),
        )
    )
    service.load({"proposals": [proposal("a-plan", merged_into="third-plan")]})
    service.load(catalogue(proposal("other-plan", title="Changed twice")))
    gone = service.write("DELETE", "/v1/events/catalogue.visit", If_Match="*")
    assert gone.status_code == 200, gone.text
    profile = {"id": "own", "name": "Own", "description": "Own", "weights": {"mutual_gain": 1}}
    answer = service.write("POST", "/v1/profiles", json=profile, Idempotency_Key="profile-1")
    assert answer.status_code == 201, answer.text
    load(service, write_file(folder, act(1), act(2), act(3, day="2020-02-03"), act(4, source="X")))
    withdraw(service, "2")


def back_up(service: Service, path: Path, *, replace: bool = False) -> Contents:
    return make_backup(service.engine, path, nothing, replace=replace)


def put_back(service: Service, path: Path, *, replace: bool = False) -> Contents:
    """Restores as the command does: nobody else is connected."""
    leave(service)
    return restore(service.engine, path, nothing, replace=replace)


def leave(service: Service) -> None:
    """Closes all connections to the database, as the service does at its end."""
    service.app.state.lists.watch.stop()
    get_archive(service.engine).close()
    service.engine.dispose()


def all_rows(service: Service) -> dict[str, list[tuple[object, ...]]]:
    """Everything on record."""
    with read_session(service.engine) as session:
        return {
            table.name: sorted(map(tuple, session.connection().execute(select(table))), key=repr)
            for table in list_tables()
        }


def verified(service: Service) -> Verified:
    files = IndexFiles(service.settings.index, service.engine)
    return verify(service.engine, files, TODAY, nothing)


def named(service: Service) -> list[Finding]:
    return verified(service).findings.named


def damage(service: Service, *statements: str) -> None:
    """Changes tables behind the service's back, with no reference looked at."""
    # Straight to the driver: SQLite looks at no reference then.
    engine = create_engine(make_url(service.settings.database_url))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def own_references(connection: Connection) -> Iterator[tuple[str, bool]]:
    """Each reference of a table to itself on PostgreSQL, and whether it may wait."""
    for table in list_tables():
        for key in inspect(connection).get_foreign_keys(table.name):
            if key["referred_table"] == table.name:
                query = text("SELECT condeferrable FROM pg_constraint WHERE conname = :name")
                yield str(key["name"]), bool(connection.scalar(query, {"name": key["name"]}))
