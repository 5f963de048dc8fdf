"""One row of a feed: a publisher's report of an act between two parties."""

from dataclasses import dataclass
from datetime import date

from app.coding.plover import EventType


@dataclass(frozen=True, slots=True)
class Party:
    """One side of an act as a feed names it; `country` is a name or a code, as the feed has it."""

    name: str
    country: str | None = None
    code: str | None = None
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One well-formed row, whatever the feed.

    `code` is the CAMEO code, or PLOVER's type and mode where a feed has no CAMEO code; one such
    code, day, dyad and publisher are one event, however many rows report it. `hundredths` is the
    intensity on the Goldstein scale, -1000 to 1000; above 0 is cooperation, below 0 conflict.
    """

    feed_id: str
    day: date
    actor: Party
    recipient: Party
    code: str
    event_type: EventType | None
    quad_class: int
    hundredths: int
    publisher: str = ""
    contexts: tuple[str, ...] = ()
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A row that cannot be read, kept aside: its line (the first is 1), why, and its beginning."""

    line: int
    reason: str
    text: str
