from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coding.read import MAX_LINE_BYTES
from app.rollups import blocks
from app.rollups.blocks import read_blocks, sift, split


@given(st.binary(max_size=200), st.integers(1, 50), st.integers(0, 20))
def test_blocks_are_the_lines_of_a_file_with_their_numbers(
    data: bytes, size: int, head: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", size)
        found = list(read_blocks(BytesIO(data[head:]), data[:head], 1))
    numbered = [pair for block in found for pair in enumerate(split(block.data), block.first_line)]
    assert numbered == list(enumerate(BytesIO(data), 1))
    assert all(block.lines == len(split(block.data)) for block in found)


def test_of_a_line_that_is_too_long_little_is_held() -> None:
    data = b"a\n" + b"x" * (3 * blocks.BLOCK_BYTES) + b"\nb\n"
    found = list(read_blocks(BytesIO(data), b"", 1))
    lines = [line for block in found for line in split(block.data)]
    assert [line[:1] for line in lines] == [b"a", b"x", b"b"]
    assert max(map(len, lines)) < blocks.BLOCK_BYTES + 2 * MAX_LINE_BYTES
    assert not any(block.is_even for block in found if b"x" in block.data)


@pytest.mark.parametrize(
    ("data", "is_even"),
    [
        (b"a\tb\nc\td\n", True),
        ("é\tb\n".encode(), True),
        (b"\xe9\tb\n", False),
        (b"a\tb\r\n", False),
        (b"a\x00\tb\n", False),
        (b"\xef\xbb\xbfa\tb\n", False),
        (b"a\tb", False),
        (b"a\t" + b"x" * MAX_LINE_BYTES + b"\n", False),
    ],
)
def test_a_block_is_even_when_nothing_in_it_is_odd(data: bytes, is_even: bool) -> None:
    (block,) = read_blocks(BytesIO(data), b"", 1)
    assert block.is_even is is_even


def test_rows_of_another_width_or_with_something_odd_are_set_apart() -> None:
    data = b"a\tb\r\nc\n\xff\td\n\ne\t\nf\tg\th\n\xef\xbb\xbfi\tj\n"
    (block,) = read_blocks(BytesIO(data), b"", 5)
    sifted = sift(block, 2)
    assert (sifted.data, sifted.numbers.tolist()) == (b"a\tb\ne\t\n", [5, 9])
    assert [number for number, _ in sifted.others] == [6, 7, 8, 10, 11]
