"""ICEWS: tab-separated, with a header; CAMEO codes, actors by name, sectors and country.

Boschee and others, "ICEWS Coded Event Data", Harvard Dataverse.
"""

from collections.abc import Sequence

from app.coding import cells
from app.coding.cameo import Code
from app.coding.layout import Layout, find_columns, to_cameo
from app.coding.report import Party

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


def find_layout(header: str) -> Layout:
    """The layout of rows under this header. Raises ValueError for a header of something else."""
    width, at = find_columns(header, COLUMNS)
    return Layout(
        width=width,
        feed_id=at["Event ID"],
        day=at["Event Date"],
        actor=(at["Source Name"], at["Source Sectors"], at["Source Country"]),
        recipient=(at["Target Name"], at["Target Sectors"], at["Target Country"]),
        coding=(at["CAMEO Code"],),
        intensity=at["Intensity"],
        place=(at["City"], at["Country"]),
        latitude=at["Latitude"],
        longitude=at["Longitude"],
        publisher=at["Publisher"],
        to_party=_to_party,
        to_code=to_cameo,
        to_hundredths=_to_hundredths,
        to_publisher=cells.to_publisher,
    )


def _to_party(row: Sequence[str]) -> Party:
    name = cells.to_text(row[0])
    if name is None:
        raise ValueError("an actor has no name")
    return Party(name, country=cells.to_text(row[2]), sectors=cells.to_list(row[1]))


def _to_hundredths(cell: str, _: Code) -> int:
    return cells.to_hundredths(cell)
