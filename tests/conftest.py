"""Services that tests share, on both databases."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

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


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Database files to copy: one with the schema, one with the small catalogue too."""
    folder = tmp_path_factory.mktemp("templates")
    found = {"empty": folder / "empty.db", "small": folder / "small.db"}
    for name, path in found.items():
        prepare(f"sqlite:///{path}")
        if name == "small":
            service = Service(f"sqlite:///{path}")
            service.load(catalogue())
            service.engine.dispose()
    return found


@pytest.fixture(scope="session")
def postgresql_templates(postgresql: str) -> dict[str, str]:
    """Databases to copy, as the files above."""
    found = {"empty": create_database(postgresql), "small": create_database(postgresql)}
    for name, url in found.items():
        prepare(url)
        if name == "small":
            service = Service(url)
            service.load(catalogue())
            service.engine.dispose()
    return found


@pytest.fixture(params=DATABASES)
def make_url(
    request: pytest.FixtureRequest, templates: dict[str, Path], tmp_path: Path
) -> Iterator[Callable[[str], str]]:
    """Makes databases, each a copy of a template: SQLite in one run, PostgreSQL in another."""
    made: list[str] = []

    def make_file(template: str) -> str:
        path = tmp_path / f"entente{len(made)}.db"
        shutil.copyfile(templates[template], path)
        made.append(str(path))
        return f"sqlite:///{path}"

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
def small(templates: dict[str, Path], tmp_path: Path) -> Service:
    """A service with one small catalogue, on a SQLite file of its own."""
    path = tmp_path / "entente.db"
    shutil.copyfile(templates["small"], path)
    return Service(f"sqlite:///{path}")


@pytest.fixture
def empty(templates: dict[str, Path], tmp_path: Path) -> Service:
    """A service on an empty catalogue, on a SQLite file of its own."""
    path = tmp_path / "entente.db"
    shutil.copyfile(templates["empty"], path)
    return Service(f"sqlite:///{path}")
