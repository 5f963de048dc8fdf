"""Files of dyad-days, the outcome of a roll-up: Parquet, with what became of the rows read."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ValidationError

from app.errors import Fault, InvalidCatalogue
from app.feeds.models import Counts

_KEY = "entente"
# Sums are in hundredths of a point of the Goldstein scale; `lead` is the id of the first event.
SCHEMA: dict[str, pl.DataType] = {
    "happened_on": pl.Date(),
    "actor_id": pl.String(),
    "recipient_id": pl.String(),
    "quad_class": pl.Int64(),
    "event_type": pl.String(),
    "domain_id": pl.String(),
    "events": pl.Int64(),
    "publishers": pl.Int64(),
    "cooperative": pl.Int64(),
    "conflictual": pl.Int64(),
    "lead": pl.String(),
}
ORDER = tuple(SCHEMA)[:6]


class Summary(BaseModel):
    """What a roll-up was made of: the feed, its files, what became of their rows."""

    format: Literal["entente-dyad-days/1"] = "entente-dyad-days/1"
    feed: str
    files: list[str]
    counts: Counts
    revision: int


def to_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Dyad-days in the columns of files, which have them by `ORDER`."""
    return frame.select(pl.col(n).cast(t) for n, t in SCHEMA.items())


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder for what is on its way to a file, on the same disk; it goes away at the end."""
    folder = Path(tempfile.mkdtemp(dir=beside.parent, prefix=f".{beside.name}."))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def gather(parts: Iterable[pl.DataFrame], folder: Path) -> pl.LazyFrame:
    """The parts of a roll-up one after the other, kept in a folder: they may not fit in memory."""
    paths = []
    for number, part in enumerate(parts):
        paths.append(folder / f"part-{number:06}.parquet")
        part.write_parquet(paths[-1])
    return pl.scan_parquet(paths) if paths else pl.LazyFrame(schema=SCHEMA)


def write(path: Path, dyad_days: pl.LazyFrame, summary: Summary, folder: Path) -> None:
    """Writes a file of dyad-days, given in order; it appears whole or not at all."""
    whole = folder / "whole.parquet"
    dyad_days.sink_parquet(whole, metadata={_KEY: summary.model_dump_json()})
    whole.replace(path)


def read(path: Path) -> tuple[Summary, pl.LazyFrame]:
    """A file of dyad-days and what it was made of. Raises InvalidCatalogue."""
    try:
        told = pl.read_parquet_metadata(path).get(_KEY, "{}")
        summary = Summary.model_validate_json(told)
        found = pl.scan_parquet(path)
        if found.collect_schema() != pl.Schema(SCHEMA):
            raise ValueError
    except (OSError, pl.exceptions.PolarsError, ValidationError, ValueError):
        detail = "it is no file of dyad-days; make one by: entente events rollup"
        raise InvalidCatalogue((Fault("", detail, file=path.name),)) from None
    return summary, found
