"""Files of feeds: packed, damaged, of something else."""

import gzip
import hashlib
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from app.coding.read import FORMATS, MAX_LINE_BYTES, FeedFormat
from app.errors import InvalidCatalogue
from app.feeds.files import ALWAYS_BORNE, Survey, hash_file, open_lines, survey
from tests.coding.builders import gdelt_row
from tests.feeds.feeds import act, write_file

ROWS = b"".join(gdelt_row(c0=str(n)) for n in range(50))


def make_zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_plain_gzip_and_zip_files_hold_the_same_lines(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a", tmp_path / "b"
    plain.write_bytes(ROWS)
    packed.write_bytes(gzip.compress(ROWS))
    for path in (plain, packed, make_zip(tmp_path / "c", rows=ROWS)):
        with open_lines(path, "feed") as lines:
            assert b"".join(lines) == ROWS
        assert survey(path, "feed", "gdelt") == Survey(50, 0)
        assert hash_file(path, "feed") == hashlib.sha256(path.read_bytes()).hexdigest()


def damaged_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(ROWS)[:-20])


def damaged_zip(path: Path) -> None:
    content = make_zip(path, rows=ROWS).read_bytes()
    path.write_bytes(content[:60] + b"\x00" * 40 + content[100:])


def cut_zip(path: Path) -> None:
    path.write_bytes(make_zip(path, rows=ROWS).read_bytes()[:-30])


@pytest.mark.parametrize("damage", [damaged_gzip, damaged_zip, cut_zip])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "feed"
    damage(path)  # type: ignore[operator]
    with pytest.raises(InvalidCatalogue) as caught:
        survey(path, "feed", "gdelt")
    assert caught.value.faults[0].detail == "it is damaged or cannot be read"


def test_an_archive_of_several_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidCatalogue) as caught:
        survey(make_zip(tmp_path / "a.zip", one=ROWS, two=ROWS), "feed", "gdelt")
    assert caught.value.faults[0].detail == "the archive holds 2 files, not one"


def test_a_file_of_another_format_is_refused_at_its_header(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_bytes(ROWS)
    with pytest.raises(InvalidCatalogue) as caught:
        survey(path, "feed", "icews")
    assert caught.value.faults[0].detail == "the header has no column 'Event ID'"


def test_some_malformed_rows_are_borne_in_a_small_file(tmp_path: Path) -> None:
    bad = [act(n, code="13y") for n in range(ALWAYS_BORNE)]
    found = survey(write_file(tmp_path, *bad, act(1)), "feed", "icews")
    assert (found.rows, found.rejected) == (ALWAYS_BORNE + 1, ALWAYS_BORNE)
    with pytest.raises(InvalidCatalogue):
        survey(write_file(tmp_path, *bad, bad[0], act(1)), "feed", "icews")


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_file_is_refused_packed_or_not(tmp_path: Path, form: FeedFormat) -> None:
    plain, packed = tmp_path / "a", tmp_path / "b"
    plain.write_bytes(b"")
    packed.write_bytes(gzip.compress(b""))
    for path in (plain, packed, make_zip(tmp_path / "c", rows=b"")):
        with pytest.raises(InvalidCatalogue) as caught:
            survey(path, "feed", form)
        assert caught.value.faults[0].detail == "the file is empty"


def test_a_file_of_which_no_row_can_be_read_is_refused_however_small(tmp_path: Path) -> None:
    path = tmp_path / "text.zip"
    path.write_bytes(b"not found\n")
    with pytest.raises(InvalidCatalogue) as caught:
        survey(path, "feed", "gdelt")
    (fault,) = caught.value.faults
    assert fault.detail.startswith("no row could be read; the first: ")
    assert fault.line == 1


def test_a_bomb_is_read_without_being_held(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "bomb.zip", rows=b"x" * (40 * MAX_LINE_BYTES) + b"\n" + ROWS)
    tracemalloc.start()
    found = survey(path, "feed", "gdelt")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.rows, found.rejected) == (51, 1)
    assert most < 8 * MAX_LINE_BYTES
