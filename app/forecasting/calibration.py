"""From the number of events to expect to a probability.

Events come in bursts, so the number is made a probability by what came about in the past:

    logit p = intercept + slope * log(expected) + share * log(share of past days that had one)

(Platt 1999 calibrates a score so, with one input.) Neither weight is below 0: more to expect, or a
longer record, never makes an event less likely.
"""

from dataclasses import dataclass

import numpy as np

from app.forecasting.events import Floats

# Of intervals: as much lies below as above.
CONFIDENCE = 0.9


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

        Between bins it spans both of them; beyond the last there is nothing to hold it.
        """
        low, high = 0.0, 1.0
        for found in self.bins:
            if found.begin <= probability <= found.end:
                low, high = found.low, found.high
                break
            if found.end < probability:
                low = found.low
            elif found.begin > probability:
                high = found.high
                break
        return min(low, probability), max(high, probability)
