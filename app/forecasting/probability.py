"""How good probabilities are: discrimination, Brier score, skill, reliability."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from app.forecasting.calibration import CONFIDENCE, Bin
from app.forecasting.events import Flags, Floats

# Most forecasts are small, so bins are narrow there.
BIN_EDGES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class ProbabilityFigures:
    """What forecasts of one kind come to."""

    forecasts: int
    came_about: int
    auc: float
    average_precision: float
    brier: float
    bins: tuple[Bin, ...] = ()

    def skill_against(self, reference: "ProbabilityFigures") -> float:
        """1 - Brier score / that of a reference: 1 is perfect, 0 no better than the reference."""
        return 1 - self.brier / reference.brier if reference.brier else float("nan")


def judge(forecasts: Floats, came_about: Flags, independent: float = 1.0) -> ProbabilityFigures:
    """The figures of probabilities by what came about. Raises ValueError for none or for a NaN.

    `independent` is how much of each forecast is its own: those for overlapping days share much,
    which makes intervals wider.
    """
    if not len(forecasts) or not (forecasts >= 0).all() or not (forecasts <= 1).all():
        raise ValueError("forecasts are no probabilities")
    return ProbabilityFigures(
        forecasts=len(forecasts),
        came_about=int(came_about.sum()),
        auc=area_under_curve(forecasts, came_about),
        average_precision=average_precision(forecasts, came_about),
        brier=float(np.square(forecasts - came_about).mean()),
        bins=tuple(list_bins(forecasts, came_about, independent)),
    )


def area_under_curve(scores: Floats, came_about: Flags) -> float:
    """The chance that one that came about has the higher score than one that did not; ties half.

    Mann and Whitney (1947); NaN where all or none came about.
    """
    true, false = int(came_about.sum()), int((~came_about).sum())
    if not true or not false:
        return float("nan")
    above = stats.rankdata(scores)[came_about].sum() - true * (true + 1) / 2
    return float(above / true / false)


def average_precision(scores: Floats, came_about: Flags) -> float:
    """The mean precision over what came about, from the highest score down; ties count together.

    NaN where none came about.
    """
    true = int(came_about.sum())
    if not true:
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    found = np.cumsum(came_about[order])[last]
    gained = np.diff(found, prepend=0)
    return float((gained * found / (last + 1)).sum() / true)


def list_bins(forecasts: Floats, came_about: Flags, independent: float = 1.0) -> list[Bin]:
    """Reliability: forecasts beside frequencies, in bins that are not empty."""
    place = np.searchsorted(BIN_EDGES, forecasts, side="right").clip(max=len(BIN_EDGES) - 1)
    bins = []
    for n in range(1, len(BIN_EDGES)):
        own = place == n
        if own.any():
            count, true = int(own.sum()), int(came_about[own].sum())
            low, high = jeffreys(true * independent, count * independent)
            mean = float(forecasts[own].mean())
            begin, end = BIN_EDGES[n - 1 : n + 1]
            bins.append(Bin(begin, end, count, mean, true / count, low, high))
    return bins


def jeffreys(true: float, count: float) -> tuple[float, float]:
    """The Jeffreys interval of a frequency: `true` of `count`."""
    tail = (1 - CONFIDENCE) / 2
    low, high = stats.beta.ppf((tail, 1 - tail), true + 0.5, count - true + 0.5)
    return (0.0 if not true else float(low)), (1.0 if true == count else float(high))
