"""Our own format: one JSON object a line, for feeds that have no reader here."""

import json
from typing import Any

from app.coding import cells
from app.coding.cameo import find_code
from app.coding.plover import EVENT_TYPES, QUAD_CLASSES, with_sign
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
        publisher=cells.to_text(_text(record, "publisher", "")) or "",
        contexts=_texts(record, "contexts"),
        place=cells.to_text(_text(record, "place", "")),
        latitude=cells.to_degrees(str(record.get("latitude")), 90),
        longitude=cells.to_degrees(str(record.get("longitude")), 180),
    )


def _to_record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(record, dict):
        raise ValueError("it is not a JSON object")
    unknown = sorted(record.keys() - FIELDS)
    if unknown:
        raise ValueError("it has a field that is not known")
    return record


def _to_coding(record: dict[str, Any]) -> tuple[str, Any, int, int]:
    intensity = record.get("intensity")
    points = None if intensity is None else cells.to_hundredths(_number(intensity))
    if "code" in record:
        code = find_code(_text(record, "code"))
        hundredths = code.hundredths if points is None else points
        return code.code, code.event_type, code.quad_class, hundredths
    event_type = EVENT_TYPES.get(_text(record, "event_type", ""))
    if event_type is None:
        raise ValueError("it needs a CAMEO code or a PLOVER event_type")
    if points is None:
        raise ValueError("an event_type needs an intensity")
    return event_type, event_type, QUAD_CLASSES[event_type], with_sign(event_type, points)


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
    if not isinstance(party, dict) or party.keys() - PARTY_FIELDS:
        raise ValueError("an actor is neither a name nor an object with one")
    name = cells.to_text(_text(party, "name"))
    if name is None:
        raise ValueError("an actor has no name")
    return Party(
        name,
        country=cells.to_text(_text(party, "country", "")),
        code=cells.to_text(_text(party, "code", "")),
        sectors=_texts(party, "sectors"),
    )
