"""The chart of reliability."""

from xml.etree import ElementTree

import numpy as np

from app.backtests.chart import PANEL, TOP, to_svg
from app.forecasting.pair_backtest import PairReport
from app.forecasting.probability import judge

SVG = "{http://www.w3.org/2000/svg}"


def make(days: int) -> PairReport:
    rng = np.random.default_rng(days)
    forecasts = rng.random(500)
    figures = judge(forecasts, rng.random(500) < forecasts)
    return PairReport(days, 500, figures, figures, figures, 0.0, 0.0)


def test_each_bin_is_a_dot_in_its_panel() -> None:
    pairs = [make(1), make(30)]
    root = ElementTree.fromstring(to_svg(pairs))  # noqa: S314 our own
    dots = root.findall(f"{SVG}circle")
    assert len(dots) == sum(len(pair.model.bins) for pair in pairs)
    assert all(TOP <= float(dot.attrib["cy"]) <= TOP + PANEL for dot in dots)
    described = root.findtext(f"{SVG}desc") or ""
    assert "within 1 day:" in described
    assert "within 30 days:" in described


def test_without_pairs_it_is_still_a_chart() -> None:
    root = ElementTree.fromstring(to_svg([]))  # noqa: S314 our own
    assert root.tag == f"{SVG}svg"
