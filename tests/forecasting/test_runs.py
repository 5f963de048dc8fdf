"""Forecasts of one dyad: shares add up, and leaving an act out does exactly what was said."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forecasting.calibration import Bin, Calibration
from app.forecasting.events import LEAST_EVENTS
from app.forecasting.excitation import HALF_LIVES_DAYS, Excitation
from app.forecasting.runs import ANY, Act, Kind, Run, Wanted, find_types, is_known, list_types

KINDS: tuple[Kind, ...] = ((None, 1), ("CONSULT", 1), ("AID", 2), ("ACCUSE", 3))
DAY = date(2020, 6, 1).toordinal()
SINCE = DAY - 400
WANTED = Wanted(ANY, "actor", 30)
RNG = np.random.default_rng(6)
RUN = Run(
    kinds=KINDS,
    first_day=DAY - 400,
    last_day=DAY - 1,
    excitation=Excitation(RNG.random(8) / 100, RNG.random((len(HALF_LIVES_DAYS), 8, 8)) / 100),
    calibrations={
        Wanted(event_type, side, 30): Calibration(
            0.5, 1.1, 0.2, (Bin(0, 0.5, 90, 0.2, 0.2, 0.15, 0.25), Bin(0.5, 1, 9, 0.8, 0.9, 0.7, 1))
        )
        for event_type in (ANY, "AID")
        for side in ("actor", "either")
    },
)
ACTS = st.lists(
    st.builds(
        Act,
        is_own=st.booleans(),
        kind=st.sampled_from(KINDS),
        day=st.integers(DAY - 390, DAY + 3),
    ),
    max_size=12,
    unique=True,
)


@given(ACTS, st.sampled_from(list(RUN.calibrations)))
def test_shares_and_base_add_up(acts: list[Act], wanted: Wanted) -> None:
    found = RUN.forecast(acts, wanted, DAY, SINCE)
    assert found.base + sum(s.expected for s in found.shares) == pytest.approx(found.expected)
    assert 0 <= found.low <= found.probability <= found.high <= 1
    assert len(found.shares) == sum(act.day < DAY for act in acts)


@given(ACTS.filter(bool), st.data())
def test_without_an_act_it_is_what_was_said(acts: list[Act], data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from(list(RUN.calibrations)))
    whole = RUN.forecast(acts, wanted, DAY, SINCE)
    for share in whole.shares:
        rest = RUN.forecast([a for n, a in enumerate(acts) if n != share.act], wanted, DAY, SINCE)
        assert whole.expected - rest.expected == pytest.approx(share.expected, abs=1e-12)
        assert rest.probability == pytest.approx(share.without, abs=1e-12)


# Calibrated so that each on its own would contradict the others.
APART = replace(
    RUN,
    calibrations={
        Wanted("AID", side, days): Calibration(RNG.normal(), 1.1, 0.2)
        for side in ("actor", "either")
        for days in (1, 7, 30)
    },
)


@given(ACTS.filter(bool), st.sampled_from([1, 7, 30]))
def test_what_includes_something_is_at_least_as_likely(acts: list[Act], days: int) -> None:
    turned = [replace(act, is_own=not act.is_own) for act in acts]
    wanted = Wanted("AID", "either", days)
    either = APART.forecast(acts, wanted, DAY, SINCE)
    parts = [
        APART.forecast(of, Wanted("AID", side, fewer), DAY, SINCE).probability
        for of, side in ((acts, "either"), (acts, "actor"), (turned, "actor"))
        for fewer in (1, 7, 30)
        if fewer <= days
    ]
    assert either.probability == max(parts)
    assert either.low <= either.probability <= either.high
    for share in either.shares:
        rest = [act for n, act in enumerate(acts) if n != share.act]
        found = APART.forecast(rest, wanted, DAY, SINCE)
        assert found.probability == pytest.approx(share.without, abs=1e-12)


@given(ACTS)
def test_what_is_on_the_day_or_later_counts_for_nothing(acts: list[Act]) -> None:
    before = [act for act in acts if act.day < DAY]
    whole, known = (RUN.forecast(a, WANTED, DAY, SINCE) for a in (acts, before))
    assert (whole.probability, whole.expected) == (known.probability, known.expected)


def test_a_kind_that_was_never_learned_changes_nothing() -> None:
    stranger = Act(is_own=True, kind=("SANCTION", 4), day=DAY - 2)
    assert RUN.forecast([stranger], WANTED, DAY, SINCE) == RUN.forecast([], WANTED, DAY, SINCE)


def test_of_either_side_more_is_expected_than_of_one() -> None:
    acts = [Act(is_own=own, kind=("AID", 2), day=DAY - 2) for own in (True, False)]
    one, either = (
        RUN.forecast(acts, Wanted("AID", side, 30), DAY, SINCE) for side in ("actor", "either")
    )
    assert either.expected > one.expected
    assert either.past_share == one.past_share  # both acts were on the same day


def test_what_is_not_calibrated_is_refused() -> None:
    with pytest.raises(KeyError):
        RUN.forecast([], Wanted(ANY, "actor", 7), DAY, SINCE)


def test_any_is_all_that_is_cooperative() -> None:
    assert find_types(KINDS, ANY).tolist() == [0, 1, 2]
    assert find_types(KINDS, "ACCUSE").tolist() == [3]
    assert list_types(KINDS, Wanted("AID", "either", 30)).tolist() == [2, 6]


def test_few_acts_are_not_enough() -> None:
    acts = [Act(is_own=True, kind=("AID", 2), day=DAY - n - 1) for n in range(LEAST_EVENTS)]
    assert is_known(acts, DAY)
    assert not is_known(acts, DAY - 1)
    assert not is_known(acts, DAY + 365)


def test_the_past_counts_for_as_long_as_that_which_was_learned_from() -> None:
    old = Act(is_own=True, kind=("AID", 2), day=DAY - 399)
    assert (
        RUN.forecast([old], WANTED, DAY, DAY - 9000).expected
        > RUN.forecast([], WANTED, DAY, DAY - 9000).expected
    )
    later = DAY + 300
    assert RUN.forecast([old], WANTED, later, SINCE) == RUN.forecast([], WANTED, later, SINCE)


@given(ACTS, st.integers(1, 900), st.integers(0, 400))
def test_shares_of_past_days_are_shares(acts: list[Act], ahead: int, ago: int) -> None:
    found = RUN.forecast(acts, WANTED, DAY + ahead, SINCE - ago)
    assert 0 < found.past_share <= 1.1
