"""Services that tests share."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from tests.catalogues import catalogue
from tests.service import Service, make_service

# Machines are slow and noisy, so no example is timed; CI always tries the same examples.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service with the starter catalogue, only ever read."""
    return make_service(tmp_path_factory.mktemp("starter") / "entente.db", starter=True)


@pytest.fixture(scope="session")
def small_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("small") / "entente.db"
    service = make_service(database)
    service.load(catalogue())
    service.engine.dispose()
    return database


@pytest.fixture
def small(small_template: Path, tmp_path: Path) -> Service:
    """A service with one small catalogue, on a database of its own."""
    database = tmp_path / "entente.db"
    shutil.copyfile(small_template, database)
    return Service(database)


@pytest.fixture
def empty(tmp_path: Path) -> Service:
    """A service on an empty catalogue."""
    return make_service(tmp_path / "entente.db")
