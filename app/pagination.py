"""Keyset cursors: where the last page ended, bound to the query that it belongs to."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar
from urllib.parse import quote_plus

from app.errors import InvalidCursor

# Longer than any cursor of ours: a title has at most 200 characters, each at most 18 bytes here.
MAX_CURSOR_LENGTH = 5000
# Names and values of queries that are kept as links spell them.
KEPT_SPELLINGS = 4096
Item = TypeVar("Item")
Scalar = str | int | float | None


def fingerprint(query: Mapping[str, object]) -> str:
    """A short digest of the parameters of a query, whatever their order."""
    text = json.dumps(query, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def next_link(path: str, query: Iterable[tuple[str, str]], next_cursor: str | None) -> str | None:
    """The value of the Link header (RFC 8288) to the next page; None on the last."""
    if next_cursor is None:
        return None
    kept = "".join(f"{_quote(name)}={_quote(value)}&" for name, value in query if name != "cursor")
    return f'<{path}?{kept}cursor={next_cursor}>; rel="next"'


@lru_cache(KEPT_SPELLINGS)
def _quote(text: str) -> str:
    return quote_plus(text)


def paginate(
    found: Mapping[str, Item], limit: int, cursor: str | None, bound_to: str
) -> tuple[list[Item], str | None]:
    """A page of what was found, by id and in the order of ids, and the cursor of the next one.

    Raises InvalidCursor.
    """
    after = decode_cursor(cursor, bound_to, (str,))[0] if cursor else None
    rest = [i for i in found if after is None or i > str(after)]
    page = rest[:limit]
    next_cursor = encode_cursor((page[-1],), bound_to) if len(rest) > limit else None
    return [found[i] for i in page], next_cursor


def encode_cursor(after: tuple[Scalar, ...], query_fingerprint: str) -> str:
    """An opaque, URL-safe cursor from the sort key of the last item given."""
    text = json.dumps([query_fingerprint, after], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(
    text: str, query_fingerprint: str, key_types: Sequence[type | tuple[type, ...]]
) -> tuple[Scalar, ...]:
    """The sort key in a cursor, whose parts must have these types.

    Raises InvalidCursor when it cannot be read or was made for another query.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        bound_to, after = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, TypeError, RecursionError):
        raise InvalidCursor(belongs_elsewhere=False) from None
    if not _is_encodable(after):
        raise InvalidCursor(belongs_elsewhere=False)
    if bound_to != query_fingerprint:
        raise InvalidCursor(belongs_elsewhere=True)
    if not isinstance(after, list) or len(after) != len(key_types):
        raise InvalidCursor(belongs_elsewhere=False)
    if not all(isinstance(p, t) for p, t in zip(after, key_types, strict=True)):
        raise InvalidCursor(belongs_elsewhere=False)
    return tuple(after)


def _is_encodable(after: object) -> bool:
    """Whether a database can hold every text in a decoded key: JSON can spell what none does."""
    try:
        text = json.dumps(after, ensure_ascii=False)
        text.encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return "\\u0000" not in text
