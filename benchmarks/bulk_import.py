"""Importing a catalogue beside writing the very same rows with `sqlite3.executemany`.

`python -m benchmarks.bulk_import --proposals 20000` makes a catalogue in JSON Lines, imports it
into a new SQLite file with every check, and writes all the rows that came of it into another new
file with the same schema in one transaction, in turn. Ratios are of the times within a round.
"""

import argparse
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from app.db import make_engine, write_session
from app.imports.read import read_catalogue
from app.imports.write import import_catalogue
from app.revisions.snapshot import load_snapshot
from app.schema import upgrade
from benchmarks.catalogue import Maker, write
from benchmarks.figures import ratios, say, spread
from benchmarks.measuring import measure, run_apart

MODULE = "benchmarks.bulk_import"


def make_database(path: Path) -> None:
    """A new database with the schema."""
    path.unlink(missing_ok=True)
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()


def import_file(source: Path, database: Path) -> None:
    """Imports as the command does."""
    engine = make_engine(f"sqlite:///{database}")
    catalogue = read_catalogue([source])
    with write_session(engine) as session:
        import_catalogue(
            session, load_snapshot(session), catalogue, now=datetime.now(UTC), principal="cli"
        )
    engine.dispose()


def list_tables(connection: sqlite3.Connection) -> list[str]:
    """The tables that an import writes, those referred to first; FTS5 fills its own."""
    named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = {n for (n,) in named if not n.startswith(("sqlite_", "proposal_text_", "alembic"))}
    ordered: list[str] = []
    while names:
        ready = sorted(
            name
            for name in names
            if not {row[2] for row in connection.execute(f"PRAGMA foreign_key_list('{name}')")}
            & (names - {name})
        )
        ordered += ready
        names -= set(ready)
    return ordered


def write_raw(filled: Path, database: Path) -> None:
    """Writes the rows of one database into another, table by table, in one transaction."""
    with sqlite3.connect(filled) as source:
        tables = list_tables(source)
        columns = {t: [r[1] for r in source.execute(f"PRAGMA table_info('{t}')")] for t in tables}
        rows = {
            t: source.execute(
                f'SELECT {", ".join(columns[t])} FROM "{t}" ORDER BY rowid'
            ).fetchall()
            for t in tables
        }
    measure(lambda: _write(database, columns, rows))


def _write(
    database: Path, columns: dict[str, list[str]], rows: dict[str, list[tuple[object, ...]]]
) -> None:
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for table, found in rows.items():
        marks = ", ".join("?" * len(columns[table]))
        names = ", ".join(columns[table])
        connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', found)
    connection.execute("COMMIT")
    connection.close()


def count_rows(database: Path) -> int:
    """All the rows that an import wrote."""
    with sqlite3.connect(database) as connection:
        counts = (
            connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
            for table in list_tables(connection)
        )
        return sum(counts)


def compare(proposals: int, rounds: int) -> None:
    """Measures both in turn, each in a process of its own, and prints what came of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, filled, copied = folder / "made.jsonl", folder / "filled.db", folder / "copied.db"
        write(source, Maker(proposals))
        imported, raw = list[list[float]](), list[list[float]]()
        for _ in range(rounds):
            make_database(filled)
            imported.append(run_apart(MODULE, "import", str(source), str(filled)))
            make_database(copied)
            raw.append(run_apart(MODULE, "raw", str(filled), str(copied)))
        rows = count_rows(filled)
    print(f"{proposals:,} proposals in {rows:,} rows; medians (quartiles) of {rounds} rounds.\n")
    print("| | seconds | CPU seconds | rows/s | proposals/s | most MB |")
    print("|---|---|---|---|---|---|")
    for label, runs in (("validated import", imported), ("sqlite3.executemany", raw)):
        seconds, cpu, peak = (spread([run[i] for run in runs]) for i in range(3))
        rates = [say(count / seconds.median) for count in (rows, proposals)]
        print(f"| {label} | {seconds} | {cpu} | {rates[0]} | {rates[1]} | {say(peak.median)} |")
    by_time, by_cpu = (
        spread(ratios([r[i] for r in raw], [r[i] for r in imported])) for i in range(2)
    )
    print(f"\nSpeed of the import to that of executemany: {by_time} by time, {by_cpu} by CPU.")


def main() -> None:
    """Compares, or does one of the two in this process."""
    if sys.argv[1:2] == ["import"]:
        measure(lambda: import_file(Path(sys.argv[2]), Path(sys.argv[3])))
        return
    if sys.argv[1:2] == ["raw"]:
        write_raw(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proposals", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    compare(asked.proposals, asked.rounds)


if __name__ == "__main__":
    main()
