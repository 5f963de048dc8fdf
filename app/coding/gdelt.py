"""GDELT events 1.0 (57 or 58 columns) and 2.0 (61): tab-separated, no header, actors by code.

Leetaru and Schrodt, "GDELT: Global Data on Events, Location and Tone", 2013.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from app.coding import cells
from app.coding.cameo import Code
from app.coding.layout import Layout, to_cameo
from app.coding.report import Party, Report

# Where the first cell of each side stands; its roles stand seven further on.
ACTOR, RECIPIENT = 5, 15
CODE, INTENSITY = 26, 30
_PARTY = (0, 1, 2, 7, 8, 9)
# An address up to the end of its site, with what ends it: what is at the edge may be stripped.
_SITE = "^[^/?#]*//[^/?#]*[/?#]?"


def find_layout(line: str) -> Layout:
    """The layout of the version of this row. Raises ValueError when it has none's width."""
    width = line.count("\t") + 1
    layout = _LAYOUTS.get(width)
    if layout is None:
        raise ValueError(f"it has {width} columns, not 57, 58 or 61")
    return layout


def read(line: str) -> Report:
    """One row of any version. Raises ValueError saying what is wrong with it."""
    return find_layout(line).read(line)


def _to_hundredths(cell: str, code: Code) -> int:
    """The intensity; that of the code book where the row gives none."""
    return cells.to_hundredths(cell) if cell.strip() else code.hundredths


def _to_party(row: Sequence[str]) -> Party:
    """A party; its three role codes are its sectors. One that GDELT left blank has no name."""
    code, name, country = (cells.to_text(cell) for cell in row[:3])
    roles = tuple(filter(None, map(cells.to_text, row[3:])))
    return Party(name or code or "", country=country, code=code, sectors=roles)


def to_publisher(address: str) -> str:
    """The site that a report stands on; GDELT names its publishers in no other way.

    What follows the site in an address changes nothing.
    """
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")[: cells.MAX_NAME]


def _make_layout(width: int, place: int, latitude: int, publisher: int | None) -> Layout:
    """Columns are the same in all versions up to the tone; 2.0 then has one more a place."""
    return Layout(
        width=width,
        feed_id=0,
        day=1,
        actor=tuple(ACTOR + n for n in _PARTY),
        recipient=tuple(RECIPIENT + n for n in _PARTY),
        coding=(CODE,),
        intensity=INTENSITY,
        place=(place,),
        latitude=latitude,
        longitude=latitude + 1,
        publisher=publisher,
        to_party=_to_party,
        to_code=to_cameo,
        to_hundredths=_to_hundredths,
        to_publisher=to_publisher,
        publisher_stem=_SITE,
    )


_LAYOUTS = {
    57: _make_layout(57, 50, 53, None),
    58: _make_layout(58, 50, 53, 57),
    61: _make_layout(61, 52, 56, 60),
}
