"""From the number of events to expect to a probability.

Events come in bursts, so the number is made a probability by what came about in the past:

    logit p = intercept + slope * log(expected) + share * log(share of past days that had one)

(Platt 1999 calibrates a score so, with one input.) Neither weight is below 0: more to expect, or a
longer record, never makes an event less likely.
"""

from dataclasses import dataclass, replace
from math import log

import numpy as np
from scipy import optimize, special

from app.forecasting.events import Flags, Floats
from app.forecasting.probability import Bin, judge

# Times that it came about which a calibration needs, each on its own.
LEAST_TRUE = 30
RIDGE = 1e-5


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
        return np.asarray(special.expit(self.intercept + inputs))

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


def calibrate(
    expected: Floats, past_share: Floats, came_about: Flags, independent: float = 1.0
) -> Calibration | None:
    """The calibration that makes what came about likeliest; None where too little did.

    `independent` is how much of each forecast is its own: those for overlapping days share much.
    """
    true = float(came_about.sum()) * independent
    if true < LEAST_TRUE:
        return None
    if came_about.all():
        # As sure as so many cases allow, whatever there is to expect.
        fitted = Calibration(log((true + 0.5) / 0.5), 0.0, 0.0)
    else:
        fitted = _fit(expected, past_share, came_about)
    judged = judge(fitted.probability(expected, past_share), came_about, independent)
    usual = float(came_about.var())
    return replace(
        fitted,
        bins=judged.bins,
        forecasts=judged.forecasts,
        came_about=judged.came_about,
        brier=judged.brier,
        brier_skill=1 - judged.brier / usual if usual else 0.0,
        auc=judged.auc,
    )


def _fit(expected: Floats, past_share: Floats, came_about: Flags) -> Calibration:
    inputs = np.stack([np.ones(len(expected)), np.log(expected), np.log(past_share)], axis=1)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = inputs @ weights
        penalty = RIDGE * np.square(weights[1:]).sum()
        slope = inputs.T @ (special.expit(logits) - came_about) / len(came_about)
        slope[1:] += 2 * RIDGE * weights[1:]
        return float((np.logaddexp(0, logits) - came_about * logits).mean() + penalty), slope

    bounds = [(None, None), (0, None), (0, None)]
    found = optimize.minimize(loss, np.zeros(3), jac=True, method="L-BFGS-B", bounds=bounds)
    intercept, slope, share = map(float, found.x)
    return Calibration(intercept, slope, share)
