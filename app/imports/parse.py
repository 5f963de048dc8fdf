"""From the text of one catalogue file to plain data that knows its lines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from app import strict_json
from app.errors import Fault, InvalidCatalogue
from app.imports.format import SECTION_OF_LINE
from app.records.change import to_pointer
from app.strict_json import Pointer

Format = Literal["yaml", "json", "ndjson"]
FORMAT_OF_SUFFIX: dict[str, Format] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}
Place = tuple[Pointer, int | None]


def _nowhere(place: Pointer) -> Place:
    return place, None


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its plain data, and where each part of that data stands in the file."""

    name: str | None
    content: Any
    locate: Callable[[Pointer], Place] = field(default=_nowhere)

    def fault(self, place: Pointer, detail: str) -> Fault:
        """A fault at a place in this file."""
        own_place, line = self.locate(place)
        return Fault(to_pointer(own_place), detail, self.name, line)


def parse(name: str | None, data: bytes, form: Format) -> Document:
    """The content of a file. Raises InvalidCatalogue when it cannot be read in one way only."""
    try:
        return PARSERS[form](name, data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidCatalogue((Fault("", "the file is not UTF-8", name),)) from None
    except strict_json.MalformedJson as error:
        raise InvalidCatalogue((Fault("", error.detail, name, error.line),)) from None


def _parse_json(name: str | None, text: str) -> Document:
    content = strict_json.parse(text)
    lines = strict_json.Lines(text)
    return Document(name, content, lambda place: (place, lines.line_of(place)))


def _parse_ndjson(name: str | None, text: str) -> Document:
    """One record a line; blank lines are passed over."""
    content: dict[str, list[object]] = {}
    lines: dict[tuple[str | int, ...], tuple[str, int]] = {}
    faults = []
    # Not splitlines: it would also break lines at characters that JSON allows inside a text.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            resource, record = _parse_line(line)
        except strict_json.MalformedJson as error:
            faults.append(Fault("", error.detail, name, number))
            continue
        section = content.setdefault(SECTION_OF_LINE[resource], [])
        lines[SECTION_OF_LINE[resource], len(section)] = (resource, number)
        section.append(record)
    if faults:
        raise InvalidCatalogue(tuple(faults))

    def locate(place: Pointer) -> Place:
        if place[:2] not in lines:
            return place, None
        resource, number = lines[place[:2]]
        return (resource, *place[2:]), number

    return Document(name, content, locate)


def _parse_line(line: str) -> tuple[str, object]:
    content = strict_json.parse(line)
    if (
        not isinstance(content, dict)
        or len(content) != 1
        or not set(content) <= set(SECTION_OF_LINE)
    ):
        kinds = ", ".join(SECTION_OF_LINE)
        detail = f"a line must be an object with one field, the kind of its record: {kinds}"
        raise strict_json.MalformedJson(detail)
    return next(iter(content.items()))


def _parse_yaml(name: str | None, text: str) -> Document:
    try:
        _check_depth(text)
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
        document = Document(name, None, lambda place: (place, _line_of(root, place)))
        faults = tuple(_list_yaml_faults(document, root, (), set())) if root else ()
        if faults:
            raise InvalidCatalogue(faults)
        content = loader.construct_document(root) if root else {}
        return Document(name, content, document.locate)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InvalidCatalogue((Fault("", error.problem or "not YAML", name, line),)) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InvalidCatalogue((Fault("", "the file cannot be read", name),)) from None


def _check_depth(text: str) -> None:
    """Refuses endless nesting before anything recurses into it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > strict_json.MAX_DEPTH:
            raise ValueError("nested too deeply")


def _list_yaml_faults(
    document: Document, node: yaml.Node, place: Pointer, seen: set[int]
) -> Iterable[Fault]:
    """Keys given twice, of which YAML would keep the last, and aliases, which could be endless."""
    if isinstance(node, yaml.ScalarNode):
        return
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.tag != "tag:yaml.org,2002:str":
            yield document.fault(place, "a key here is not text for YAML; write it in quotes")
    if id(node) in seen:
        yield document.fault(place, "write it out: aliases are not allowed here")
        return
    seen.add(id(node))
    keys: set[str] = set()
    for key, child in _children(node):
        if isinstance(key, str) and key in keys:
            yield document.fault((*place, key), "this key is given twice")
        keys.add(str(key))
        yield from _list_yaml_faults(document, child, (*place, key), seen)


def _children(node: yaml.Node) -> list[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), child) for key, child in node.value]
    return list(enumerate(node.value)) if isinstance(node, yaml.SequenceNode) else []


def _line_of(root: yaml.Node | None, place: Pointer) -> int | None:
    """The line, from 1, of the deepest part of the place that the file has."""
    if root is None:
        return None
    node = root
    for part in place:
        found = dict(_children(node)).get(part)
        if found is None:
            break
        node = found
    return int(node.start_mark.line) + 1


PARSERS: dict[Format, Callable[[str | None, str], Document]] = {
    "yaml": _parse_yaml,
    "json": _parse_json,
    "ndjson": _parse_ndjson,
}
