"""The Hawkes process: states, rates, shares and the fit."""

import numpy as np
import pytest

from app.forecasting.events import EventLog, Floats
from app.forecasting.excitation import HALF_LIVES_DAYS, Excitation
from app.forecasting.hawkes import Past, fit
from tests.forecasting.logs import make_log


def dyads(events: EventLog) -> Past:
    return Past(events, events.actors * events.n_actors + events.recipients)


def excitation(types: int, seed: int = 3) -> Excitation:
    rng = np.random.default_rng(seed)
    return Excitation(rng.random(types), rng.random((len(HALF_LIVES_DAYS), types, types)))


def rate(events: EventLog, by: Excitation, dyad: tuple[int, int], kind: int, day: int) -> float:
    """The rate without the base, from its definition."""
    total = 0.0
    for actor, what, recipient, when in zip(
        events.actors, events.types, events.recipients, events.days, strict=True
    ):
        if (actor, recipient) == dyad and when < day:
            left = 2.0 ** (-(day - 1 - when) / HALF_LIVES_DAYS)
            total += float((by.weights[:, what, kind] * left).sum())
    return total


def test_rates_are_those_of_the_definition_on_every_day() -> None:
    events = make_log().both_ways()
    by, past = excitation(events.n_types), dyads(events)
    for day in (0, 1, 7, 20, 39, 60):
        past.see_until(day)
        groups = np.array([0, 1, 7, 35, 7, 99])
        types = np.array([0, 1, 2, 3, 4, 5])
        found = past.intensities(by, groups, types, day)
        expected = [
            rate(events, by, divmod(int(g), 6), int(k), day)
            for g, k in zip(groups, types, strict=True)
        ]
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_nothing_of_the_day_or_later_moves_a_rate() -> None:
    events, noise = make_log().both_ways(), make_log(seed=9).both_ways()
    by, day = excitation(events.n_types), 20
    groups, types = np.repeat(np.arange(36), 6), np.tile(np.arange(6), 36)
    kept, other = events.between(0, day), noise.between(day, 99)
    mixed = EventLog(
        *(np.concatenate([getattr(kept, n), getattr(other, n)]) for n in _COLUMNS), 6, 6
    )
    found = []
    for log in (events, mixed):
        past = dyads(log)
        past.see_until(day)
        found.append(past.intensities(by, groups, types, day))
    np.testing.assert_array_equal(*found)


_COLUMNS = ("actors", "types", "recipients", "days")


def test_without_an_event_a_rate_is_lower_by_exactly_its_share() -> None:
    events = make_log().both_ways()
    by, day = excitation(events.n_types), 30
    group = np.array([events.actors[4] * 6 + events.recipients[4]])
    without = events.choose(np.arange(len(events)) != 4)
    rates = []
    for log in (events, without):
        past = dyads(log)
        past.see_until(day)
        rates.append(past.intensities(by, group, np.array([2]), day)[0])
    left = 2.0 ** (-(day - 1 - events.days[4]) / HALF_LIVES_DAYS)
    share = (by.weights[:, events.types[4], 2] * left).sum()
    assert rates[0] - rates[1] == pytest.approx(share, rel=1e-10)


def test_over_some_days_rates_are_added_up() -> None:
    by = excitation(3)
    base, parts = by.over(np.array([0, 2]), 4)
    assert base == pytest.approx(4 * (by.base[0] + by.base[2]))
    by_day = [2.0 ** (-n / HALF_LIVES_DAYS) for n in range(4)]
    lasting = np.sum(by_day, axis=0)
    for kind in range(3):
        wanted = (by.weights[:, kind, 0] + by.weights[:, kind, 2]) * lasting
        np.testing.assert_allclose(parts[kind], wanted)


def test_days_never_seen_leave_a_group_without_a_rate() -> None:
    past = dyads(make_log())
    assert past.intensities(excitation(3), np.array([0]), np.array([0]), 0).tolist() == [0]
    owners, rows = past.find(np.array([0, 10_000]))
    assert len(owners) == len(rows) == 0


def test_the_fit_finds_what_made_the_events() -> None:
    by = Excitation(np.array([0.01, 0.002]), np.zeros((len(HALF_LIVES_DAYS), 2, 2)))
    by.weights[1, 0, 0], by.weights[1, 0, 1] = 0.08, 0.15
    events = simulate(by, groups=60, days=400)
    past = Past(events, events.actors)
    past.see_until(20)
    found = fit(past, 20, 400, np.array([0, 1]), rounds=60)
    # What one event brings about in all, whatever the half-life it is told by.
    assert _total(found)[0, 0] == pytest.approx(_total(by)[0, 0], abs=0.1)
    assert _total(found)[0, 1] == pytest.approx(_total(by)[0, 1], abs=0.15)
    assert _total(found)[1].max() < 0.15
    assert found.base[1] < found.base[0]


def _total(by: Excitation) -> Floats:
    lasting = 1 / (1 - 2.0 ** (-1 / HALF_LIVES_DAYS[:-1]))
    total: Floats = (by.weights[:-1] * lasting[:, np.newaxis, np.newaxis]).sum(axis=0)
    return total


def simulate(by: Excitation, groups: int, days: int) -> EventLog:
    """Events drawn from the process, a first one in each group."""
    rng = np.random.default_rng(8)
    states = np.zeros((groups, len(HALF_LIVES_DAYS), 2))
    rows = list[tuple[int, int, int]]()
    for day in range(days):
        rates = by.base + np.einsum("gdj,djk->gk", states, by.weights)
        counts = rng.poisson(rates) if day else np.tile([1, 0], (groups, 1))
        for group, kind in zip(*np.nonzero(counts), strict=True):
            rows += [(int(group), int(kind), day)] * int(counts[group, kind])
        states = states * 2.0 ** (-1 / HALF_LIVES_DAYS)[:, np.newaxis] + counts[:, np.newaxis, :]
    who, kinds, when = np.array(rows).T
    return EventLog(who.copy(), kinds.copy(), who.copy(), when.copy(), groups, 2)


def test_the_fit_is_likelier_than_what_it_begins_with() -> None:
    events = make_log(events=900).both_ways()
    likelihoods = []
    for rounds in (1, 5, 25):
        past = dyads(events)
        past.see_until(5)
        likelihoods.append(fit(past, 5, 40, np.arange(6) // 3, rounds).log_likelihood)
    assert likelihoods == sorted(likelihoods)
