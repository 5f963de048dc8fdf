"""POLECAT: tab-separated, with a header; PLOVER event types, modes and contexts.

Halterman and others, "PLOVER and POLECAT: A New Political Event Ontology and Dataset", 2023.
"""

from collections.abc import Sequence

from app.coding import cells
from app.coding.cameo import Code
from app.coding.layout import Layout, find_columns
from app.coding.plover import EVENT_TYPES, QUAD_CLASSES, with_sign
from app.coding.report import Party

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


def find_layout(header: str) -> Layout:
    """The layout of rows under this header. Raises ValueError for a header of something else."""
    width, at = find_columns(header, COLUMNS)
    return Layout(
        width=width,
        feed_id=at["Event ID"],
        day=at["Event Date"],
        actor=(at["Actor Name"], at["Actor Country"], at["Actor Sectors"]),
        recipient=(at["Recipient Name"], at["Recipient Country"], at["Recipient Sectors"]),
        coding=(at["Event Type"], at["Event Mode"]),
        intensity=at["Intensity"],
        place=(at["City"], at["Country"]),
        latitude=at["Latitude"],
        longitude=at["Longitude"],
        publisher=at["Source"],
        contexts=at["Contexts"],
        to_party=_to_party,
        to_code=_to_code,
        to_hundredths=_to_hundredths,
        to_publisher=cells.to_publisher,
        to_contexts=_to_list,
    )


def _to_code(row: Sequence[str]) -> Code:
    """The type and mode in the place of a code; its rows have intensities of their own."""
    event_type = EVENT_TYPES.get(row[0].strip())
    if event_type is None:
        raise ValueError("there is no such PLOVER event type")
    mode = cells.to_text(row[1])
    code = event_type if mode is None else f"{event_type}-{mode}"
    return Code(code, event_type, QUAD_CLASSES[event_type], hundredths=0)


def _to_hundredths(cell: str, code: Code) -> int:
    hundredths = cells.to_hundredths(cell)
    return hundredths if code.event_type is None else with_sign(code.event_type, hundredths)


def _to_party(row: Sequence[str]) -> Party:
    return Party(
        cells.to_text(row[0]) or "",
        country=cells.to_text(row[1]),
        sectors=_to_list(row[2]),
    )


def _to_list(cell: str) -> tuple[str, ...]:
    """The parts of a cell, which releases separate in either way."""
    return cells.to_list(cell.replace(";", ","))
