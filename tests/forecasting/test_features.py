"""Candidates and what speaks for them."""

import numpy as np

from app.forecasting.events import ask
from app.forecasting.features import BENT, OF_COUNTS, look_at
from app.forecasting.memory import TRIPLE
from tests.forecasting.test_links import EVENTS_OF_DAY, MEMORY

ASKED = ask(EVENTS_OF_DAY)
FOUND = look_at(MEMORY, ASKED, 12)


def test_each_feature_has_a_name_of_its_own_and_is_a_number() -> None:
    assert len(set(FOUND.names)) == len(FOUND.names) == FOUND.features.shape[2]
    assert np.isfinite(FOUND.features.astype(float)).all()
    assert set(BENT) <= set(FOUND.names)


def test_candidates_are_the_best_of_the_first_look() -> None:
    for who, scores in zip(FOUND.who, FOUND.first_look, strict=True):
        assert len(set(who.tolist())) == len(who)
        others = np.setdiff1d(np.arange(8), who)
        assert scores[others].max(initial=0) <= scores[who].min()


def test_a_count_is_the_logarithm_of_what_was_counted() -> None:
    place = FOUND.names.index("count actor type actor 5")
    acts = MEMORY.to_acts(np.repeat(ASKED.actors, 7), np.repeat(ASKED.types, 7), FOUND.who.ravel())
    counts, rows = MEMORY.count(TRIPLE, acts)
    expected = np.log(counts.states[rows, 5] + OF_COUNTS)
    np.testing.assert_allclose(FOUND.features[:, :, place].ravel(), expected, rtol=2e-3, atol=2e-3)


def test_flags_say_who_is_of_one_country() -> None:
    place = FOUND.names.index("one country")
    countries = MEMORY.who.countries
    expected = countries[ASKED.actors][:, np.newaxis] == countries[FOUND.who]
    np.testing.assert_array_equal(FOUND.features[:, :, place] == 1, expected)
