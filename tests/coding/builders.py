"""Rows of feeds, made by hand in the layouts that their publishers document."""

from app.coding import icews, polecat

ICEWS_ROW = {
    "Event ID": "7",
    "Event Date": "2018-06-01",
    "Source Name": "Foreign Affairs (Japan)",
    "Source Sectors": "Executive,Foreign Ministry,Government",
    "Source Country": "Japan",
    "CAMEO Code": "040",
    "Intensity": "1",
    "Target Name": "Citizen (South Korea)",
    "Target Sectors": "General Population / Civilian / Social",
    "Target Country": "South Korea",
    "Publisher": "The Daily",
    "City": "Seoul",
    "Country": "South Korea",
    "Latitude": "37.5",
    "Longitude": "127",
}
POLECAT_ROW = {
    "Event ID": "p-1",
    "Event Date": "2021-03-04",
    "Event Type": "ACCUSE",
    "Event Mode": "disapprove",
    "Intensity": "2.0",
    "Contexts": "cbrn; military",
    "Actor Name": "Japan",
    "Actor Country": "JPN",
    "Actor Sectors": "GOV",
    "Recipient Name": "South Korea",
    "Recipient Country": "KOR",
    "Recipient Sectors": "GOV",
    "City": "None",
    "Country": "JPN",
    "Latitude": "",
    "Longitude": "",
    "Source": "Wire",
}


def icews_file(*changes: dict[str, str]) -> list[bytes]:
    """An ICEWS file with a row for each set of changes to the usual one."""
    return _file(icews.COLUMNS, [ICEWS_ROW | change for change in changes])


def polecat_file(*changes: dict[str, str]) -> list[bytes]:
    """A POLECAT file with a row for each set of changes to the usual one."""
    return _file(polecat.COLUMNS, [POLECAT_ROW | change for change in changes])


def _file(columns: tuple[str, ...], rows: list[dict[str, str]]) -> list[bytes]:
    lines = [columns, *([row[name] for name in columns] for row in rows)]
    return ["\t".join(line).encode() + b"\n" for line in lines]


def gdelt_row(width: int = 58, **cells: str) -> bytes:
    """A GDELT row of a width; keyword `c26="042"` sets the cell at place 26."""
    row = [""] * width
    tail = 2 if width == 61 else 0
    usual = {0: "410", 1: "20210304", 5: "JPNGOV", 6: "JAPAN", 7: "JPN", 12: "GOV", 15: "KORMIL"}
    usual |= {16: "SEOUL", 17: "KOR", 22: "MIL", 26: "042", 29: "1", 30: "1.9"}
    usual |= {50 + tail: "Tokyo, Japan", 53 + 2 * tail - (tail > 0): "35.7"}
    usual[54 + 2 * tail - (tail > 0)] = "139.7"
    if width > 57:
        usual[width - 1] = "https://www.example.org/a"
    for place, text in (usual | {int(k[1:]): v for k, v in cells.items()}).items():
        row[place] = text
    return "\t".join(row).encode() + b"\n"
