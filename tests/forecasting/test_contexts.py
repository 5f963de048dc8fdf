"""What questions are about."""

from math import log

import numpy as np
import pytest

from app.forecasting.contexts import HALF_LIFE_DAYS, PRIOR_EVENTS, PRIORS, Repeats, describe
from app.forecasting.events import ask
from app.forecasting.memory import Memory
from tests.forecasting.logs import to_log
from tests.forecasting.test_links import EVENTS_OF_DAY, MEMORY

ROWS = [(0, 0, 1, 0), (0, 0, 1, 0), (0, 1, 1, 2), (0, 0, 1, 5), (2, 0, 1, 5)]
LOG = to_log(ROWS, 3, 2).both_ways()


def make() -> Repeats:
    return Repeats(Memory(LOG, ["A", "B", "C"], np.array([0, 1, 2, 3])))


def test_a_pair_and_a_triple_were_seen_from_the_day_after() -> None:
    repeats = make()
    own = LOG.types < 2
    rows = list(zip(LOG.actors[own], LOG.types[own], LOG.days[own], strict=True))
    found = dict(zip(rows, zip(repeats.pairs[own], repeats.triples[own], strict=True), strict=True))
    assert found[0, 0, 0] == (False, False)
    assert found[0, 1, 2] == (True, False)
    assert found[0, 0, 5] == (True, True)
    assert found[2, 0, 5] == (False, False)


def test_logits_weigh_what_was_seen_with_what_is_general() -> None:
    repeats = make()
    for day in range(6):
        repeats.see(day)
    acts = repeats.memory.to_acts(np.array([0]), np.array([0]))
    pairs, *_ = (float(found[0]) for found in repeats.list_logits(acts))
    left = {day: 2 ** (-(5 - day) / HALF_LIFE_DAYS) for day in (0, 2, 5)}
    seen, whole = left[2] + left[5], 2 * left[0] + left[2] + left[5]
    more, less = seen + PRIOR_EVENTS * PRIORS[0], whole - seen + PRIOR_EVENTS * (1 - PRIORS[0])
    assert pairs == pytest.approx(log(more / less))


def test_every_question_has_a_row_of_finite_figures() -> None:
    asked = ask(EVENTS_OF_DAY)
    repeats = Repeats(MEMORY)
    found = describe(MEMORY, repeats, asked, 12)
    assert len(found) == len(asked)
    assert np.isfinite(found).all()
    weekdays = found[:, 15:22] if found.shape[1] > 22 else found
    assert set(weekdays.sum(axis=1)) == {1.0}
