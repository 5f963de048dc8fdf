"""Files of dyad-days, the outcome of a roll-up.

One is a zip archive of a table in Parquet, a summary of what became of the rows read, and the
malformed ones.
"""

import fcntl
import glob
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, Field

from app.errors import Fault, InvalidCatalogue
from app.feeds.files import DAMAGES
from app.feeds.models import Counts
from app.fields import KEY_PATTERN

_SUMMARY, _TABLE, REJECTED = "summary.json", "dyad-days.parquet", "rejected.jsonl"
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


class Origin(BaseModel):
    """What a roll-up was made of: the feed, its files, what became of their rows.

    `revision` is that of the catalogue which says whom rows name.
    """

    feed: str = Field(pattern=KEY_PATTERN)
    files: list[str]
    counts: Counts
    revision: int


class Summary(Origin):
    """What a file of dyad-days is."""

    format: Literal["entente-dyad-days/1"] = "entente-dyad-days/1"
    dyad_days: int


def to_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Dyad-days in the columns of files, which have them by `ORDER`."""
    return frame.select(pl.col(n).cast(t) for n, t in SCHEMA.items())


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder for what is on its way to a file, on the same disk; it goes away at the end.

    Those that killed processes left behind go away too: nobody holds their locks.
    """
    prefix = f".{beside.name}."
    for left in beside.parent.glob(f"{glob.escape(prefix)}*"):
        with _lock(left) as is_ours:
            if is_ours:
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=beside.parent, prefix=prefix))
    with _lock(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _lock(folder: Path) -> Iterator[bool]:
    """Whether the lock of a folder could be had; it ends with the process at the latest."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:  # it is no folder, or just went away
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All dyad-days of a roll-up in order, and how many."""

    frame: pl.LazyFrame
    count: int


def gather(parts: Iterable[pl.DataFrame], folder: Path) -> Gathered:
    """The parts of a roll-up one after the other, kept in a folder: they may not fit in memory."""
    paths, count = [], 0
    for number, part in enumerate(parts):
        paths.append(folder / f"part-{number:06}.arrow")
        part.write_ipc(paths[-1], compression="lz4")
        count += part.height
    frame = pl.scan_ipc(paths, glob=False) if paths else pl.LazyFrame(schema=SCHEMA)
    return Gathered(frame, count)


def write(path: Path, found: Gathered, origin: Origin, rejected: Path | None, folder: Path) -> None:
    """Writes a file of dyad-days, by way of a folder; it appears whole or not at all.

    `rejected` has the malformed rows as JSON Lines, if there are any.
    """
    table, whole = folder / _TABLE, folder / "whole"
    found.frame.sink_parquet(table)
    summary = Summary(**origin.model_dump(), dyad_days=found.count)
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(_SUMMARY, summary.model_dump_json())
        archive.write(table, _TABLE)
        if rejected is not None:
            archive.write(rejected, REJECTED)
    whole.replace(path)


def read(path: Path) -> tuple[Summary, pl.LazyFrame]:
    """A file of dyad-days and what it was made of; it stays what it is, whoever replaces it.

    Raises InvalidCatalogue for a file of something else, and for a damaged one: the archive has a
    sum of each part, which is looked at before anything is read of it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            summary = Summary.model_validate_json(archive.read(_SUMMARY))
            found = pl.scan_parquet(BytesIO(archive.read(_TABLE)))
        if found.collect_schema() != pl.Schema(SCHEMA):
            raise ValueError
    except (*DAMAGES, KeyError, pl.exceptions.PolarsError, ValueError):
        detail = "it is damaged, or no file of dyad-days; make one by: entente events rollup"
        raise InvalidCatalogue((Fault("", detail, file=path.name),)) from None
    return summary, found
