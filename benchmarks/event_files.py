"""Event files to dyad-days, beside DuckDB alone on the same file.

Run as `python -m benchmarks.event_files [FILE] [--rows N] [--repeat N]`; without a file one of N
rows in the shape of GDELT is made. Each way runs in a process of its own, warm, once a round and
one after the other, so that what the machine does meanwhile falls on all alike. Ratios are taken
within a round. Told are median and spread, processor time, and the most memory of the process.

Only the last of DuckDB's queries does what a roll-up does. It gets the tables of what parties,
codes and ministries mean ready-made, and neither counts malformed or unresolved rows nor looks for
repeated ids. What it writes is compared with the roll-up, dyad-day by dyad-day.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from app.actors.models import ActorCreate
from app.actors.states import list_states
from app.coding import gdelt
from app.domains.models import DomainCreate
from app.feeds.models import Counts
from app.feeds.resolve import Register
from app.rollups.dyad_days import ORDER, Origin, gather, read, write
from app.rollups.embedded import Tally, Task, roll_up
from app.rollups.meanings import OPEN, TYPE_NAMES, Meanings
from app.starter import read_starter
from benchmarks.gdelt_shaped import write as write_rows
from benchmarks.measuring import MEGABYTE, measure, run_apart

ROWS = 1_000_000
THREADS = os.cpu_count() or 1
# What tells a party, and what tells a code with its intensity, as one text.
PARTY_CELLS = (0, 1, 2, 7, 8, 9)
CODING_CELLS = (gdelt.CODE, gdelt.INTENSITY)
COLUMNS = [f"c{number:02}" for number in range(58)]


def ours(file: Path, folder: Path) -> None:
    """What `entente events rollup` does once it has read the catalogue."""
    tally = Tally(counts=Counts())
    found = gather(roll_up(Task((file,), "gdelt", "gdelt", _register()), folder, tally), folder)
    origin = Origin(feed="gdelt", files=[file.name], counts=tally.counts, revision=1)
    write(folder / "ours.zip", found, origin, None, folder)


@cache
def _register() -> Register:
    """That of a new database: all states, and the starter catalogue."""
    documents = [change.document for change in read_starter().changes]
    actors = [*list_states(), *(d for d in documents if isinstance(d, ActorCreate))]
    domain_ids = [d.id for d in documents if isinstance(d, DomainCreate)]
    return Register({actor.id: actor for actor in actors}, domain_ids)


def plain(file: Path, folder: Path) -> None:
    """The least that could be called a roll-up: rows by day, countries and quad class."""
    del folder
    _connect().execute(
        f"""CREATE TABLE days AS SELECT c01, c07, c17, c29, count(*),
            sum(greatest(c30::DOUBLE, 0)), sum(greatest(-c30::DOUBLE, 0))
        FROM {_rows(file)} WHERE c07 <> '' AND c17 <> '' AND c07 <> c17 GROUP BY ALL"""
    )


def distinct(file: Path, folder: Path) -> None:
    """The same of distinct reports, one a (day, pair of countries, code, publisher)."""
    del folder
    _connect().execute(
        f"""CREATE TABLE days AS SELECT day, a, b, quad, count(*), count(DISTINCT site),
            sum(greatest(points, 0)), sum(greatest(-points, 0)), min(lead)
        FROM (SELECT c01 AS day, c07 AS a, c17 AS b, c26, {_SITE} AS site, any_value(c29) AS quad,
                any_value(c30::DOUBLE) AS points, min(c00) AS lead
            FROM {_rows(file)} WHERE c07 <> '' AND c17 <> '' AND c07 <> c17 GROUP BY 1, 2, 3, 4, 5)
        GROUP BY 1, 2, 3, 4"""
    )


def whole(file: Path, folder: Path) -> None:
    """All that a roll-up writes, with the meanings of texts ready-made; see the module."""
    con = _connect()
    for name in ("party", "coding", "field"):
        con.execute(f"CREATE TABLE {name} AS FROM read_parquet('{folder}/{name}.parquet')")
    first = ", ".join(
        f"arg_min({term}, c00) AS {name}"
        for name, term in {
            "quad": "quad",
            "type": "type",
            "points": "hundredths",
            "domain": "coalesce(c.domain, f.domain, '')",
        }.items()
    )
    con.execute(
        f"""COPY (SELECT day, actor, recipient, quad, type, domain, count(*) AS events,
            count(DISTINCT site) AS publishers, sum(greatest(points, 0)) AS cooperative,
            sum(greatest(-points, 0)) AS conflictual, 'gdelt.' || day || '.' || min(lead) AS lead
        FROM (SELECT strptime(c01, '%Y%m%d')::DATE AS day, a.actor AS actor, b.actor AS recipient,
                code, {_SITE} AS site, {first}, min(c00) AS lead
            FROM {_rows(file)}
            JOIN party a ON a.text = {_joined(*(gdelt.ACTOR + n for n in PARTY_CELLS))}
            JOIN party b ON b.text = {_joined(*(gdelt.RECIPIENT + n for n in PARTY_CELLS))}
            JOIN coding c ON c.text = {_joined(*CODING_CELLS)}
            LEFT JOIN field f ON f.actor = a.sectors AND f.recipient = b.sectors
            WHERE a.actor <> b.actor GROUP BY 1, 2, 3, 4, 5)
        GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6) TO '{folder}/duckdb.parquet'"""
    )


_SITE = r"lower(regexp_extract(c57, '^[^/?#]*//(?:www\.)?([^/?#]*)', 1))"


def _joined(*places: int) -> str:
    return f"concat_ws('\t', {', '.join(COLUMNS[place] for place in places)})"


def _connect() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": THREADS})


def _rows(file: Path) -> str:
    """The rows, every cell a text; an empty one is empty, not null."""
    told = f"header=false, quote='', escape='', columns={dict.fromkeys(COLUMNS, 'VARCHAR')}"
    return rf"read_csv('{file}', delim='\t', nullstr='\N', {told})"


def prepare(file: Path, folder: Path) -> None:
    """Writes the tables of what texts of a file mean, for `whole`."""
    meanings, layout = Meanings(_register()), gdelt.find_layout("\t" * (len(COLUMNS) - 1))
    actor_ids = meanings.register.actor_ids
    sides = [
        f"SELECT DISTINCT {_joined(*(place + n for n in PARTY_CELLS))} AS text FROM {_rows(file)}"
        for place in (gdelt.ACTOR, gdelt.RECIPIENT)
    ]
    parties = []
    for (text,) in _connect().execute(" UNION ".join(sides)).fetchall():
        party = layout.to_party(text.split("\t"))
        if (actor := meanings.actor(party)) >= 0:
            parties.append((text, actor_ids[actor], meanings.telling_sectors(party)))
    codings = []
    texts = f"SELECT DISTINCT {_joined(*CODING_CELLS)} FROM {_rows(file)}"
    for (text,) in _connect().execute(texts).fetchall():
        code, intensity = text.split("\t")
        found = layout.to_code([code])
        numbers = meanings.coding(found, layout.to_hundredths(intensity, found))
        domain = None if numbers[4] == OPEN else meanings.domain_ids[numbers[4]]
        codings.append((text, found.code, numbers[1], TYPE_NAMES[numbers[2]], numbers[3], domain))
    sectors = range(1, len(meanings.sectors.things))
    fields = [
        (a, b, meanings.domain_ids[meanings.field(0, a, b)]) for a in sectors for b in sectors
    ]
    for name, rows, columns in (
        ("party", parties, ("text", "actor", "sectors")),
        ("coding", codings, ("text", "code", "quad", "type", "hundredths", "domain")),
        ("field", fields, ("actor", "recipient", "domain")),
    ):
        frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
        frame.write_parquet(folder / f"{name}.parquet")


def check_same(folder: Path) -> int:
    """How many dyad-days both wrote. Raises AssertionError where they differ."""
    own = read(folder / "ours.zip")[1].collect()
    other = pl.read_parquet(folder / "duckdb.parquet")
    other.columns = own.columns
    other = other.with_columns(pl.col(n).cast(t) for n, t in own.schema.items()).sort(ORDER)
    if not own.equals(other):
        raise AssertionError(own.join(other, on=own.columns, how="anti"))
    return own.height


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "entente events rollup": ours,
    "DuckDB: rows by day, countries, quad class": plain,
    "DuckDB: distinct reports, publishers": distinct,
    "DuckDB: the whole roll-up, meanings given": whole,
}


def compare(file: Path, folder: Path, repeat: int) -> None:
    """Prints a Markdown table."""
    prepare(file, folder)
    found: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for number in range(repeat + 1):
        for way in WAYS:
            words = (str(file), "--only", way, "--folder", str(folder))
            figures = run_apart("benchmarks.event_files", *words)
            if number:
                found[way].append(figures)
    print(
        f"{file.stat().st_size / MEGABYTE:,.0f} MB, {check_same(folder):,} dyad-days, the same by "
        f"both; {THREADS} cores, {repeat} rounds, polars {pl.__version__}, "
        f"duckdb {duckdb.__version__}.\n"
    )
    print("| | seconds | processor | roll-up : this, seconds | processor | most memory |")
    print("|---|---|---|---|---|---|")
    own = next(iter(found.values()))
    for way, rounds in found.items():
        cells = []
        for which in (0, 1):
            ratios = [o[which] / r[which] for o, r in zip(own, rounds, strict=True)]
            cells.append(
                f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            )
        seconds, cpu, peak = (statistics.median(figures) for figures in zip(*rounds, strict=True))
        told = f"{seconds:.2f} | {cpu:.2f} | {' | '.join(cells)} | {peak:.0f} MB"
        print(f"| {way} | {told} |")


def main() -> None:
    """Runs the comparison, or one of its ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        work = WAYS[asked.only]
        if work is ours:
            _register()
        measure(lambda: work(asked.file, asked.folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = asked.file or Path(folder, "shaped.csv")
        if asked.file is None:
            write_rows(file, asked.rows)
        compare(file, Path(folder), asked.repeat)


if __name__ == "__main__":
    main()
