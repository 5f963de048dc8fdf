"""The chart of reliability."""

from xml.etree import ElementTree

import numpy as np

from app.backtests.chart import PANEL, TOP, to_length, to_svg
from app.backtests.run import JudgedPairs
from app.forecasting.probability import judge

SVG = "{http://www.w3.org/2000/svg}"


def make(days: int) -> JudgedPairs:
    rng = np.random.default_rng(days)
    forecasts = rng.random(500)
    figures = judge(forecasts, rng.random(500) < forecasts)
    start = 31 - days
    return JudgedPairs(
        days, 500, figures, figures, figures, 0.0, 0.0, side="actor", start_days=start
    )


def test_each_bin_is_a_dot_in_its_panel() -> None:
    pairs = [make(1), make(30)]
    root = ElementTree.fromstring(to_svg(pairs))  # noqa: S314 our own
    dots = root.findall(f"{SVG}circle")
    assert len(dots) == sum(len(pair.model.bins) for pair in pairs)
    assert all(TOP <= float(dot.attrib["cy"]) <= TOP + PANEL for dot in dots)
    described = root.findtext(f"{SVG}desc") or ""
    assert "within 1 day, from 30 start days:" in described
    assert "within 30 days, from 1 start day:" in described


def test_axes_bars_and_the_diagonal_are_named() -> None:
    root = ElementTree.fromstring(to_svg([make(1), make(30)]))  # noqa: S314 our own
    words = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    for wanted in ("forecast (square-root scale)", "came about (square-root scale)", "25%"):
        assert words.count(wanted) >= 2
    assert "within 30 days, from 1 start day" in words
    assert any("90% interval" in text for text in words)
    assert any("perfect calibration" in text for text in words)


def test_small_forecasts_have_room_beside_each_other() -> None:
    assert (to_length(0.0), to_length(0.25), to_length(1.0)) == (0, PANEL / 2, PANEL)
    assert to_length(0.03) - to_length(0.01) > 8


def test_without_pairs_it_is_still_a_chart() -> None:
    root = ElementTree.fromstring(to_svg([]))  # noqa: S314 our own
    assert root.tag == f"{SVG}svg"
