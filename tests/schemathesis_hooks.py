"""What schemathesis needs to know to write our bodies."""

import json
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def to_lines(_: Any, value: Any) -> bytes:
    """A body of JSON Lines is described as text."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()
