"""GDELT events 1.0 (57 or 58 columns) and 2.0 (61): tab-separated, no header, actors by code.

Leetaru and Schrodt, "GDELT: Global Data on Events, Location and Tone", 2013.
"""

from urllib.parse import urlsplit

from app.coding import cells
from app.coding.cameo import find_code
from app.coding.report import Party, Report

# Columns are the same in all versions up to the tone; 2.0 then has one more for each place.
ID, DAY, ACTOR, RECIPIENT, CODE, INTENSITY = 0, 1, 5, 15, 26, 30
# Number of columns: where the name, the latitude and the source's address of the act stand.
_WIDTHS: dict[int, tuple[int, int, int | None]] = {
    57: (50, 53, None),
    58: (50, 53, 57),
    61: (52, 56, 60),
}


def read(line: str) -> Report:
    """One row of any version. Raises ValueError saying what is wrong with it."""
    row = line.split("\t")
    width = _WIDTHS.get(len(row))
    if width is None:
        raise ValueError(f"it has {len(row)} columns, not 57, 58 or 61")
    code = find_code(row[CODE].strip())
    place, latitude, source = width
    intensity = row[INTENSITY].strip()
    return Report(
        feed_id=cells.to_id(row[ID]),
        day=cells.to_day(row[DAY]),
        actor=_to_party(row, ACTOR),
        recipient=_to_party(row, RECIPIENT),
        code=code.code,
        event_type=code.event_type,
        quad_class=code.quad_class,
        hundredths=cells.to_hundredths(intensity) if intensity else code.hundredths,
        publisher="" if source is None else _to_publisher(row[source]),
        place=cells.to_text(row[place]),
        latitude=cells.to_degrees(row[latitude], 90),
        longitude=cells.to_degrees(row[latitude + 1], 180),
    )


def _to_party(row: list[str], first: int) -> Party:
    """A party; its three role codes are its sectors. One that GDELT left blank has no name."""
    code, name, country = (cells.to_text(cell) for cell in row[first : first + 3])
    roles = tuple(filter(None, map(cells.to_text, row[first + 7 : first + 10])))
    return Party(name or code or "", country=country, code=code, sectors=roles)


def _to_publisher(address: str) -> str:
    """The site that a report stands on; GDELT names its publishers in no other way."""
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")[: cells.MAX_NAME]
