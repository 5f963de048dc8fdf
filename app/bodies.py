"""Bodies of requests: read within limits, in the media types that a route takes."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request

from app import strict_json
from app.errors import BadBody

JSON = ("application/json",)
MERGE_PATCH = ("application/merge-patch+json", "application/json")
MAX_RECORD_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON body: its bytes as sent, and what they say."""

    data: bytes
    content: Any


async def read_record(request: Request) -> Body:
    """The JSON body of a request that creates a record. Raises BadBody."""
    return to_body(await read_bytes(request, JSON, MAX_RECORD_BYTES))


async def read_patch(request: Request) -> Body:
    """The JSON merge patch (RFC 7396) that a request carries. Raises BadBody."""
    return to_body(await read_bytes(request, MERGE_PATCH, MAX_RECORD_BYTES))


def to_body(data: bytes) -> Body:
    """A JSON body from its bytes. Raises BadBody."""
    try:
        return Body(data, strict_json.parse(decode(data)))
    except strict_json.MalformedJson as error:
        raise BadBody("malformed", detail=error.detail, line=error.line) from None


def decode(data: bytes) -> str:
    """The text of a body. Raises BadBody unless it is UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadBody("malformed", detail="it is not UTF-8") from None


async def read_bytes(request: Request, accepted: tuple[str, ...], limit_bytes: int) -> bytes:
    """The bytes of a body; no more than the limit is ever held. Raises BadBody."""
    if media_type_of(request) not in accepted or "content-encoding" in request.headers:
        raise BadBody("media_type", accepted)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit_bytes:
            raise BadBody("too_large", limit_bytes=limit_bytes)
        parts.append(part)
    return b"".join(parts)


def media_type_of(request: Request) -> str:
    """The media type of a body, without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def merge(target: Any, patch: Any) -> Any:
    """What a JSON merge patch makes of its target (RFC 7396, section 2)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged
