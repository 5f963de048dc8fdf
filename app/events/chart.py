"""A dyad as a chart: cooperation upwards, conflict downwards, on one scale. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from xml.sax.saxutils import escape

from app.events.dyads import DyadPoint, DyadPublic, Step

WIDTH, HEIGHT = 800, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 72, 44
COLOURS = {"cooperative": "#1f6f8b", "conflictual": "#b5482f"}
# Where the legend names each kind: above the plot, where no bar and no axis reaches.
_LEGEND = (("cooperative", "up", 528), ("conflictual", "down", 658))
_LEGEND_Y = 62
# Labels along the axis of time; more would run into each other.
MOST_LABELS = 6
_STYLE = "font-family='system-ui, sans-serif' font-size='12' fill='#222'"


def to_svg(dyad: DyadPublic) -> str:
    """The chart of a series, readable without colours and by screen readers."""
    return "\n".join(_draw(dyad)) + "\n"


def _draw(dyad: DyadPublic) -> Iterator[str]:
    who = escape(f"{dyad.actor_name} towards {dyad.recipient_name}")
    when = f"{dyad.since} to {dyad.as_of}, by {dyad.step}"
    yield (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}' role='img' aria-labelledby='title desc' {_STYLE}>"
    )
    yield f"<title id='title'>{who}, {when}</title>"
    yield f"<desc id='desc'>{_describe(dyad)}</desc>"
    yield f"<rect width='{WIDTH}' height='{HEIGHT}' fill='#fff'/>"
    yield f"<text x='{LEFT}' y='24' font-size='16' font-weight='600'>{who}</text>"
    yield f"<text x='{LEFT}' y='44' fill='#555'>{when}; sums of intensity, never netted</text>"
    if not dyad.coverage.enough:
        yield f"<text x='{LEFT}' y='62' fill='#b5482f'>{_warn(dyad)}</text>"
    yield from _draw_legend()
    scale = max((max(p.cooperative, p.conflictual) for p in dyad.items), default=0.0) or 1.0
    yield from _draw_axes(dyad, scale)
    for point in dyad.items:
        yield from _draw_point(dyad, point, scale)
    yield "</svg>"


def _describe(dyad: DyadPublic) -> str:
    events = sum(p.events for p in dyad.items)
    more = sum(p.cooperative for p in dyad.items)
    less = sum(p.conflictual for p in dyad.items)
    text = f"{_count(events)}; cooperation {more:.1f}, conflict {less:.1f} in all."
    return text if dyad.coverage.enough else f"{text} {_warn(dyad)}"


def _warn(dyad: DyadPublic) -> str:
    seen = dyad.coverage
    return (
        f"Too little is known to compare: {_count(seen.reported_events)} reported in "
        f"{seen.days} days, {seen.least} needed"
    )


def _count(events: int) -> str:
    return "1 event" if events == 1 else f"{events} events"


def _draw_legend() -> Iterator[str]:
    for kind, way, x in _LEGEND:
        colour = COLOURS[kind]
        yield f"<rect x='{x}' y='{_LEGEND_Y - 9}' width='10' height='10' fill='{colour}'/>"
        yield f"<text x='{x + 15}' y='{_LEGEND_Y}' fill='{colour}'>{kind} ({way})</text>"


def _draw_axes(dyad: DyadPublic, scale: float) -> Iterator[str]:
    end = WIDTH - RIGHT
    for value in (scale, 0.0, -scale):
        y = _y(value, scale)
        colour = "#222" if value == 0 else "#ddd"
        yield f"<line x1='{LEFT}' y1='{y:.1f}' x2='{end}' y2='{y:.1f}' stroke='{colour}'/>"
        yield f"<text x='{LEFT - 8}' y='{y + 4:.1f}' text-anchor='end'>{abs(value):g}</text>"
    days = (dyad.as_of - dyad.since).days
    steps = min(MOST_LABELS, days)
    for number in range(steps + 1):
        day = dyad.since + timedelta(days=days * number // max(1, steps))
        anchor = "start" if number == 0 else "end" if number == steps else "middle"
        x = _x(dyad, day)
        yield f"<text x='{x:.1f}' y='{HEIGHT - 16}' text-anchor='{anchor}'>{day}</text>"


def _draw_point(dyad: DyadPublic, point: DyadPoint, scale: float) -> Iterator[str]:
    begin = max(point.starts_on, dyad.since)
    end = min(_end_of(point.starts_on, dyad.step), dyad.as_of)
    x = _x(dyad, begin)
    width = max(1.5, _x(dyad, end) - x - 1)
    x = min(x, WIDTH - RIGHT - width)
    zero = _y(0, scale)
    count = _count(point.events)
    if point.cooperative and point.conflictual:
        count += " of both kinds together"
    for kind, value in (("cooperative", point.cooperative), ("conflictual", -point.conflictual)):
        if value:
            top, bottom = sorted((_y(value, scale), zero))
            yield (
                f"<rect x='{x:.1f}' y='{top:.1f}' width='{width:.1f}' "
                f"height='{bottom - top:.1f}' fill='{COLOURS[kind]}'><title>{point.starts_on}: "
                f"{kind} {abs(value):g}; {count}</title></rect>"
            )


def _end_of(start: date, step: Step) -> date:
    if step == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if step == "week" else 1)


def _x(dyad: DyadPublic, day: date) -> float:
    days = max(1, (dyad.as_of - dyad.since).days)
    return LEFT + (WIDTH - LEFT - RIGHT) * (day - dyad.since).days / days


def _y(value: float, scale: float) -> float:
    middle = (TOP + HEIGHT - BOTTOM) / 2
    return middle - value / scale * (HEIGHT - BOTTOM - TOP) / 2
