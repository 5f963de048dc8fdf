"""Reading catalogue files."""

from pathlib import Path

import pytest

from app.errors import Fault, InvalidCatalogue
from app.imports.read import read_catalogue


def read(folder: Path, text: str, name: str = "catalogue.yaml") -> tuple[Fault, ...]:
    """The faults of one file."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InvalidCatalogue) as caught:
        read_catalogue([path])
    return caught.value.faults


def test_a_wrong_field_is_named_by_file_line_and_pointer(tmp_path: Path) -> None:
    text = (
        "domains:\n- id: health\n  name: Health\n  description: Health\n- id: Bad Id\n  name: x\n"
    )
    faults = read(tmp_path, text)
    assert {(f.file, f.line, f.pointer) for f in faults} == {
        ("catalogue.yaml", 5, "/domains/1/id"),
        ("catalogue.yaml", 5, "/domains/1/description"),
    }


def test_an_unknown_section_or_field_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path, "proposal: []\n")[0].pointer == ""
    fault = read(tmp_path, "domains:\n- {id: a, name: a, description: a, colour: red}\n")[0]
    assert (fault.pointer, fault.line) == ("/domains/0", 2)
    assert "colour" not in fault.detail


def test_a_key_given_twice_is_refused_where_yaml_would_keep_the_last(tmp_path: Path) -> None:
    [fault] = read(tmp_path, "domains:\n- id: a\n  name: a\n  name: b\n  description: a\n")
    assert (fault.pointer, fault.detail) == ("/domains/0/name", "this key is given twice")


@pytest.mark.parametrize("key", ["on", "1", "2021-04-30", "null", "[a]", "{a: b}"])
def test_a_key_that_yaml_does_not_read_as_text_is_refused(tmp_path: Path, key: str) -> None:
    faults = read(tmp_path, f"domains:\n- {key}: x\n")
    assert "quotes" in faults[0].detail


def test_aliases_that_could_be_endless_are_refused(tmp_path: Path) -> None:
    [fault] = read(tmp_path, "domains: &a\n- *a\n")
    assert "aliases" in fault.detail


@pytest.mark.parametrize("text", ["domains: [", "a: b: c", "\t- x", "!!python/object:os.system x"])
def test_broken_yaml_is_told_with_its_file(tmp_path: Path, text: str) -> None:
    faults = read(tmp_path, text)
    assert faults[0].file == "catalogue.yaml"


def test_broken_json_is_told_with_its_line(tmp_path: Path) -> None:
    [fault] = read(tmp_path, '{\n"domains": [\n}', "catalogue.json")
    assert fault.line == 3


def test_a_key_given_twice_is_refused_where_json_would_keep_the_last(tmp_path: Path) -> None:
    [fault] = read(tmp_path, '{"domains": [{"id": "a", "id": "b"}]}', "catalogue.json")
    assert fault.detail == "a key is given twice in one object"


@pytest.mark.parametrize("number", ["-1e999", "1e400"])
def test_numbers_that_are_none_are_refused(tmp_path: Path, number: str) -> None:
    event = f'{{"key": "a", "intensity": {number}}}'
    faults = read(tmp_path, f'{{"events": [{event}]}}', "catalogue.json")
    assert "/events/0/intensity" in {f.pointer for f in faults}


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    for name, text in (("a.json", "{}"), ("b.yaml", "domains: []")):
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
    assert read_catalogue([tmp_path]).changes == []


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_bytes(b"domains: \xff")
    with pytest.raises(InvalidCatalogue):
        read_catalogue([path])


def test_a_scalar_or_a_list_is_not_a_catalogue(tmp_path: Path) -> None:
    assert read(tmp_path, "just words")
    assert read(tmp_path, "- a\n- b")


def test_deeply_nested_files_are_refused_not_followed(tmp_path: Path) -> None:
    assert read(tmp_path, "[" * 5000 + "]" * 5000)
    assert read(tmp_path, "[" * 100_000 + "]" * 100_000, "catalogue.json")


def test_an_empty_file_is_an_empty_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text("# nothing yet\n")
    assert read_catalogue([path]).changes == []


def test_the_files_of_a_folder_are_one_catalogue(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("domains:\n- {id: a, name: A, description: A}\n")
    (tmp_path / "b.json").write_text('{"domains": [{"id": "b", "name": "B", "description": "B"}]}')
    (tmp_path / "notes.txt").write_text("not a catalogue")
    assert [c.resource_id for c in read_catalogue([tmp_path]).changes] == ["a", "b"]


def test_a_missing_file_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(InvalidCatalogue) as caught:
            read_catalogue([path])
        assert "no catalogue file" in caught.value.faults[0].detail
