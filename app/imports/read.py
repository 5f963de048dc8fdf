"""Reading catalogue files: YAML or JSON to checked records, each with the place it came from."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from app.errors import Fault, InvalidCatalogue
from app.imports.format import SECTIONS, CatalogueFile
from app.problems import to_detail

SUFFIXES = (".yaml", ".yml", ".json")
Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its plain data and, for YAML, the nodes that know their lines."""

    name: str
    content: object
    root: yaml.Node | None = None

    def fault(self, pointer: Pointer, detail: str) -> Fault:
        """A fault at a place in this file."""
        text = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in pointer)
        return Fault(text, detail, self.name, _line_of(self.root, pointer))


@dataclass(slots=True)
class Catalogue:
    """Records of several files as one, and for every (section, index) the document it is from."""

    records: CatalogueFile = field(default_factory=CatalogueFile)
    origins: dict[tuple[str, int], tuple[Document, int]] = field(default_factory=dict)

    def fault(self, section: str, index: int, rest: Pointer, detail: str) -> Fault:
        """A fault at a part of one record."""
        document, own_index = self.origins[section, index]
        return document.fault((section, own_index, *rest), detail)

    def add(self, document: Document, records: CatalogueFile) -> None:
        """Appends the records of one document."""
        for section in SECTIONS:
            merged = getattr(self.records, section)
            for own_index, record in enumerate(getattr(records, section)):
                self.origins[section, len(merged)] = (document, own_index)
                merged.append(record)


def read_catalogue(paths: Sequence[Path]) -> Catalogue:
    """Files, and folders of files, as one catalogue whose every record fits the format.

    Raises InvalidCatalogue with every fault of every file.
    """
    catalogue, faults = Catalogue(), list[Fault]()
    for path in _list_files(paths):
        try:
            document = _parse(path)
            catalogue.add(document, _validate(document))
        except InvalidCatalogue as error:
            faults += error.faults
    if faults:
        raise InvalidCatalogue(tuple(faults))
    return catalogue


def _list_files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES) if path.is_dir() else []
        if not path.exists() or (path.is_dir() and not inside):
            raise InvalidCatalogue(
                (Fault("", "there is no catalogue file (.yaml, .yml, .json) here", str(path)),)
            )
        files += inside or [path]
    return files


def _parse(path: Path) -> Document:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            content = json.loads(text, object_pairs_hook=_to_mapping)
            return Document(path.name, content)
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
        document = Document(path.name, None, root)
        faults = tuple(_list_yaml_faults(document, root, (), set())) if root else ()
        if faults:
            raise InvalidCatalogue(faults)
        content = loader.construct_document(root) if root else {}
        return Document(path.name, content, root)
    except UnicodeDecodeError:
        raise InvalidCatalogue((Fault("", "the file is not UTF-8", path.name),)) from None
    except RepeatedKey as error:
        detail = f"the key {error.key} is given twice in one object"
        raise InvalidCatalogue((Fault("", detail, path.name),)) from None
    except json.JSONDecodeError as error:
        raise InvalidCatalogue((Fault("", error.msg, path.name, error.lineno),)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InvalidCatalogue((Fault("", error.problem or "not YAML", path.name, line),)) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InvalidCatalogue((Fault("", "the file cannot be read", path.name),)) from None


class RepeatedKey(ValueError):
    """A key that a JSON object gives twice, of which Python would keep the last."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _to_mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping: dict[str, object] = {}
    for key, value in pairs:
        if key in mapping:
            raise RepeatedKey(key)
        mapping[key] = value
    return mapping


def _list_yaml_faults(
    document: Document, node: yaml.Node, pointer: Pointer, seen: set[int]
) -> Iterable[Fault]:
    """Keys given twice, of which YAML would keep the last, and aliases, which could be endless."""
    if isinstance(node, yaml.ScalarNode):
        return
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.tag != "tag:yaml.org,2002:str":
            yield document.fault(pointer, "a key here is not text for YAML; write it in quotes")
    if id(node) in seen:
        yield document.fault(pointer, "write it out: aliases are not allowed here")
        return
    seen.add(id(node))
    keys: set[str] = set()
    for key, child in _children(node):
        if isinstance(key, str) and key in keys:
            yield document.fault((*pointer, key), "this key is given twice")
        keys.add(str(key))
        yield from _list_yaml_faults(document, child, (*pointer, key), seen)


def _children(node: yaml.Node) -> list[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), child) for key, child in node.value]
    return list(enumerate(node.value)) if isinstance(node, yaml.SequenceNode) else []


def _line_of(root: yaml.Node | None, pointer: Pointer) -> int | None:
    """The line, from 1, of the deepest part of the pointer that the file has."""
    if root is None:
        return None
    node = root
    for part in pointer:
        found = dict(_children(node)).get(part)
        if found is None:
            break
        node = found
    return int(node.start_mark.line) + 1


def _validate(document: Document) -> CatalogueFile:
    content: Any = document.content
    try:
        return CatalogueFile.model_validate(content)
    except ValidationError as error:
        raise InvalidCatalogue(
            tuple(
                document.fault(tuple(found["loc"]), to_detail(found["type"], found["msg"]))
                for found in error.errors(include_url=False, include_input=False)
            )
        ) from None
