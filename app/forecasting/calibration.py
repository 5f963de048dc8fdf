"""From the number of events to expect to a probability.

Events come in bursts, so the number is made a probability by what came about in the past:

    logit p = intercept + slope * log(expected) + share * log(share of past days that had one)

(Platt 1999 calibrates a score so, with one input.) Neither weight is below 0: more to expect, or a
longer record, never makes an event less likely.
"""

from dataclasses import dataclass
from math import log

import numpy as np

from app.forecasting.events import Floats

# Of intervals: as much lies below as above.
CONFIDENCE = 0.9
_NEXT_TO_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts between two probabilities: how many, their mean, and how often it came about.

    `low` and `high` bound the frequency by the Jeffreys interval (Brown, Cai and DasGupta,
    Statistical Science 16, 2001).
    """

    begin: float
    end: float
    forecasts: int
    mean: float
    frequency: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How an expected number becomes a probability, with how good that was where it was fitted.

    `brier_skill` is against always saying how often it came about.
    """

    intercept: float
    slope: float
    share: float
    bins: tuple[Bin, ...] = ()
    forecasts: int = 0
    came_about: int = 0
    brier: float = float("nan")
    brier_skill: float = float("nan")
    auc: float = float("nan")

    def probability(self, expected: Floats, past_share: Floats) -> Floats:
        """Of dyads with these expected numbers of events and shares of past days."""
        inputs = self.slope * np.log(expected) + self.share * np.log(past_share)
        return np.asarray(1 / (1 + np.exp(-self.intercept - inputs)))

    def interval(self, probability: float) -> tuple[float, float]:
        """The interval of how often forecasts like this one came about, and this one itself.

        A bin says how far its forecasts were off, as odds; between the means of two bins that
        changes evenly with the odds of the forecast. Beyond the last bin it is open.
        """
        if not self.bins:
            return 0.0, 1.0
        own, means = _to_logit(probability), [_to_logit(b.mean) for b in self.bins]
        lower = [_to_logit(b.low) - mean for b, mean in zip(self.bins, means, strict=True)]
        upper = [_to_logit(b.high) - mean for b, mean in zip(self.bins, means, strict=True)]
        low, high = (
            float(1 / (1 + np.exp(-own - np.interp(own, means, off)))) for off in (lower, upper)
        )
        if probability < self.bins[0].begin:
            low = 0.0
        if probability > self.bins[-1].end:
            high = 1.0
        return min(low, probability), max(high, probability)


def _to_logit(probability: float) -> float:
    """The logarithm of its odds; that of 0 and 1 is as of so little more or less."""
    held = min(max(probability, _NEXT_TO_NOTHING), 1 - _NEXT_TO_NOTHING)
    return log(held / (1 - held))
