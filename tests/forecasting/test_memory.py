"""What is remembered is what was before, counted by hand."""

import numpy as np

from app.forecasting.keys import Key
from app.forecasting.memory import COUNTED, PAIR, PROCESSES, TRIPLE, Memory
from tests.forecasting.test_links import COARSE, NAMES, make_events

EVENTS = make_events()
DAY = 12


def see(until: int) -> Memory:
    memory = Memory(EVENTS, NAMES, COARSE)
    for day in range(until):
        memory.see(day)
    return memory


def test_counts_of_half_life_infinity_are_how_often_it_happened() -> None:
    memory, past = see(DAY), EVENTS.between(0, DAY)
    acts = memory.to_acts(past.actors, past.types, past.recipients)
    counts, rows = memory.count(TRIPLE, acts)
    told = list(zip(past.actors, past.types, past.recipients, strict=True))
    assert counts.states[rows, 5].tolist() == [told.count(own) for own in told]


def test_pairs_are_counted_whoever_acted() -> None:
    memory, past = see(DAY), EVENTS.between(0, DAY)
    everybody = np.arange(8)
    acts = memory.to_acts(everybody, np.zeros(8, np.int64))
    found = memory.pair_with_anyone(acts, 5).toarray()
    expected = np.zeros((8, 8))
    np.add.at(expected, (past.actors, past.recipients), 1)
    np.testing.assert_array_equal(found, expected)
    own = memory.with_anyone(PAIR, acts, 5).toarray()
    forward = past.types < 3
    expected = np.zeros((8, 8))
    np.add.at(expected, (past.actors[forward], past.recipients[forward]), 1)
    np.testing.assert_array_equal(own, expected)


def test_the_other_side_is_counted_in_the_same_table() -> None:
    memory = see(DAY)
    acts = memory.to_acts(*(np.array([n]) for n in (0, 1, 3)))
    back = memory.to_acts(*(np.array([n]) for n in (0, 4, 3)))
    other: Key = ("actor", "other side", "actor")
    (one, row), (two, place) = memory.count(other, acts), memory.count(PAIR, back)
    np.testing.assert_array_equal(one.states[row], two.states[place])
    assert set(memory.counts) == {key for key in COUNTED if "other side" not in key}


def test_processes_are_fitted_to_what_was_seen_only() -> None:
    memory = see(DAY)
    memory.fit_processes(2, DAY)
    assert memory.excitations.keys() == PROCESSES.keys()
    cut = Memory(EVENTS.between(0, DAY), NAMES, COARSE)
    cut.fit_processes(2, DAY)
    for key, own in memory.excitations.items():
        np.testing.assert_allclose(own.weights, cut.excitations[key].weights, rtol=1e-9)
