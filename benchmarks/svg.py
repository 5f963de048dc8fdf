"""Charts as SVG texts: bars on a logarithmic scale, and lines where both scales are."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.figures import Spread, say

WIDTH = 760
ROW = 26
LABELS = 330
MARGIN = 60
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#b9770e", "#16817a", "#5d6d7e", "#a04070")
Points = Sequence[tuple[float, float]]


def draw_bars(title: str, unit: str, bars: Sequence[tuple[str, Spread]]) -> str:
    """A bar for each median, with a line from quartile to quartile. Figures must be positive."""
    top, height = 50, 50 + ROW * len(bars) + 40
    scale = Scale(
        min(bar.low for _, bar in bars), max(bar.high for _, bar in bars), LABELS, WIDTH - MARGIN
    )
    drawn = []
    for number, (label, bar) in enumerate(bars):
        y = top + ROW * number
        x, low, high = (scale.place(figure) for figure in (bar.median, bar.low, bar.high))
        drawn += [
            _text(LABELS - 8, y + 16, label, "end"),
            f'<rect x="{LABELS}" y="{y + 4}" width="{max(x - LABELS, 1):.1f}" height="{ROW - 8}" '
            f'fill="{COLOURS[0]}"/>',
            _line((low, y + ROW / 2), (high, y + ROW / 2), "#222"),
            _text(max(x, high) + 5, y + 16, say(bar.median), "start"),
        ]
    drawn += _grid(scale, top, height - 40, unit)
    return _wrap(title, height, drawn)


def draw_lines(title: str, axes: tuple[str, str], series: Mapping[str, Points]) -> str:
    """A line for each series of (size, cost), both scales logarithmic, names beside the lines."""
    height, top, left, right = 460, 50, 70, WIDTH - 210
    bottom = height - 60
    points = [point for line in series.values() for point in line]
    across = Scale(min(x for x, _ in points), max(x for x, _ in points), left, right)
    up = Scale(min(y for _, y in points), max(y for _, y in points), bottom, top)
    drawn = _grid(across, top, bottom, axes[0])
    for tick in up.ticks():
        y = up.place(tick)
        drawn += [_line((left, y), (right, y), "#ddd"), _text(left - 6, y + 4, say(tick), "end")]
    drawn.append(_text(left, top - 8, axes[1], "middle"))
    names: list[float] = []
    ordered = sorted(series.items(), key=lambda named: up.place(named[1][-1][1]))
    for number, (name, line) in enumerate(ordered):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{across.place(x):.1f},{up.place(y):.1f}" for x, y in line)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        # Names that would overlap move down.
        names.append(max(up.place(line[-1][1]) + 4, names[-1] + 15 if names else top))
        drawn.append(_text(right + 8, names[-1], name, "start", colour))
    return _wrap(title, height, drawn)


class Scale:
    """A logarithmic scale from whole decades to pixels."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        if low <= 0:
            raise ValueError("low must be positive")
        self.first = math.floor(math.log10(low))
        self.last = max(math.ceil(math.log10(high)), self.first + 1)
        self.start, self.end = start, end

    def place(self, figure: float) -> float:
        """Where a figure stands."""
        share = (math.log10(figure) - self.first) / (self.last - self.first)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """The powers of ten on it."""
        return [10.0**power for power in range(self.first, self.last + 1)]


def _grid(scale: Scale, top: float, bottom: float, unit: str) -> list[str]:
    drawn = []
    for tick in scale.ticks():
        x = scale.place(tick)
        drawn += [
            _line((x, top), (x, bottom), "#ddd"),
            _text(x, bottom + 16, say(tick), "middle"),
        ]
    return [*drawn, _text((scale.start + scale.end) / 2, bottom + 34, unit, "middle")]


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#222") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {where}>{escape(text)}</text>"


def _line(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    (x1, y1), (x2, y2) = start, end
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}"/>'


def _wrap(title: str, height: float, drawn: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'font-family="sans-serif" font-size="12" role="img">'
    )
    ground = f'<rect width="{WIDTH}" height="{height:.0f}" fill="white"/>'
    heading = f'<text x="20" y="24" font-size="15" fill="#222">{escape(title)}</text>'
    named = f"<title>{escape(title)}</title>"
    return "\n".join([head, named, ground, heading, *drawn, "</svg>"]) + "\n"
