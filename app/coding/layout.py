"""Tables without quotes, tab-separated: where the cells of a row stand, and what reads each.

A layout reads one row after the other. Who reads a table by columns asks it for the same readers
and gives each distinct cell to them once, so that both ways have one set of rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.coding import cells
from app.coding.cameo import Code, find_code
from app.coding.report import Party, Report

# Names of columns, and where they stand.
Places = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where cells stand (the first is 0), and their readers, which raise ValueError.

    `to_hundredths` gets the cell of the intensity and the code of its row. A feed may lack the
    publisher and the contexts. `publisher_stem` is a pattern of the part of its cell that tells it,
    where most of a cell tells nothing; a cell that does not fit is read whole.
    """

    width: int
    feed_id: int
    day: int
    actor: tuple[int, ...]
    recipient: tuple[int, ...]
    coding: tuple[int, ...]
    intensity: int
    place: tuple[int, ...]
    latitude: int
    longitude: int
    to_party: Callable[[Sequence[str]], Party]
    to_code: Callable[[Sequence[str]], Code]
    to_hundredths: Callable[[str, Code], int]
    publisher: int | None = None
    contexts: int | None = None
    publisher_stem: str | None = None
    to_publisher: Callable[[str], str]
    to_contexts: Callable[[str], tuple[str, ...]] = cells.to_list

    @property
    def read_by_columns(self) -> frozenset[int]:
        """Where the cells stand that counting events needs, and the last."""
        maybe = {place for place in (self.publisher, self.contexts) if place is not None}
        alone = {self.feed_id, self.day, self.intensity, self.width - 1}
        return frozenset({*self.actor, *self.recipient, *self.coding, *alone, *maybe})

    def read(self, line: str) -> Report:
        """One row. Raises ValueError saying what is wrong with it."""
        row = line.split("\t")
        if len(row) != self.width:
            raise ValueError(f"it has {len(row)} columns, not {self.width}")
        code = self.to_code(pick(row, self.coding))
        return Report(
            feed_id=cells.to_id(row[self.feed_id]),
            day=cells.to_day(row[self.day]),
            actor=self.to_party(pick(row, self.actor)),
            recipient=self.to_party(pick(row, self.recipient)),
            code=code.code,
            event_type=code.event_type,
            quad_class=code.quad_class,
            hundredths=self.to_hundredths(row[self.intensity], code),
            publisher="" if self.publisher is None else self.to_publisher(row[self.publisher]),
            contexts=() if self.contexts is None else self.to_contexts(row[self.contexts]),
            place=cells.to_place(*map(cells.to_text, pick(row, self.place))),
            latitude=cells.to_degrees(row[self.latitude], 90),
            longitude=cells.to_degrees(row[self.longitude], 180),
        )


def pick(row: Sequence[str], places: Sequence[int]) -> list[str]:
    """The cells at these places."""
    return [row[place] for place in places]


def to_cameo(row: Sequence[str]) -> Code:
    """The CAMEO code of a row whose coding is one cell. Raises ValueError."""
    return find_code(row[0].strip())


def find_columns(header: str, names: Sequence[str]) -> tuple[int, Places]:
    """The width of a table with this header, and where the columns with these names stand.

    Raises ValueError for a header that lacks one.
    """
    columns = [name.strip() for name in header.split("\t")]
    places = {name: place for place, name in enumerate(columns)}
    missing = [name for name in names if name not in places]
    if missing:
        raise ValueError(f"the header has no column {missing[0]!r}")
    return len(columns), {name: places[name] for name in names}
