"""Reliability as a chart: forecasts beside what came about."""

from collections.abc import Iterator, Sequence

from app.backtests.words import say_days
from app.forecasting.pair_backtest import PairReport

PANEL, GAP, TOP, BOTTOM, LEFT = 260, 40, 64, 56, 56
COLOUR = "#1f6f8b"
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_STYLE = "font-family='system-ui, sans-serif' font-size='12' fill='#222'"


def to_svg(pairs: Sequence[PairReport]) -> str:
    """A panel for each horizon: dots on the diagonal are forecasts that hold."""
    return "\n".join(_draw(pairs)) + "\n"


def _draw(pairs: Sequence[PairReport]) -> Iterator[str]:
    width = LEFT + max(len(pairs), 1) * (PANEL + GAP)
    height = TOP + PANEL + BOTTOM
    yield (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}' role='img' aria-labelledby='title desc' {_STYLE}>"
    )
    yield "<title id='title'>Reliability of the probabilities of pairs</title>"
    yield f"<desc id='desc'>{_describe(pairs)}</desc>"
    yield f"<rect width='{width}' height='{height}' fill='#fff'/>"
    yield f"<text x='{LEFT}' y='24' font-size='16' font-weight='600'>What came about</text>"
    for number, pair in enumerate(pairs):
        yield from _draw_panel(pair, LEFT + number * (PANEL + GAP))
    yield "</svg>"


def _describe(pairs: Sequence[PairReport]) -> str:
    parts = [
        f"within {say_days(p.days)}: "
        + ", ".join(f"{b.mean:.0%} forecast, {b.frequency:.0%} came about" for b in p.model.bins)
        for p in pairs
    ]
    return "; ".join(parts)


def _draw_panel(pair: PairReport, left: int) -> Iterator[str]:
    bottom = TOP + PANEL
    days = say_days(pair.days)
    yield f"<text x='{left}' y='{TOP - 12}' font-weight='600'>within {days}</text>"
    yield f"<rect x='{left}' y='{TOP}' width='{PANEL}' height='{PANEL}' fill='none' stroke='#ccc'/>"
    yield f"<line x1='{left}' y1='{bottom}' x2='{left + PANEL}' y2='{TOP}' stroke='#aaa'/>"
    for tick in TICKS:
        x, y = left + tick * PANEL, bottom - tick * PANEL
        yield f"<text x='{x:.0f}' y='{bottom + 18}' text-anchor='middle'>{tick:g}</text>"
        yield f"<text x='{left - 6}' y='{y + 4:.0f}' text-anchor='end'>{tick:g}</text>"
    yield (
        f"<text x='{left + PANEL / 2:.0f}' y='{bottom + 40}' text-anchor='middle' fill='#555'>"
        "forecast</text>"
    )
    for own in pair.model.bins:
        x = left + own.mean * PANEL
        high, low, y = (bottom - v * PANEL for v in (own.high, own.low, own.frequency))
        yield f"<line x1='{x:.1f}' y1='{high:.1f}' x2='{x:.1f}' y2='{low:.1f}' stroke='{COLOUR}'/>"
        yield (
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4' fill='{COLOUR}'><title>{own.forecasts:,} "
            f"forecasts of {own.mean:.1%}: {own.frequency:.1%} came about</title></circle>"
        )
