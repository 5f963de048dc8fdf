"""Reading blocks of a table by columns, with the rules by which rows are read one by one.

A row that raises any doubt is read one by one, as an import reads it. Both ways give the same.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from app.coding import cells
from app.coding.layout import Layout
from app.feeds.resolve import listed_name
from app.rollups.blocks import Block, Sifted, sift, split
from app.rollups.meanings import DOUBT, EPOCH, NOBODY, OPEN, Lexicon, Meanings, Table
from app.rollups.rows import COUNTED, Part, RowReader

# An id of printable characters without space and slash, and with a digit, so that it is no word
# for none.
_PLAIN_ID = "^[!-.0-~]*[0-9][!-.0-~]*$"
_TAB = "\t"


class ColumnReader:
    """Reads blocks of a table; `rows` reads what raises doubts."""

    def __init__(self, layout: Layout, rows: RowReader, meanings: Meanings) -> None:
        self._layout = layout
        self._rows = rows
        self._meanings = meanings
        lock = meanings.lock
        self._days = Lexicon(1, self._to_day, lock)
        self._parties = Lexicon(3, self._to_party, lock)
        self._codings = Lexicon(5, self._to_coding, lock)
        self._publishers = Lexicon(1, self._to_publisher, lock)
        self._contexts = Lexicon(1, self._to_contexts, lock)

    def _to_day(self, cell: str) -> Sequence[int]:
        return ((cells.to_day(cell) - EPOCH).days,)

    def _to_party(self, joined: str) -> Sequence[int]:
        """Number of the actor, of the sectors that may tell a domain, and of the name."""
        party, known = self._layout.to_party(joined.split(_TAB)), self._meanings
        sectors, name = known.telling_sectors(party), known.names.of(listed_name(party))
        return known.actor(party), sectors, name

    def _to_coding(self, joined: str) -> Sequence[int]:
        *coding, intensity = joined.split(_TAB)
        code = self._layout.to_code(coding)
        return self._meanings.coding(code, self._layout.to_hundredths(intensity, code))

    def _to_publisher(self, cell: str) -> Sequence[int]:
        return (self._meanings.publishers.of(self._layout.to_publisher(cell)),)

    def _to_contexts(self, cell: str) -> Sequence[int]:
        return (self._meanings.contexts.of(self._layout.to_contexts(cell)),)

    def read(self, block: Block) -> Part:
        """What a block holds."""
        sifted, cells_of = self._part(block)
        others = sifted.others
        if cells_of.height != len(sifted.numbers):
            return self._rows.read_block(block)
        part, doubtful = self._read_rows(sifted.numbers, cells_of)
        if doubtful.any():
            lines = split(sifted.data)
            places = map(int, np.flatnonzero(doubtful))
            others = others + [(int(sifted.numbers[n]), lines[n]) for n in places]
        return part.with_others(self._rows.read(others)) if others else part

    def _part(self, block: Block) -> tuple[Sifted, pl.DataFrame]:
        """The lines that can be read by columns and their cells, and the other lines."""
        width = self._layout.width
        if block.is_even and block.tabs == block.lines * (width - 1):
            try:
                found = self._parse(block.data)
            except pl.exceptions.SchemaError:  # the first row is too wide
                found = pl.DataFrame({"whole": [False]})
            if found["whole"].all():
                numbers = np.arange(block.first_line, block.first_line + block.lines)
                return Sifted(block.data, numbers, []), found
        sifted = sift(block, width)
        return sifted, self._parse(sifted.data) if sifted.data else pl.DataFrame()

    def _read_rows(self, numbers: Table, frame: pl.DataFrame) -> tuple[Part, NDArray[np.bool_]]:
        """What rows hold, given by their cells, and which of them raise doubts."""
        if not len(numbers):
            return Part(pl.DataFrame(schema=COUNTED)), np.zeros(0, dtype=bool)
        sides = [self._parties.look_up(frame[side]) for side in ("actor", "recipient")]
        codings = self._codings.look_up(frame["coding"])
        days = self._days.look_up(frame["day"])
        doubtful = ~_surely_ids(frame["lead"])
        for table in (*sides, codings, days):
            doubtful |= table[:, 0] == DOUBT
        part = self._sort(sides, ~doubtful)
        actor, recipient = (table[:, 0] for table in sides)
        counts = ~doubtful & (actor != NOBODY) & (recipient != NOBODY) & (actor != recipient)
        texts = frame.select("publisher", "contexts", "lead").filter(counts)
        known = codings[counts]
        part.reports = pl.DataFrame(
            {
                "line": numbers[counts],
                "dyad_id": self._meanings.dyad(actor[counts], recipient[counts]),
                "happened_on": days[counts, 0],
                "code": known[:, 0],
                "publisher": self._find_publishers(texts["publisher"]),
                "quad_class": known[:, 1],
                "event_type": known[:, 2],
                "domain_id": self._find_domains(texts, known[:, 4], [s[counts, 1] for s in sides]),
                "hundredths": known[:, 3],
                "lead": texts["lead"],
            },
            schema_overrides=COUNTED,
        )
        return part, doubtful

    def _parse(self, data: bytes) -> pl.DataFrame:
        """The cells of rows, those of one thing joined by tabs.

        `whole` says whether the row has its last cell and no cell after it, unless these are empty.
        """
        layout = self._layout
        names = [f"column_{n}" for n in range(layout.width + 1)]
        found = pl.read_csv(
            data,
            columns=[names[n] for n in sorted({*layout.read_by_columns, layout.width})],
            separator=_TAB,
            has_header=False,
            quote_char=None,
            schema=dict.fromkeys(names, pl.String),
            empty_string_is_null=False,
            missing_columns="insert",
            truncate_ragged_lines=True,
        )
        cell = [pl.col(name) for name in names]

        def join(*places: int) -> pl.Expr:
            return pl.concat_str([cell[n] for n in places], separator=_TAB)

        empty = pl.lit("")
        return found.select(
            actor=join(*layout.actor),
            recipient=join(*layout.recipient),
            coding=join(*layout.coding, layout.intensity),
            day=cell[layout.day],
            publisher=empty if layout.publisher is None else cell[layout.publisher],
            contexts=empty if layout.contexts is None else cell[layout.contexts],
            lead=cell[layout.feed_id],
            whole=(cell[layout.width - 1] != "") & (cell[layout.width] == ""),
        )

    def _find_publishers(self, texts: pl.Series) -> Table:
        stem = self._layout.publisher_stem
        if stem is not None:
            column = pl.col(texts.name)
            telling = pl.coalesce(column.str.extract(stem, 0), column)
            texts = texts.to_frame().select(telling).to_series()
        return self._publishers.look_up(texts)[:, 0]

    def _sort(self, sides: list[Table], sure: NDArray[np.bool_]) -> Part:
        """What became of the rows that raise no doubt."""
        names = self._meanings.names.things
        nobody = [(side[:, 0] == NOBODY) & sure for side in sides]
        both_same = nobody[0] & nobody[1] & (sides[0][:, 2] == sides[1][:, 2])
        missing = np.concatenate([sides[0][nobody[0], 2], sides[1][nobody[1] & ~both_same, 2]])
        numbers, counts = np.unique(missing, return_counts=True)
        unresolved = nobody[0] | nobody[1]
        internal = sure & ~unresolved & (sides[0][:, 0] == sides[1][:, 0])
        return Part(
            pl.DataFrame(schema=COUNTED),
            rows=int(sure.sum()),
            internal=int(internal.sum()),
            unresolved=int(unresolved.sum()),
            names=Counter({names[n]: int(c) for n, c in zip(numbers, counts, strict=True)}),
        )

    def _find_domains(self, texts: pl.DataFrame, by_code: Table, sectors: list[Table]) -> Table:
        """The domain of each row: that of its code, else that of its contexts and sectors."""
        contexts = self._contexts.look_up(texts["contexts"])[:, 0]
        found = np.where(by_code == OPEN, 0, by_code)
        told = (contexts != 0) | ((sectors[0] != 0) & (sectors[1] != 0))
        for n in map(int, np.flatnonzero((by_code == OPEN) & told)):
            found[n] = self._meanings.field(
                int(contexts[n]), int(sectors[0][n]), int(sectors[1][n])
            )
        return found


def _surely_ids(cells_of: pl.Series) -> NDArray[np.bool_]:
    """Which cells raise no doubt that they are ids; most are numbers, which is soon seen."""
    sure = cells_of.cast(pl.UInt64, strict=False).is_not_null()
    if not sure.all():
        sure |= cells_of.str.contains(_PLAIN_ID)
    found: NDArray[np.bool_] = (sure & (cells_of.str.len_bytes() <= cells.MAX_ID)).to_numpy()
    return found
