"""Reliability as a chart: forecasts beside what came about."""

import math
from collections.abc import Iterator, Sequence

from app.backtests.run import JudgedPairs
from app.backtests.words import say_days, say_target
from app.forecasting.calibration import CONFIDENCE, Bin

PANEL, GAP, TOP, BOTTOM, LEFT = 260, 84, 116, 56, 72
COLOUR = "#1f6f8b"
# Most forecasts are small, and on a square-root scale they have room beside each other.
TICKS = (0.0, 0.01, 0.04, 0.1, 0.25, 0.5, 0.75, 1.0)
SCALE = "square-root scale"
# Panels that the title and the legend have room above.
LEAST_PANELS = 2
_STYLE = "font-family='system-ui, sans-serif' font-size='12' fill='#222'"
_TITLE = "Reliability: how often what was forecast came about"
_LINE = "stroke='#888' stroke-dasharray='4 3'"


def to_svg(pairs: Sequence[JudgedPairs]) -> str:
    """A panel for each horizon: dots on the diagonal are forecasts that hold."""
    return "\n".join(_draw(pairs)) + "\n"


def to_length(share: float) -> float:
    """How far along an axis a share is."""
    return PANEL * math.sqrt(share)


def _draw(pairs: Sequence[JudgedPairs]) -> Iterator[str]:
    width = LEFT + max(len(pairs), LEAST_PANELS) * (PANEL + GAP) - GAP // 2
    height = TOP + PANEL + BOTTOM
    yield (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}' role='img' aria-labelledby='title desc' {_STYLE}>"
    )
    yield "<title id='title'>Reliability of the probabilities that a dyad cooperates</title>"
    yield f"<desc id='desc'>{_describe(pairs)}</desc>"
    yield f"<rect width='{width}' height='{height}' fill='#fff'/>"
    yield f"<text x='{LEFT}' y='24' font-size='16' font-weight='600'>{_TITLE}</text>"
    yield from _draw_legend()
    for number, pair in enumerate(pairs):
        yield from _draw_panel(pair, LEFT + number * (PANEL + GAP))
    yield "</svg>"


def _describe(pairs: Sequence[JudgedPairs]) -> str:
    parts = [
        f"{say_target(p.days, p.side)}, from {say_days(p.start_days, 'start')}: "
        + ", ".join(f"{b.mean:.1%} forecast, {b.frequency:.1%} came about" for b in p.model.bins)
        for p in pairs
    ]
    return "; ".join(parts)


def _draw_legend() -> Iterator[str]:
    """What a dot, its bar and the diagonal are, in a group of its own."""
    x, y = LEFT + 8, 48
    yield f"<g id='legend'><line x1='{x}' y1='{y - 9}' x2='{x}' y2='{y + 9}' stroke='{COLOUR}'/>"
    yield f"<circle cx='{x}' cy='{y}' r='4' fill='{COLOUR}'/>"
    yield (
        f"<text x='{x + 16}' y='{y + 4}'>forecasts of like probability, and the {CONFIDENCE:.0%} "
        "interval of how often they came about</text>"
    )
    yield f"<line x1='{x - 8}' y1='{y + 22}' x2='{x + 8}' y2='{y + 22}' {_LINE}/>"
    yield (
        f"<text x='{x + 16}' y='{y + 26}'>perfect calibration: they came about as often as "
        "forecast</text></g>"
    )


def _draw_panel(pair: JudgedPairs, left: int) -> Iterator[str]:
    bottom, target = TOP + PANEL, say_target(pair.days, pair.side)
    yield (
        f"<text x='{left}' y='{TOP - 10}'><tspan font-weight='600'>{target}</tspan>"
        f"<tspan fill='#555'>, from {say_days(pair.start_days, 'start')}</tspan></text>"
    )
    yield from _draw_axes(left)
    yield f"<line x1='{left}' y1='{bottom}' x2='{left + PANEL}' y2='{TOP}' {_LINE}/>"
    for own in pair.model.bins:
        yield from _draw_bin(own, left)


def _draw_axes(left: int) -> Iterator[str]:
    bottom, right = TOP + PANEL, left + PANEL
    for tick in TICKS:
        x, y = left + to_length(tick), bottom - to_length(tick)
        yield f"<line x1='{x:.1f}' y1='{TOP}' x2='{x:.1f}' y2='{bottom}' stroke='#eee'/>"
        yield f"<line x1='{left}' y1='{y:.1f}' x2='{right}' y2='{y:.1f}' stroke='#eee'/>"
        yield f"<text x='{x:.0f}' y='{bottom + 18}' text-anchor='middle'>{tick:.0%}</text>"
        yield f"<text x='{left - 6}' y='{y + 4:.0f}' text-anchor='end'>{tick:.0%}</text>"
    yield f"<rect x='{left}' y='{TOP}' width='{PANEL}' height='{PANEL}' fill='none' stroke='#ccc'/>"
    x, y = left + PANEL // 2, TOP + PANEL // 2
    words = "text-anchor='middle' fill='#555'"
    yield f"<text x='{x}' y='{bottom + 40}' {words}>forecast ({SCALE})</text>"
    yield (
        f"<text x='{left - 46}' y='{y}' transform='rotate(-90 {left - 46} {y})' {words}>"
        f"came about ({SCALE})</text>"
    )


def _draw_bin(own: Bin, left: int) -> Iterator[str]:
    x = left + to_length(own.mean)
    high, low, y = (TOP + PANEL - to_length(v) for v in (own.high, own.low, own.frequency))
    yield f"<line x1='{x:.1f}' y1='{high:.1f}' x2='{x:.1f}' y2='{low:.1f}' stroke='{COLOUR}'/>"
    yield (
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4' fill='{COLOUR}'><title>{own.forecasts:,} "
        f"forecasts of {own.mean:.1%}: {own.frequency:.1%} came about</title></circle>"
    )
