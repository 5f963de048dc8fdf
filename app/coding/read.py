"""Reading a feed: from lines of bytes to reports, and to what could not be read, in order."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Literal, get_args

from app.coding import gdelt, icews, ndjson, polecat
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
# Formats with a header make their reader of it; the others have one that fits every row.
_WITH_HEADER: dict[FeedFormat, Callable[[str], Reader]] = {
    "icews": icews.make_reader,
    "polecat": polecat.make_reader,
}
_WITHOUT_HEADER: dict[FeedFormat, Reader] = {"gdelt": gdelt.read, "ndjson": ndjson.read}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_rows(form: FeedFormat, lines: Iterable[bytes]) -> Iterator[tuple[int, Report | Malformed]]:
    """The rows of a feed with their lines; the first line is 1, blank lines and headers are none.

    Only one line is held at a time. Raises ValueError when the header is missing or not that of
    the format: then the file is something else, and no row of it means anything.
    """
    stream = iter(lines)
    first = next(stream, b"").removeprefix(_BYTE_ORDER_MARK)
    if form in _WITH_HEADER:
        number, read = 2, _WITH_HEADER[form](_decode(first))
    else:
        number, read = 1, _WITHOUT_HEADER[form]
        stream = chain((first,), stream)
    for line_number, line in enumerate(stream, start=number):
        if line.strip():
            yield line_number, _read_one(read, line_number, line)


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
