"""Our own format: one JSON object a line, for feeds that have no reader here."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from app.coding import cells
from app.coding.cameo import find_code
from app.coding.plover import EVENT_TYPES, QUAD_CLASSES, EventType, with_sign
from app.coding.report import Party, Report

FIELDS = frozenset(
    {
        "id",
        "day",
        "actor",
        "recipient",
        "code",
        "event_type",
        "intensity",
        "publisher",
        "contexts",
        "place",
        "latitude",
        "longitude",
    }
)
PARTY_FIELDS = frozenset({"name", "country", "code", "sectors"})
# Characters of an unknown name that are shown.
_SHOWN = 40


def read(line: str) -> Report:
    """One row. Raises ValueError saying what is wrong with it.

    `id`, `day`, `actor` and `recipient` are needed, and either a CAMEO `code` or a PLOVER
    `event_type` with an `intensity`. A party is a name, or an object with a name and more.
    """
    record = _to_record(line)
    code, event_type, quad_class, hundredths = _to_coding(record)
    return Report(
        feed_id=cells.to_id(_text(record, "id")),
        day=cells.to_day(_text(record, "day")),
        actor=_to_party(record.get("actor")),
        recipient=_to_party(record.get("recipient")),
        code=code,
        event_type=event_type,
        quad_class=quad_class,
        hundredths=hundredths,
        publisher=cells.to_publisher(_text(record, "publisher", "")),
        contexts=_texts(record, "contexts"),
        place=cells.to_text(_text(record, "place", "")),
        latitude=_degrees(record, "latitude", 90),
        longitude=_degrees(record, "longitude", 180),
    )


def _to_record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(record, dict):
        raise ValueError("it is not a JSON object")
    _check_fields("it", record, FIELDS)
    return record


def _check_fields(who: str, record: dict[str, Any], known: frozenset[str]) -> None:
    unknown = min(record.keys() - known, default=None)
    if unknown is not None:
        near = _suggest(unknown, known)
        raise ValueError(f"{who} has a field that is not known, {unknown[:_SHOWN]!a}{near}")


def _suggest(name: str, known: Iterable[str]) -> str:
    """A question that ends a message, when one of the known names is near."""
    near = get_close_matches(name[:_SHOWN], known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _to_coding(record: dict[str, Any]) -> tuple[str, Any, int, int]:
    intensity = record.get("intensity")
    points = None if intensity is None else cells.to_hundredths(_number(intensity))
    if "code" in record:
        code = find_code(_text(record, "code"))
        hundredths = code.hundredths if points is None else points
        return code.code, code.event_type, code.quad_class, hundredths
    event_type = _to_event_type(record)
    if points is None:
        raise ValueError("an event_type needs an intensity")
    if points != with_sign(event_type, points):
        side = "below" if points < 0 else "above"
        raise ValueError(f"the intensity of {event_type} cannot be {side} 0")
    return event_type, event_type, QUAD_CLASSES[event_type], points


def _to_event_type(record: dict[str, Any]) -> EventType:
    if "event_type" not in record:
        raise ValueError("it needs a CAMEO code or a PLOVER event_type")
    name = _text(record, "event_type")
    event_type = EVENT_TYPES.get(name)
    if event_type is None:
        near = _suggest(name.upper(), EVENT_TYPES) or f"; there are {', '.join(EVENT_TYPES)}"
        raise ValueError(f"the event_type is not known{near}")
    return event_type


def _degrees(record: dict[str, Any], name: str, limit: int) -> float | None:
    value = record.get(name)
    degrees = cells.to_degrees(str(value), limit)
    if degrees is None and value is not None and value != "":
        raise ValueError(f"the {name} is not a number from -{limit} to {limit}")
    return degrees


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("the intensity is not a number")
    return str(value)


def _text(record: dict[str, Any], name: str, default: str | None = None) -> str:
    value = record.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing or not a text")
    return cells.check_storable(value)


def _texts(record: dict[str, Any], name: str) -> tuple[str, ...]:
    values = record.get(name, [])
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ValueError(f"{name} is not a list of texts")
    return cells.to_list(cells.check_storable(",".join(values)))


def _to_party(value: object) -> Party:
    party = {"name": value} if isinstance(value, str) else value
    if not isinstance(party, dict):
        raise ValueError("an actor is neither a name nor an object with one")
    _check_fields("an actor", party, PARTY_FIELDS)
    name = cells.to_text(_text(party, "name"))
    if name is None:
        raise ValueError("an actor has no name")
    return Party(
        name,
        country=cells.to_text(_text(party, "country", "")),
        code=cells.to_text(_text(party, "code", "")),
        sectors=_texts(party, "sectors"),
    )
