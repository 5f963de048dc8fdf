"""Cells of tables: checks that all formats share; each raises ValueError saying what is wrong."""

from datetime import date

from app.coding.cameo import HUNDREDTHS

# What feeds write where they know nothing.
_NOTHING = frozenset({"", "NA", "N/A", "NULL", "None", "---"})
_MAX_HUNDREDTHS = 10 * HUNDREDTHS
MAX_NAME = 300
MAX_ID = 100
# Days outside of these years are slips, and no question can name them.
FIRST_YEAR, LAST_YEAR = 1800, 2200


def to_text(cell: str) -> str | None:
    """A cell's text; None where the feed says nothing."""
    text = cell.strip()
    return None if text in _NOTHING else text[:MAX_NAME]


def to_publisher(cell: str) -> str:
    """The name of a publisher; empty where the feed says nothing."""
    return to_text(cell) or ""


def to_id(cell: str) -> str:
    """The id that the feed gives the row: up to 100 characters without a space or a slash."""
    text = cell.strip()
    odd = not text.isprintable() or " " in text or "/" in text
    if text in _NOTHING or len(text) > MAX_ID or odd:
        raise ValueError("the id of the row is missing or malformed")
    return text


def to_day(cell: str) -> date:
    """A day, written 2018-06-01 or 20180601."""
    text = cell.strip()
    digits = text.replace("-", "") if len(text) == 10 and text[4] == text[7] == "-" else text
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("the day is not written as YYYY-MM-DD or YYYYMMDD")
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ValueError("there is no such day") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the day is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def check_storable(text: str) -> str:
    """The text. Raises ValueError for what no database keeps: NUL, and halves of characters."""
    if "\x00" in text or (not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)):
        raise ValueError("a text holds a character that cannot be stored")
    return text


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
