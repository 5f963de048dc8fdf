"""Windows as a calendar (iCalendar, RFC 5545)."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from app import __version__
from app.windows.models import OpenWindow

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar"
# A stamp for a catalogue that has no revision yet.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def to_calendar(windows: Mapping[str, OpenWindow], stamp: datetime | None) -> bytes:
    """One all-day entry a window; the same catalogue gives the same bytes.

    An entry ends on the day after the last, as RFC 5545 wants it. Where the last day is not known
    the entry stands on the first day alone and says so.
    """
    # Loaded here, for it takes a tenth of the time in which the service starts.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", f"-//Entente//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Windows of opportunity")
    for key, window in windows.items():
        calendar.add_component(_fill(Event(), key, window, stamp or NEVER))
    data: bytes = calendar.to_ical()
    return data


def _fill(event: "Event", key: str, window: OpenWindow, stamp: datetime) -> "Event":
    event.add("uid", hashlib.sha256(key.encode()).hexdigest()[:32] + "@entente")
    event.add("dtstamp", stamp)
    event.add("summary", window.title)
    event.add("dtstart", window.opens_on)
    event.add("dtend", _day_after(window.closes_on or window.opens_on))
    event.add("description", _describe(window))
    event.add("transp", "TRANSPARENT")
    return event


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _describe(window: OpenWindow) -> str:
    lines = [window.reason]
    if window.closes_on is None:
        lines.append("When it closes is not known.")
    for served in window.proposals:
        step = f" Next step: {served.next_step}" if served.next_step else ""
        lines.append(f"- {served.title} ({served.slug}).{step}")
    return "\n".join(lines)
