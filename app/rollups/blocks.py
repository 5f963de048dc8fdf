"""Blocks: whole lines of a stream, some megabytes at a time, with the number of the first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from app.coding.read import BYTE_ORDER_MARK, MAX_LINE_BYTES

# Large enough that a call on a block costs little beside its work, small enough for any cache.
BLOCK_BYTES = 8 * 1024 * 1024
_NEWLINE, _TAB = b"\n\t"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a file, how many, and the number of the first. Each but a file's last ends.

    `is_even` says that every line ends, and none is too long or not UTF-8, or holds a NUL or a
    carriage return, and that no byte order mark begins them; `tabs` how many tabs there are.
    """

    first_line: int
    lines: int
    data: bytes
    tabs: int
    is_even: bool


@dataclass(frozen=True, slots=True)
class Sifted:
    """Lines that can be read by columns, with their numbers, and the others one by one.

    Every line in `data` is UTF-8, of the width asked for, and ends with a newline.
    """

    data: bytes
    numbers: NDArray[np.int64]
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
    is_cut = len(line) > MAX_LINE_BYTES and not line.endswith(b"\n")
    return line + b"\n" if is_cut else line


def _look_at(data: bytes, first_line: int) -> Block:
    array = np.frombuffer(data, np.uint8)
    lines, tabs = (int(np.count_nonzero(array == byte)) for byte in (_NEWLINE, _TAB))
    whole = data.endswith(b"\n")
    odd = (
        not whole
        or _may_be_too_long(data)
        or b"\r" in data
        or b"\x00" in data
        or data.startswith(BYTE_ORDER_MARK)
    )
    is_even = not odd and (data.isascii() or _is_utf8(data))
    return Block(first_line, lines + (not whole), data, tabs, is_even)


def _may_be_too_long(data: bytes) -> bool:
    """Whether a line may be: none is, if each half of the longest that may be has an end."""
    step = MAX_LINE_BYTES // 2
    return any(data.find(b"\n", at, at + step) < 0 for at in range(0, len(data), step))


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
    data = b"".join(text + b"\n" for text in plain)
    return Sifted(data, np.array(numbers, dtype=np.int64), others)


def split(data: bytes) -> list[bytes]:
    """The lines, with their newlines."""
    lines = data.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _is_whole(text: bytes) -> bool:
    odd = (
        b"\r" in text
        or b"\x00" in text
        or len(text) >= MAX_LINE_BYTES
        or text.startswith(BYTE_ORDER_MARK)
    )
    return not odd and (text.isascii() or _is_utf8(text))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
