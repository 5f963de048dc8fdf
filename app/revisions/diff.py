"""What changed between two states of a record, in terms that a person reads. Pure."""

from collections.abc import Iterator

from pydantic import BaseModel, JsonValue

from app.revisions.models import Difference

Tree = dict[str, JsonValue]


def to_tree(document: BaseModel) -> Tree:
    """A record as plain data in which every part of a list stands under its key.

    Parts with a `part_key` stand under that, other objects under their number from 1; lists of
    plain values stay lists.
    """
    return {name: _to_node(getattr(document, name)) for name in type(document).model_fields}


def _to_node(value: object) -> JsonValue:
    if isinstance(value, BaseModel):
        return to_tree(value)
    if isinstance(value, list) and any(isinstance(item, BaseModel) for item in value):
        return {
            str(getattr(item, "part_key", number)): _to_node(item)
            for number, item in enumerate(value, 1)
        }
    if isinstance(value, dict):
        return {str(key): _to_node(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_node(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def list_differences(before: BaseModel | None, after: BaseModel | None) -> list[Difference]:
    """What changed from one state to the next; nothing for a record that begins or ends."""
    if before is None or after is None:
        return []
    return list(_compare(to_tree(before), to_tree(after), ""))


def _compare(before: Tree, after: Tree, path: str) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        here = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _compare(old, new, here)
        elif old is None or old in ([], {}):
            yield Difference(path=here, change="added", before=None, after=new)
        elif new is None or new in ([], {}):
            yield Difference(path=here, change="removed", before=old, after=None)
        else:
            yield Difference(path=here, change="changed", before=old, after=new)


def to_line(difference: Difference) -> str:
    """One difference as a line of text."""
    if difference.change == "added":
        return f"{difference.path}: added {_short(difference.after)}"
    if difference.change == "removed":
        return f"{difference.path}: removed {_short(difference.before)}"
    return f"{difference.path}: {_short(difference.before)} -> {_short(difference.after)}"


def _short(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(value) + "}"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
