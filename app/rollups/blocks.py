"""Blocks: whole lines of a stream, some megabytes at a time, with the number of the first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np

from app.coding.read import MAX_LINE_BYTES

# Large enough that a call on a block costs little beside its work, small enough for any cache.
BLOCK_BYTES = 16 * 1024 * 1024
_NEWLINE, _TAB = b"\n\t"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a file, how many, and the number of the first. Each but a file's last ends.

    `is_even` says that no line is blank, too long or not UTF-8, holds a NUL or a carriage return,
    or ends with an empty cell.
    """

    first_line: int
    lines: int
    data: bytes
    is_even: bool


@dataclass(frozen=True, slots=True)
class Sifted:
    """Lines that can be read by columns, with their numbers, and the others one by one.

    Every line in `data` is UTF-8, of the width asked for, and ends with a newline.
    """

    data: bytes
    numbers: Sequence[int]
    others: list[tuple[int, bytes]]


def read_blocks(stream: IO[bytes], head: bytes, first_line: int) -> Iterator[Block]:
    """The lines of `head` and of the stream after it.

    Of a line that is too long there is only as much as shows that it is.
    """
    while data := head + stream.read(BLOCK_BYTES):
        head = b""
        if not data.endswith(b"\n"):
            data += next_line(stream)
        block = _look_at(data, first_line)
        yield block
        first_line += block.lines


def next_line(stream: IO[bytes]) -> bytes:
    """The next line, or as much of it as shows that it is too long; the stream is behind it."""
    line = rest = stream.readline(MAX_LINE_BYTES + 1)
    while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
        rest = stream.readline(MAX_LINE_BYTES + 1)
    return line


def _look_at(data: bytes, first_line: int) -> Block:
    array = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(array == _NEWLINE)
    whole = data.endswith(b"\n")
    before = array[ends - 1]
    odd = (
        not whole
        or ends[0] == 0
        or bool(((before == _NEWLINE) | (before == _TAB)).any())
        or int(np.diff(ends, prepend=-1).max()) > MAX_LINE_BYTES
        or b"\r" in data
        or b"\x00" in data
    )
    is_even = not odd and (data.isascii() or _is_utf8(data))
    return Block(first_line, len(ends) + (not whole), data, is_even)


def sift(block: Block, width: int) -> Sifted:
    """Parts the lines of a block by whether they are rows of this width without anything odd."""
    plain: list[bytes] = []
    numbers: list[int] = []
    others: list[tuple[int, bytes]] = []
    for number, line in enumerate(split(block.data), block.first_line):
        text = line.rstrip(b"\r\n")
        if text.count(b"\t") == width - 1 and _is_whole(text):
            plain.append(text)
            numbers.append(number)
        else:
            others.append((number, line))
    return Sifted(b"".join(text + b"\n" for text in plain), numbers, others)


def split(data: bytes) -> list[bytes]:
    """The lines, with their newlines."""
    lines = data.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _is_whole(text: bytes) -> bool:
    odd = b"\r" in text or b"\x00" in text or len(text) >= MAX_LINE_BYTES
    return not odd and (text.isascii() or _is_utf8(text))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
