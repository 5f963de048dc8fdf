"""Lists of ids to be retracted, in the forms that feeds publish them."""

import csv
from collections.abc import Iterator
from pathlib import Path

from app.coding.cells import to_id
from app.errors import Fault, InvalidCatalogue

# Columns that hold the id, the surest first: ACLED's own name, then what others call theirs.
_DELIMITERS = ",;\t"
ID_COLUMNS = ("event_id_cnty", "event_id", "Event ID", "GLOBALEVENTID", "id")


def why_no_file(path: Path) -> str | None:
    """Why a path names no file, to be told before it is read; None when it names one."""
    if path.is_dir():
        return f"{path} is a folder"
    return None if path.exists() else f"there is no file {path}"


def read_ids(path: Path) -> list[str]:
    """The ids in a file: one a line, or in a column of a table (CSV) as ACLED lists deletions.

    Raises InvalidCatalogue, naming the line.
    """
    if fault := why_no_file(path):
        raise _refuse(path, fault, None)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise _refuse(path, "the file cannot be read as UTF-8 text", None) from None
    try:
        header = next(csv.reader(lines[:1]), [])
    except csv.Error:
        raise _refuse(path, "the first line cannot be read", 1) from None
    column = next((header.index(name) for name in ID_COLUMNS if name in header), None)
    if column is not None:
        return list(_read_column(path, lines[1:], column))
    if any(delimiter in lines[0] for delimiter in _DELIMITERS if lines):
        known = ", ".join(ID_COLUMNS)
        raise _refuse(path, f"a table must be of commas and have a column named one of {known}", 1)
    return [_check(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _read_column(path: Path, lines: list[str], column: int) -> Iterator[str]:
    rows = csv.reader(lines)
    try:
        for row in rows:
            if row:
                text = row[column] if column < len(row) else ""
                yield _check(path, rows.line_num + 1, text)
    except csv.Error:
        raise _refuse(path, "the row cannot be read", rows.line_num + 1) from None


def _check(path: Path, number: int, text: str) -> str:
    try:
        return to_id(text)
    except ValueError as error:
        raise _refuse(path, str(error), number) from None


def _refuse(path: Path, detail: str, line: int | None) -> InvalidCatalogue:
    return InvalidCatalogue((Fault("", detail, path.name, line),))
