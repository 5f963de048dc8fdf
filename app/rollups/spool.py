"""Reports that wait to be counted: in memory while they are few, on disk by their days if not."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from app.rollups.rows import COUNTED

# Reports held in memory, of some fifty bytes each.
HELD_REPORTS = 2_000_000
# No event spans two days, so that days can be counted apart; a week makes files of a fair size.
BUCKET_DAYS = 7
# Reports counted together, as many whole days as that takes: counting needs four times their room.
COUNTED_REPORTS = 100_000


class Spool:
    """Reports in the order of their files, given back in the order of their days."""

    def __init__(self, folder: Path, held: int = HELD_REPORTS) -> None:
        self._folder = folder
        self._held = held
        self._frames: list[pl.DataFrame] = []
        self._count = 0
        self._buckets: dict[int, list[Path]] = {}

    def add(self, reports: pl.DataFrame) -> None:
        """Takes reports."""
        self._frames.append(reports)
        self._count += reports.height
        if self._count >= self._held:
            self._put_away()

    def take(self) -> Iterator[pl.DataFrame]:
        """All reports, those of a day together, days in their order."""
        if not self._buckets:
            yield from _split(self._gather())
            return
        self._put_away()
        for _, paths in sorted(self._buckets.items()):
            yield from _split(pl.concat(pl.read_ipc(path) for path in paths))
            for path in paths:
                path.unlink()

    def _gather(self) -> pl.DataFrame:
        found = pl.concat([pl.DataFrame(schema=COUNTED), *self._frames])
        self._frames, self._count = [], 0
        return found

    def _put_away(self) -> None:
        found = self._gather().with_columns(bucket=pl.col("happened_on") // BUCKET_DAYS)
        by_bucket = found.partition_by("bucket", as_dict=True, include_key=False)
        for (bucket,), reports in by_bucket.items():
            paths = self._buckets.setdefault(int(bucket), [])
            paths.append(self._folder / f"{bucket}-{len(paths)}.arrow")
            reports.write_ipc(paths[-1], compression="lz4")


def _split(reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The same reports, some whole days at a time, days in their order."""
    day = pl.col("happened_on")
    days = reports.group_by(day).len().sort(day)
    steps = days.group_by(pl.col("len").cum_sum() // COUNTED_REPORTS)
    for first, last in (
        steps.agg(first=day.min(), last=day.max()).sort("first").select("first", "last").iter_rows()
    ):
        yield reports.filter(day.is_between(first, last))
