"""Reading blocks of a feed row by row, as an import does, and what a block holds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from app.coding.read import Reader, read_line
from app.coding.report import Malformed, Report
from app.rollups.blocks import Block, split
from app.rollups.meanings import Meanings

# What is known of a report that counts. Texts are numbers of `Meanings`, but for the feed's own id
# (`lead`); days are those since 1970; `line` is where it stands.
COUNTED: dict[str, type[pl.DataType]] = {
    "line": pl.Int64,
    "dyad_id": pl.Int64,
    "happened_on": pl.Int32,
    "code": pl.UInt32,
    "publisher": pl.UInt32,
    "quad_class": pl.UInt8,
    "event_type": pl.UInt8,
    "domain_id": pl.UInt16,
    "hundredths": pl.Int16,
    "lead": pl.String,
}
Line = tuple[int, bytes]


@dataclass(slots=True)
class Part:
    """What became of rows; `reports` are those that count, with the columns of `COUNTED`."""

    reports: pl.DataFrame
    rows: int = 0
    internal: int = 0
    unresolved: int = 0
    names: Counter[str] = field(default_factory=Counter)
    rejected: list[Malformed] = field(default_factory=list)

    def with_others(self, other: "Part") -> "Part":
        """Both together, in the order of the file."""
        return Part(
            pl.concat([self.reports, other.reports]).sort("line"),
            self.rows + other.rows,
            self.internal + other.internal,
            self.unresolved + other.unresolved,
            self.names + other.names,
            sorted(self.rejected + other.rejected, key=lambda row: row.line),
        )


class RowReader:
    """Reads lines of a feed one by one."""

    def __init__(self, read: Reader, meanings: Meanings) -> None:
        self._read = read
        self._meanings = meanings

    def read_block(self, block: Block) -> Part:
        """What a block holds."""
        return self.read(enumerate(split(block.data), block.first_line))

    def read(self, lines: Iterable[Line]) -> Part:
        """What lines hold, given with their numbers."""
        part, counted = Part(pl.DataFrame(schema=COUNTED)), []
        for number, line in lines:
            row = read_line(self._read, number, line)
            if isinstance(row, Malformed):
                part.rejected.append(row)
            elif row is not None and (numbers := self._take(part, row)):
                counted.append((number, *numbers, row.feed_id))
            part.rows += row is not None
        part.reports = pl.DataFrame(counted, schema=COUNTED, orient="row")
        return part

    def _take(self, part: Part, row: Report) -> tuple[int, ...] | None:
        """The numbers of a report that counts."""
        actor_id, recipient_id, nameless = self._meanings.register.find_sides(row)
        if actor_id is None or recipient_id is None:
            part.unresolved += 1
            part.names.update(nameless)
            return None
        if actor_id == recipient_id:
            part.internal += 1
            return None
        return self._meanings.of_report(row, actor_id, recipient_id)
