"""POLECAT: tab-separated, with a header; PLOVER event types, modes and contexts.

Halterman and others, "PLOVER and POLECAT: A New Political Event Ontology and Dataset", 2023.
"""

from collections.abc import Callable

from app.coding import cells, tables
from app.coding.plover import EVENT_TYPES, QUAD_CLASSES, with_sign
from app.coding.report import Party, Report

COLUMNS = (
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor Sectors",
    "Recipient Name",
    "Recipient Country",
    "Recipient Sectors",
    "City",
    "Country",
    "Latitude",
    "Longitude",
    "Source",
)


def make_reader(header: str) -> Callable[[str], Report]:
    """A reader of rows under this header. Raises ValueError for a header of something else."""
    return tables.make_reader(header, COLUMNS, _to_report)


def _to_report(row: list[str]) -> Report:
    event_type = EVENT_TYPES.get(row[2].strip())
    if event_type is None:
        raise ValueError("there is no such PLOVER event type")
    mode = cells.to_text(row[3])
    return Report(
        feed_id=cells.to_id(row[0]),
        day=cells.to_day(row[1]),
        actor=_to_party(row[6:9]),
        recipient=_to_party(row[9:12]),
        code=event_type if mode is None else f"{event_type}-{mode}",
        event_type=event_type,
        quad_class=QUAD_CLASSES[event_type],
        hundredths=with_sign(event_type, cells.to_hundredths(row[4])),
        publisher=cells.to_text(row[16]) or "",
        contexts=_to_list(row[5]),
        place=cells.to_place(cells.to_text(row[12]), cells.to_text(row[13])),
        latitude=cells.to_degrees(row[14], 90),
        longitude=cells.to_degrees(row[15], 180),
    )


def _to_party(row: list[str]) -> Party:
    return Party(
        cells.to_text(row[0]) or "",
        country=cells.to_text(row[1]),
        sectors=_to_list(row[2]),
    )


def _to_list(cell: str) -> tuple[str, ...]:
    """The parts of a cell, which releases separate in either way."""
    return cells.to_list(cell.replace(";", ","))
