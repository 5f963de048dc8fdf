"""Fitting calibrations to what came about."""

from dataclasses import replace
from math import log

import numpy as np
from scipy import optimize, special

from app.forecasting.calibration import Calibration
from app.forecasting.events import Flags, Floats
from app.forecasting.probability import judge

# Times that it came about which a calibration needs, each on its own.
LEAST_TRUE = 30
RIDGE = 1e-5


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
