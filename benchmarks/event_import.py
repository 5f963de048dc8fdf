"""Importing event files of several sizes: time, and whether memory grows with the file.

Run as `python -m benchmarks.event_import [ROWS ...]`; files of so many rows in the shape of GDELT
are made, 100,000 and 1,000,000 when nothing is said. Each is imported by `entente events import`,
in a process of its own, into a new database with the starter catalogue. It is a SQLite file, so
the database's work is part of the process. Told are seconds, rows a second, processor seconds, the
most memory of the process, and the size of the database afterwards.
"""

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from app.cli import cli
from app.db import make_engine
from app.schema import upgrade
from app.starter import load_starter_if_empty
from benchmarks.gdelt_shaped import write as write_rows
from benchmarks.measuring import MEGABYTE, measure, run_apart

ROWS = (100_000, 1_000_000)


def prepare(url: str) -> None:
    """Makes a database with the starter catalogue."""
    engine = make_engine(url)
    upgrade(engine)
    load_starter_if_empty(engine, datetime.now(UTC))
    engine.dispose()


def measure_apart(rows: int, folder: Path) -> None:
    """Prints the line of the table for a file of so many rows."""
    file, database = folder / "shaped.csv", folder / f"{rows}.db"
    write_rows(file, rows)
    url = f"sqlite:///{database}"
    prepare(url)
    seconds, cpu, peak = run_apart(
        "benchmarks.event_import", "--only", str(file), env={"ENTENTE_DATABASE_URL": url}
    )
    size = sum(path.stat().st_size for path in folder.glob(f"{database.name}*")) / MEGABYTE
    print(
        f"| {rows:,} | {seconds:,.1f} | {rows / seconds:,.0f} | {cpu:,.1f} | {peak:,.0f} MB "
        f"| {size:,.0f} MB |",
        flush=True,
    )


def main() -> None:
    """Prints a Markdown table, or measures one import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="*", default=ROWS)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        words = ["events", "import", str(asked.only), "--feed", "gdelt"]
        measure(lambda: cli(words, standalone_mode=False))
        return
    print("| rows | seconds | rows a second | processor seconds | most memory | database |")
    print("|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for rows in asked.rows:
            measure_apart(rows, Path(folder))


if __name__ == "__main__":
    main()
