"""Cells of tables: checks that all formats share; each raises ValueError saying what is wrong."""

from datetime import date

from app.coding.cameo import HUNDREDTHS

# What feeds write where they know nothing.
_NOTHING = frozenset({"", "NA", "N/A", "NULL", "None", "---"})
_MAX_HUNDREDTHS = 10 * HUNDREDTHS
MAX_NAME = 300
MAX_ID = 100


def to_text(cell: str) -> str | None:
    """A cell's text; None where the feed says nothing."""
    text = cell.strip()
    return None if text in _NOTHING else text[:MAX_NAME]


def to_id(cell: str) -> str:
    """The id that the feed gives the row."""
    text = cell.strip()
    if text in _NOTHING or len(text) > MAX_ID or not text.isprintable() or " " in text:
        raise ValueError("the id of the row is missing or malformed")
    return text


def to_day(cell: str) -> date:
    """A day, written 2018-06-01 or 20180601."""
    text = cell.strip()
    digits = text.replace("-", "") if len(text) == 10 and text[4] == text[7] == "-" else text
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("the day is not written as YYYY-MM-DD or YYYYMMDD")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ValueError("there is no such day") from None


def to_hundredths(cell: str) -> int:
    """An intensity in hundredths of a point of the Goldstein scale."""
    try:
        hundredths = round(float(cell) * HUNDREDTHS)
    except (ValueError, OverflowError):
        raise ValueError("the intensity is not a number") from None
    if abs(hundredths) > _MAX_HUNDREDTHS:
        raise ValueError("the intensity is not between -10 and 10")
    return hundredths


def to_degrees(cell: str, limit: float) -> float | None:
    """A coordinate; None where it is missing or not on the globe."""
    try:
        degrees = float(cell)
    except ValueError:
        return None
    return degrees if abs(degrees) <= limit else None


def to_list(cell: str) -> tuple[str, ...]:
    """The parts of a cell, which commas separate, each once, in the order they stand."""
    return tuple(dict.fromkeys(filter(None, map(to_text, cell.split(",")))))


def to_place(*parts: str | None) -> str | None:
    """A place in words, from the nearest part to the widest."""
    return ", ".join(dict.fromkeys(p for p in parts if p)) or None
