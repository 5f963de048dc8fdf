"""How past events raise the rate of further ones: the parameters of a Hawkes process."""

from dataclasses import dataclass

import numpy as np

from app.forecasting.events import Floats, Ints

HALF_LIVES_DAYS = np.array([1.0, 3.0, 10.0, 30.0, 100.0, np.inf])


@dataclass(frozen=True, slots=True)
class Excitation:
    """The parameters: `base` (types), `weights` (half-lives x past types x types), a day each.

    `base` holds for groups that have a past; it says nothing of others.
    """

    base: Floats
    weights: Floats
    log_likelihood: float = float("nan")

    def over(self, wanted: Ints, days: int) -> tuple[float, Floats]:
        """What the wanted types add up to within so many days, if nothing happens meanwhile.

        The base's part, and for an event of each past type (rows) and half-life (columns) its part.
        """
        lasting = sum(np.exp2(-day / HALF_LIVES_DAYS) for day in range(days))
        parts = self.weights[:, :, wanted].sum(axis=2).T * lasting
        return float(self.base[wanted].sum()) * days, parts
