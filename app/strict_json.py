"""JSON that means one thing: no key twice, no NaN, no endless nesting, and lines for pointers."""

import json
import re
from typing import Any

Pointer = tuple[str | int, ...]
# Deeper than any record of ours by far.
MAX_DEPTH = 64
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class MalformedJson(ValueError):
    """Text that is not JSON, or that could be read in two ways; `line` is where, from 1."""

    def __init__(self, detail: str, line: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.line = line


def parse(text: str) -> Any:
    """The content of a JSON text. Raises MalformedJson."""
    try:
        content = json.loads(text, object_pairs_hook=_to_mapping, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise MalformedJson(error.msg, error.lineno) from None
    except RecursionError:
        raise MalformedJson("it is nested too deeply") from None
    except MalformedJson:
        raise
    except ValueError:
        raise MalformedJson("a number in it is too long") from None
    if not _is_shallow(content, MAX_DEPTH):
        raise MalformedJson("it is nested too deeply")
    return content


def _to_mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise MalformedJson("a key is given twice in one object")
    return mapping


def _refuse_constant(_: str) -> float:
    raise MalformedJson("NaN and Infinity are not JSON")


def _is_shallow(content: object, depth: int) -> bool:
    level = [content]
    for _ in range(depth):
        parts = [part for part in level if isinstance(part, dict | list)]
        if not parts:
            return True
        level = [
            child for part in parts for child in (part.values() if isinstance(part, dict) else part)
        ]
    return not any(isinstance(part, dict | list) for part in level)


class Lines:
    """The lines on which the parts of a JSON text stand; the text must parse."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._children: dict[int, dict[str | int, int]] = {}

    def line_of(self, pointer: Pointer) -> int:
        """The line, from 1, of the deepest part of the pointer that the text has."""
        position = self._skip_space(0)
        for part in pointer:
            found = self._children_at(position).get(part)
            if found is None:
                break
            position = found
        return self._text.count("\n", 0, position) + 1

    def _children_at(self, position: int) -> dict[str | int, int]:
        if position not in self._children:
            self._children[position] = self._scan(position)
        return self._children[position]

    def _scan(self, position: int) -> dict[str | int, int]:
        """Where each child of the object or array at a position begins."""
        opening, found = self._text[position], dict[str | int, int]()
        if opening not in "{[":
            return found
        position = self._skip_space(position + 1)
        while self._text[position] not in "}]":
            key: str | int = len(found)
            if opening == "{":
                key, position = _DECODER.raw_decode(self._text, position)
                position = self._skip_space(self._skip_space(position) + 1)
            found[key] = position
            _, position = _DECODER.raw_decode(self._text, position)
            position = self._skip_space(position)
            if self._text[position] == ",":
                position = self._skip_space(position + 1)
        return found

    def _skip_space(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        return match.end() if match else position
