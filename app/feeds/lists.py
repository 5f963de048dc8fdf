"""Lists of ids to be retracted, in the forms that feeds publish them."""

import csv
from pathlib import Path

from app.coding.cells import to_id
from app.errors import Fault, InvalidCatalogue

# Columns that hold the id, the surest first: ACLED's own name, then what others call theirs.
ID_COLUMNS = ("event_id_cnty", "event_id", "Event ID", "GLOBALEVENTID", "id")


def read_ids(path: Path) -> list[str]:
    """The ids in a file: one a line, or in a column of a table (CSV) as ACLED lists deletions.

    Raises InvalidCatalogue, naming the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise _refuse(path, "the file cannot be read as UTF-8 text", None) from None
    header = next(csv.reader(lines[:1]), [])
    column = next((header.index(name) for name in ID_COLUMNS if name in header), None)
    if column is None:
        return [_check(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    found = []
    for number, row in enumerate(csv.reader(lines[1:]), 2):
        if row:
            found.append(_check(path, number, row[column] if column < len(row) else ""))
    return found


def _check(path: Path, number: int, text: str) -> str:
    try:
        return to_id(text)
    except ValueError as error:
        raise _refuse(path, str(error), number) from None


def _refuse(path: Path, detail: str, line: int | None) -> InvalidCatalogue:
    return InvalidCatalogue((Fault("", detail, path.name, line),))
