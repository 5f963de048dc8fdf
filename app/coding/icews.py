"""ICEWS: tab-separated, with a header; CAMEO codes, actors by name, sectors and country.

Boschee and others, "ICEWS Coded Event Data", Harvard Dataverse.
"""

from collections.abc import Callable

from app.coding import cells, tables
from app.coding.cameo import find_code
from app.coding.report import Party, Report

COLUMNS = (
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Publisher",
    "City",
    "Country",
    "Latitude",
    "Longitude",
)


def make_reader(header: str) -> Callable[[str], Report]:
    """A reader of rows under this header. Raises ValueError for a header of something else."""
    return tables.make_reader(header, COLUMNS, _to_report)


def _to_report(row: list[str]) -> Report:
    code = find_code(row[5].strip())
    return Report(
        feed_id=cells.to_id(row[0]),
        day=cells.to_day(row[1]),
        actor=_to_party(row[2:5]),
        recipient=_to_party(row[7:10]),
        code=code.code,
        event_type=code.event_type,
        quad_class=code.quad_class,
        hundredths=cells.to_hundredths(row[6]),
        publisher=cells.to_text(row[10]) or "",
        place=cells.to_place(cells.to_text(row[11]), cells.to_text(row[12])),
        latitude=cells.to_degrees(row[13], 90),
        longitude=cells.to_degrees(row[14], 180),
    )


def _to_party(row: list[str]) -> Party:
    name = cells.to_text(row[0])
    if name is None:
        raise ValueError("an actor has no name")
    return Party(name, country=cells.to_text(row[2]), sectors=cells.to_list(row[1]))
