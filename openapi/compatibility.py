"""Tells what a newer OpenAPI document breaks for callers of a released one.

Run as `python openapi/compatibility.py RELEASED CURRENT`; exit 1 if anything breaks. What callers
send may only be widened, what they get only be added to.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
# Limits on what callers send: the newer must not be on the stricter side.
UPPER = ("maxLength", "maxItems", "maximum", "exclusiveMaximum", "maxProperties")
LOWER = ("minLength", "minItems", "minimum", "exclusiveMinimum", "minProperties")
FIXED = ("pattern", "format")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents, the released and the current."""

    old: Json
    new: Json

    def list_all(self) -> Iterator[str]:
        """What is broken, a line each."""
        for path, item in self.old["paths"].items():
            for method, operation in item.items():
                where = f"{method.upper()} {path}"
                current = self.new["paths"].get(path, {}).get(method)
                if current is None:
                    yield f"{where}: is gone"
                else:
                    yield from self._operation(where, operation, current)

    def _operation(self, where: str, old: Json, new: Json) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"{where}: is called {new['operationId']} now"
        if not all(
            any(o == n for n in new.get("security", [{}])) for o in old.get("security", [{}])
        ):
            yield f"{where}: asks for other credentials"
        yield from self._parameters(where, old, new)
        yield from self._request(where, old.get("requestBody"), new.get("requestBody"))
        for status, answer in old["responses"].items():
            if status not in new["responses"]:
                yield f"{where}: no longer answers {status}"
                continue
            then, now = (
                self._resolve(answer, self.old),
                self._resolve(new["responses"][status], self.new),
            )
            yield from self._content(f"{where} {status}", then, now, is_request=False)

    def _parameters(self, where: str, old: Json, new: Json) -> Iterator[str]:
        then = {(p["in"], p["name"]): p for p in old.get("parameters", [])}
        now = {(p["in"], p["name"]): p for p in new.get("parameters", [])}
        for key, parameter in then.items():
            if key not in now:
                yield f"{where}: parameter {key[1]} is gone"
                continue
            if now[key].get("required") and not parameter.get("required"):
                yield f"{where}: parameter {key[1]} is needed now"
            place = f"{where} {key[1]}"
            yield from self._schema(place, parameter["schema"], now[key]["schema"], True, ())
        for key in now.keys() - then.keys():
            if now[key].get("required"):
                yield f"{where}: parameter {key[1]} is new and needed"

    def _request(self, where: str, old: Json | None, new: Json | None) -> Iterator[str]:
        if old is None or new is None:
            if new is not None and new.get("required"):
                yield f"{where}: a body is needed now"
            return
        yield from self._content(f"{where} body", old, new, is_request=True)

    def _content(self, where: str, old: Json, new: Json, *, is_request: bool) -> Iterator[str]:
        for media_type, content in old.get("content", {}).items():
            current = new.get("content", {}).get(media_type)
            if current is None:
                yield f"{where}: {media_type} is gone"
            else:
                yield from self._schema(
                    where, content.get("schema", {}), current.get("schema", {}), is_request, ()
                )

    def _resolve(self, part: Json, document: Json) -> Json:
        while "$ref" in part:
            found: Any = document
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            part = found
        return part

    def _schema(
        self, where: str, old: Json, new: Json, is_request: bool, seen: tuple[str, ...]
    ) -> Iterator[str]:
        name = old.get("$ref", "")
        if name in seen:
            return
        seen = (*seen, name) if name else seen
        old, new = self._resolve(old, self.old), self._resolve(new, self.new)
        yield from _compare_plain(where, old, new, is_request)
        yield from self._properties(where, old, new, is_request, seen)
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
                yield from self._schema(f"{where}[]", old[inner], new[inner], is_request, seen)
        yield from self._choices(where, old, new, is_request, seen)

    def _properties(
        self, where: str, old: Json, new: Json, is_request: bool, seen: tuple[str, ...]
    ) -> Iterator[str]:
        then, now = old.get("properties", {}), new.get("properties", {})
        needed_then, needed_now = set(old.get("required", [])), set(new.get("required", []))
        for name, field in then.items():
            if name not in now:
                yield f"{where}.{name}: is gone"
                continue
            yield from self._schema(f"{where}.{name}", field, now[name], is_request, seen)
        if is_request:
            for name in sorted(needed_now - needed_then):
                yield f"{where}.{name}: is needed now"
        else:
            for name in sorted((needed_then - needed_now) & now.keys()):
                yield f"{where}.{name}: may be missing now"

    def _choices(
        self, where: str, old: Json, new: Json, is_request: bool, seen: tuple[str, ...]
    ) -> Iterator[str]:
        """Each kind of value that was must still be (in requests), or be one that was."""
        then, now = old.get("anyOf", []), new.get("anyOf", [])
        if not then or not now:
            if bool(then) != bool(now):
                yield f"{where}: takes other kinds of values"
            return
        fixed, free = (then, now) if is_request else (now, then)
        for choice in fixed:
            pairs = ((choice, c) if is_request else (c, choice) for c in free)
            if not any(not list(self._schema(where, o, n, is_request, seen)) for o, n in pairs):
                yield f"{where}: takes other kinds of values"


def _compare_plain(where: str, old: Json, new: Json, is_request: bool) -> Iterator[str]:
    if old.get("type") != new.get("type"):
        yield f"{where}: is {new.get('type')} now, was {old.get('type')}"
    then, now = _words(old), _words(new)
    lost = then - now if is_request else now - then
    if (then or now) and (not then or not now or lost):
        yield f"{where}: has other words: {', '.join(sorted(map(str, then ^ now)))}"
    if is_request:
        yield from _compare_limits(where, old, new)


def _compare_limits(where: str, old: Json, new: Json) -> Iterator[str]:
    tighter = [n for n in UPPER if n in new and new[n] < old.get(n, float("inf"))]
    tighter += [n for n in LOWER if n in new and new[n] > old.get(n, float("-inf"))]
    for name in tighter:
        yield f"{where}: {name} is tighter"
    for name in FIXED:
        if new.get(name) not in (None, old.get(name)):
            yield f"{where}: {name} has changed"
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield f"{where}: refuses other fields now"


def _words(schema: Json) -> set[Any]:
    return set(schema.get("enum", [])) | ({schema["const"]} if "const" in schema else set())


def compare(old: Json, new: Json) -> list[str]:
    """What a caller of the old document would stumble over, without repetition."""
    return list(dict.fromkeys(Comparison(old, new).list_all()))


def main(arguments: list[str]) -> int:
    """The exit code: 1 if anything breaks."""
    released, current = (Path(argument) for argument in arguments)
    if not released.exists():
        sys.stdout.write("No release yet, so nothing can break.\n")
        return 0
    documents = (json.loads(path.read_text(encoding="utf-8")) for path in (released, current))
    broken = compare(*documents)
    for line in broken:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(broken)} breaking changes since the last release\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
