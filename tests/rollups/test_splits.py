import gzip
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coding.read import MAX_LINE_BYTES
from app.rollups.splits import number_lines, split_files


def numbered(paths: list[Path], size: int) -> list[tuple[int, int, bytes]]:
    """File, number and text of every line that the splits of files give."""
    splits = split_files(paths, size)
    counts = [sum(1 for _ in split.lines()) for split in splits]
    return [
        (split.file, number, line)
        for split in number_lines(splits, counts)
        for number, line in enumerate(split.lines(), split.first_line)
    ]


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=3), st.integers(1, 40))
def test_every_line_is_in_one_split_with_its_number(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes], size: int
) -> None:
    folder = tmp_path_factory.mktemp("splits")
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / str(number))
        paths[-1].write_bytes(b"x" + text)
    expected = [
        (file, number, line)
        for file, path in enumerate(paths)
        for number, line in enumerate(BytesIO(path.read_bytes()), 1)
    ]
    assert numbered(paths, size) == expected


def test_a_packed_file_is_one_split_and_a_long_line_is_cut(tmp_path: Path) -> None:
    packed, plain = tmp_path / "a.gz", tmp_path / "b"
    packed.write_bytes(gzip.compress(b"1\n2\n"))
    plain.write_bytes(b"x" * (2 * MAX_LINE_BYTES) + b"\ny\n")
    found = numbered([packed, plain], MAX_LINE_BYTES)
    assert [(file, number, line[:1]) for file, number, line in found] == [
        (0, 1, b"1"), (0, 2, b"2"), (1, 1, b"x"), (1, 2, b"y"),
    ]  # fmt: skip
