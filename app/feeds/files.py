"""Files of feeds: plain, gzip or zip, read a line at a time, and looked through before use."""

import gzip
import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedReader
from lzma import LZMAError
from pathlib import Path
from typing import IO
from zlib import error as ZlibError  # noqa: N812 it is an exception, whatever its case

from app.coding.read import MAX_LINE_BYTES, FeedFormat, read_rows
from app.coding.report import Malformed, Report
from app.errors import Fault, InvalidCatalogue

# A file in which more than one row in ten is malformed is taken for something else.
MAX_REJECTED_SHARE = 0.1
# Shares mean little in small files: so many malformed rows are borne there, beside good ones.
ALWAYS_BORNE = 10
# Tables shrink to a tenth or so; what grows by more than this is made to keep readers busy.
MOST_TIMES_UNPACKED = 200
ALWAYS_UNPACKED = 64 * 1024 * 1024
DAMAGED = "it is damaged or cannot be read"
# What reading a file or an archive raises when it is damaged, locked, or packed in an unknown way.
DAMAGES = (OSError, EOFError, ZlibError, LZMAError, zipfile.BadZipFile, RuntimeError, UnicodeError)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file holds: its rows, and how many of them are malformed."""

    rows: int
    rejected: int


def survey(
    path: Path, name: str, form: FeedFormat, on_line: Callable[[], None] = lambda: None
) -> Survey:
    """Looks a whole file through, before anything of it is stored. Raises InvalidCatalogue."""
    rows, rejected, first = 0, 0, None
    with open_lines(path, name, on_line) as lines:
        for row in rows_of(name, form, lines):
            rows += 1
            if isinstance(row[1], Malformed):
                rejected += 1
                first = first or row[1]
    check_share(name, rows, rejected, first)
    return Survey(rows, rejected)


def check_share(name: str, rows: int, rejected: int, first: Malformed | None) -> None:
    """Raises InvalidCatalogue when too many of the rows of a file, or all, are malformed."""
    if first is not None and rejected == rows:
        raise refuse(name, f"no row could be read; the first: {first.reason}", first.line)
    if first is not None and rejected > max(ALWAYS_BORNE, MAX_REJECTED_SHARE * rows):
        detail = f"{rejected} of {rows} rows are malformed; the first: {first.reason}"
        raise refuse(name, detail, first.line)


def rows_of(
    name: str, form: FeedFormat, lines: Iterator[bytes]
) -> Iterator[tuple[int, Report | Malformed]]:
    """The rows of an open file with their lines. Raises InvalidCatalogue."""
    try:
        yield from read_rows(form, lines)
    except ValueError as error:
        raise refuse(name, str(error), 1) from None
    except DAMAGES:
        raise refuse(name, DAMAGED) from None


@contextmanager
def open_lines(
    path: Path, name: str, on_line: Callable[[], None] = lambda: None
) -> Iterator[Iterator[bytes]]:
    """The lines of a file, unpacked; none longer than a row can be.

    `on_line` is told of each, blank or not, and may raise to stop. Raises InvalidCatalogue, also
    for a file that unpacks to far more than one of its size does.
    """
    with open_stream(path, name) as (stream, _):
        yield _lines(stream, name, most_unpacked(path), on_line)


def most_unpacked(path: Path) -> int:
    """How many bytes a file may unpack to."""
    return max(ALWAYS_UNPACKED, MOST_TIMES_UNPACKED * path.stat().st_size)


def refuse_unpacked(name: str) -> InvalidCatalogue:
    """The error for a file that unpacks to more."""
    return refuse(name, f"it unpacks to more than {MOST_TIMES_UNPACKED} times its size")


@contextmanager
def open_stream(path: Path, name: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The bytes of a file, unpacked, and the file itself. Raises InvalidCatalogue."""
    with ExitStack() as stack:
        try:
            plain = stack.enter_context(path.open("rb"))
            stream = stack.enter_context(_unpack(plain, name))
        except DAMAGES:
            raise refuse(name, DAMAGED) from None
        yield stream, plain


@contextmanager
def _unpack(plain: BufferedReader, name: str) -> Iterator[IO[bytes]]:
    """The stream of a file, by its first bytes whatever it is called."""
    start = plain.peek(4)
    if start.startswith(b"\x1f\x8b"):
        with gzip.open(plain) as unpacked:
            yield unpacked  # type: ignore[misc]
    elif start.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(plain) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if len(members) != 1:
                raise refuse(name, f"the archive holds {len(members)} files, not one")
            with archive.open(members[0]) as unpacked:
                yield unpacked
    else:
        yield plain


def _lines(
    stream: IO[bytes], name: str, most_bytes: int, on_line: Callable[[], None]
) -> Iterator[bytes]:
    """Lines; the rest of one that is too long is passed over, so that little is ever held."""
    size, is_rest = 0, False
    while line := stream.readline(MAX_LINE_BYTES + 1):
        on_line()
        size += len(line)
        if size > most_bytes:
            raise refuse_unpacked(name)
        if not is_rest:
            yield line
        is_rest = len(line) > MAX_LINE_BYTES and not line.endswith(b"\n")


def refuse(name: str, detail: str, line: int | None = None) -> InvalidCatalogue:
    """The error for a file that cannot be used."""
    return InvalidCatalogue((Fault("", detail, line=line, file=name),))


def hash_file(path: Path, name: str) -> str:
    """The SHA-256 of the bytes of a file. Raises InvalidCatalogue if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise refuse(name, DAMAGED) from None
