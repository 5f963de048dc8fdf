"""Services that tests share, on both databases."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from sqlalchemy import make_url as make_sqlalchemy_url

from tests.backups.ways import fill, leave
from tests.catalogues import catalogue
from tests.databases import create_database, drop_database, postgresql_server
from tests.service import Service, prepare

# Machines are slow and noisy, so no example is timed; CI always tries the same examples.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("quick", deadline=None, phases=(Phase.explicit, Phase.generate))
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "here")
)

DATABASES = ("sqlite", "postgresql")
Make = Callable[..., Service]


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service with the starter catalogue, only ever read."""
    url = f"sqlite:///{tmp_path_factory.mktemp('starter') / 'entente.db'}"
    prepare(url, starter=True)
    return Service(url)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    with postgresql_server() as url:
        yield url


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look through it in every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class Templates(dict[str, str]):
    """The URLs of databases to copy, made when they are first asked for.

    empty has the schema alone, small the small catalogue, filled records of every kind besides.
    """

    def __init__(self, create: Callable[[str], str], folder: Path) -> None:
        super().__init__()
        self._create = create
        self._folder = folder

    def __missing__(self, name: str) -> str:
        url = self[name] = self._create(name)
        prepare(url)
        if name != "empty":
            service = Service(url)
            service.load(catalogue())
            if name == "filled":
                fill(service, self._folder)
            leave(service)
        return url


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Templates on SQLite."""
    folder = tmp_path_factory.mktemp("templates")
    return Templates(lambda name: f"sqlite:///{folder / name}.db", folder)


@pytest.fixture(scope="session")
def postgresql_templates(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Templates on PostgreSQL."""
    folder = tmp_path_factory.mktemp("postgresql-templates")
    return Templates(lambda _: create_database(postgresql), folder)


def copy_file(template: str, path: Path) -> str:
    """Copies a template on SQLite; the URL of the copy."""
    shutil.copyfile(str(make_sqlalchemy_url(template).database), path)
    return f"sqlite:///{path}"


@pytest.fixture(params=DATABASES)
def make_url(
    request: pytest.FixtureRequest, templates: Templates, tmp_path: Path
) -> Iterator[Callable[[str], str]]:
    """Makes databases, each a copy of a template: SQLite in one run, PostgreSQL in another."""
    made: list[str] = []

    def make_file(template: str) -> str:
        path = tmp_path / f"entente{len(made)}.db"
        made.append(str(path))
        return copy_file(templates[template], path)

    if request.param == "sqlite":
        yield make_file
        return
    server = request.getfixturevalue("postgresql")
    copied = request.getfixturevalue("postgresql_templates")

    def make_database(template: str) -> str:
        made.append(create_database(server, copied[template]))
        return made[-1]

    yield make_database
    for url in made:
        drop_database(server, url)


@pytest.fixture
def make_both(make_url: Callable[[str], str]) -> Iterator[Make]:
    """Makes services on one database after the other."""
    services: list[Service] = []

    def make(template: str = "small", **settings: object) -> Service:
        services.append(Service(make_url(template), **settings))
        return services[-1]

    yield make
    for service in services:
        service.engine.dispose()


@pytest.fixture
def both(make_both: Make) -> Service:
    """A service with one small catalogue; the test runs on SQLite and on PostgreSQL."""
    return make_both("small")


@pytest.fixture
def both_empty(make_both: Make) -> Service:
    """A service on an empty catalogue; the test runs on SQLite and on PostgreSQL."""
    return make_both("empty")


@pytest.fixture
def small(templates: Templates, tmp_path: Path) -> Service:
    """A service with one small catalogue, on a SQLite file of its own."""
    return Service(copy_file(templates["small"], tmp_path / "entente.db"))


@pytest.fixture
def empty(templates: Templates, tmp_path: Path) -> Service:
    """A service on an empty catalogue, on a SQLite file of its own."""
    return Service(copy_file(templates["empty"], tmp_path / "entente.db"))


@pytest.fixture
def filled(make_both: Make) -> Service:
    """A service that has seen changes of every kind; on SQLite and on PostgreSQL."""
    return make_both("filled")
