"""Reading folders of the ICEWS14 layout."""

from pathlib import Path

import pytest

from app.backtests.files import read_folder
from app.errors import Fault, InvalidCatalogue

NAMES = {
    "entity2id.txt": "Japan\t0\nCitizen_(Japan)\t1\nSouth_Korea\t2\n",
    "relation2id.txt": "Consult\t0\nAccuse\t1\n",
    "train.txt": "0\t0\t2\t0\t-1\n2\t1\t0\t1416\t-1\n",
    "valid.txt": "0\t0\t1\t1440\t-1\n",
}


def write(folder: Path, **changes: str | None) -> Path:
    for name, text in (NAMES | {f"{n}.txt": t for n, t in changes.items()}).items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_last_part_is_judged(tmp_path: Path) -> None:
    data = read_folder(write(tmp_path))
    assert (data.judged, data.judged_from) == ("valid", 60)
    assert data.events.days.tolist() == [0, 59, 60]
    assert data.actors == ("Japan", "Citizen (Japan)", "South Korea")
    assert data.roots == ("04", "11")
    later = read_folder(write(tmp_path, test="2\t0\t1\t1464\n"))
    assert (later.judged, later.judged_from, len(later.events)) == ("test", 61, 4)


def test_parts_after_the_judged_one_are_not_read(tmp_path: Path) -> None:
    data = read_folder(write(tmp_path, test="2\t0\t1\tbroken\n"), "valid")
    assert len(data.events) == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid": None}, "neither this file in the folder nor test.txt"),
        ({"train": None}, "needs it and valid.txt or test.txt"),
        ({"train": "0\t0\n"}, "fewer than 4 columns"),
        ({"train": "0\t0\tx\t0\n"}, "four whole numbers"),
        ({"train": "0\t0\t-1\t0\n"}, "four whole numbers"),
        ({"train": "0\t0\t2\t0\n0\t0\t2\t25\n"}, "in steps of 24; 25 is between"),
        ({"train": ""}, "no events"),
        ({"train": "0\t0\t2\t1464\n"}, "days that valid.txt judges"),
        (
            {"train": "0\t0\t2\t720\n"},
            "begins on day 60 (hours / 24), and the first event is of day 30. It must begin 60",
        ),
        (
            {"train": "0\t0\t2\t0\n0\t0\t2\t696\n"},
            "begins on day 60 (hours / 24), and train.txt ends on day 29. There must be an event "
            "on one of the 30",
        ),
        ({"entity2id": f"Japan\t{'9' * 5000}\n"}, "number of its own"),
        ({"entity2id": "Japan\t\u0660\n"}, "number of its own"),
        ({"relation2id": "Sing\t0\nAccuse\t1\n"}, "no label of CAMEO"),
        ({"entity2id": "Japan\t0\nKorea\t0\n"}, "number of its own"),
        ({"entity2id": "Japan\t1\n"}, "0, 1, 2"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, str | None], words: str) -> None:
    with pytest.raises(InvalidCatalogue) as caught:
        read_folder(write(tmp_path, **changes))
    assert words in caught.value.faults[0].detail


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("999999\t0\t1\t24", "The subject 999999 is not in entity2id.txt, which has 0 to 2."),
        ("0\t2\t1\t24", "The relation 2 is not in relation2id.txt, which has 0 to 1."),
        ("0\t0\t3\t24", "The object 3 is not in entity2id.txt, which has 0 to 2."),
    ],
)
def test_a_number_without_a_name_has_its_place(tmp_path: Path, line: str, words: str) -> None:
    good = "0\t0\t2\t0\t-1\n" * 9
    with pytest.raises(InvalidCatalogue) as caught:
        read_folder(write(tmp_path, train=f"{good}{line}\t-1\n{good}"))
    assert caught.value.faults == (Fault("", words, "train.txt", 10),)


def test_what_is_no_folder_is_named(tmp_path: Path) -> None:
    file = write(tmp_path) / "train.txt"
    for path, words in ((tmp_path / "nowhere", "does not exist"), (file, "is no folder")):
        with pytest.raises(InvalidCatalogue) as caught:
            read_folder(path)
        (fault,) = caught.value.faults
        assert fault.file == str(path)
        assert words in fault.detail


def test_a_part_that_is_not_there_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(InvalidCatalogue) as caught:
        read_folder(write(tmp_path), "test")
    (fault,) = caught.value.faults
    assert fault.file == "test.txt"
    assert "`--judge valid` is possible" in fault.detail
