"""Reading a feed: from lines of bytes to reports, and to what could not be read, in order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal, get_args

from app.coding import gdelt, icews, ndjson, polecat
from app.coding.layout import Layout
from app.coding.report import Malformed, Report

FeedFormat = Literal["icews", "gdelt", "polecat", "ndjson"]
FORMATS: tuple[FeedFormat, ...] = get_args(FeedFormat)
# A line longer than this is no row of any feed; readers hold no more of a file than this.
MAX_LINE_BYTES = 1024 * 1024
# How much of a malformed row is kept.
KEPT_TEXT = 500


def format_of(feed: str) -> FeedFormat:
    """The format that the files of a feed have, unless something else is said of them."""
    return next((known for known in FORMATS if known == feed), "ndjson")


Reader = Callable[[str], Report]
# Formats whose first line is a header that says where cells stand; the others have none.
_WITH_HEADER: dict[FeedFormat, Callable[[str], Layout]] = {
    "icews": icews.find_layout,
    "polecat": polecat.find_layout,
}
_WITHOUT_HEADER: dict[FeedFormat, Reader] = {"gdelt": gdelt.read, "ndjson": ndjson.read}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
EMPTY = "the file is empty"


@dataclass(frozen=True, slots=True)
class Start:
    """How a file starts: the reader of its rows, and where they begin.

    `skipped` are the bytes before the first row, `first_line` is its line (the first is 1), and
    `layout` that of the rows (of the first, where others may differ), or None.
    """

    read: Reader
    skipped: int
    first_line: int
    layout: Layout | None


def find_start(form: FeedFormat, first: bytes) -> Start:
    """What the first line of a file says of its rows.

    Raises ValueError when there is no first line, or when a header is missing or not that of the
    format: then the file is something else, and no row of it means anything.
    """
    if not first:
        raise ValueError(EMPTY)
    line = first.removeprefix(BYTE_ORDER_MARK)
    if form in _WITH_HEADER:
        layout = _WITH_HEADER[form](_decode(line))
        return Start(layout.read, len(first), 2, layout)
    try:
        found = gdelt.find_layout(_decode(line)) if form == "gdelt" else None
    except ValueError:
        found = None
    return Start(_WITHOUT_HEADER[form], len(first) - len(line), 1, found)


def read_rows(form: FeedFormat, lines: Iterable[bytes]) -> Iterator[tuple[int, Report | Malformed]]:
    """The rows of a feed with their lines; the first line is 1, blank lines and headers are none.

    Only one line is held at a time. Raises ValueError as `find_start`.
    """
    stream = iter(lines)
    first = next(stream, b"")
    start = find_start(form, first)
    for number, line in enumerate(
        chain((first[start.skipped :],) if start.first_line == 1 else (), stream),
        start=start.first_line,
    ):
        row = read_line(start.read, number, line)
        if row is not None:
            yield number, row


def read_line(read: Reader, number: int, line: bytes) -> Report | Malformed | None:
    """The row of a line; None when it is blank."""
    return _read_one(read, number, line) if line.strip() else None


def _read_one(read: Reader, number: int, line: bytes) -> Report | Malformed:
    try:
        if len(line) > MAX_LINE_BYTES:
            raise ValueError("the line is too long")
        return read(_decode(line))
    except ValueError as error:
        text = line[: 4 * KEPT_TEXT].decode("utf-8", "replace")[:KEPT_TEXT]
        return Malformed(number, str(error), text.rstrip("\r\n").replace("\x00", "\ufffd"))


def _decode(line: bytes) -> str:
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    if "\x00" in text:
        raise ValueError("it holds a NUL character")
    return text
