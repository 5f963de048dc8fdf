"""Content negotiation (RFC 9110, section 12.5.1): which of the offered media types to send."""

from collections.abc import Sequence

from app.errors import NotAcceptable


def choose_media_type(accept: str | None, offered: Sequence[str]) -> str:
    """The offered media type that the Accept header likes most; the first among equals.

    Raises NotAcceptable if it takes none of them.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [_parse(part) for part in accept.split(",") if part.strip()]
    liked = [(_quality(media_type, ranges), media_type) for media_type in offered]
    best, chosen = max(liked, key=lambda one: one[0])
    if best <= 0:
        raise NotAcceptable(tuple(offered))
    return chosen


def _parse(part: str) -> tuple[str, float]:
    media_range, *parameters = (p.strip().lower() for p in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media_range, min(1.0, max(0.0, float(value)))
            except ValueError:
                return media_range, 0.0
    return media_range, 1.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality that the most specific matching range gives; 0 if none matches."""
    family = media_type.partition("/")[0]
    for wanted in (media_type, f"{family}/*", "*/*"):
        found = [quality for media_range, quality in ranges if media_range == wanted]
        if found:
            return max(found)
    return 0.0
