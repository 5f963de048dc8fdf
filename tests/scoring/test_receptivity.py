"""Receptivity: the least likely counterpart, unknown where little is known, and what drives it."""

from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from app.forecasting.calibration import Calibration
from app.forecasting.events import LEAST_DAYS, LEAST_EVENTS
from app.forecasting.excitation import HALF_LIVES_DAYS, Excitation
from app.forecasting.runs import OneRun, Run, Wanted
from app.scoring import facts
from app.scoring.assessment import Assessment, Question
from app.scoring.momentum import STALE_DAYS
from app.scoring.receptivity import NAMED_ACTS, WANTED, Engagement, engage, receptivity

DAY = date(2020, 6, 1)
SINCE = DAY - timedelta(days=500)
RUN = Run(
    kinds=(("CONSULT", 1), ("ACCUSE", 3)),
    first_day=(DAY - timedelta(days=500)).toordinal(),
    last_day=DAY.toordinal(),
    excitation=Excitation(np.full(4, 0.001), np.full((len(HALF_LIVES_DAYS), 4, 4), 0.001)),
    calibrations={WANTED: Calibration(0.2, 1.0, 0.1)},
)

RUNS = OneRun("run-1", RUN)


def told(actor: str, recipient: str, days_ago: int, event_type: str = "CONSULT") -> facts.DyadDay:
    day = DAY - timedelta(days=days_ago)
    return facts.DyadDay(
        ref=f"event:feed.{actor}{recipient}{days_ago}",
        actor_id=actor,
        recipient_id=recipient,
        own_day=day,
        quad_class=1 if event_type == "CONSULT" else 3,
        event_type=event_type,
        domain_id=None,
        events=1,
        publishers=1,
        cooperative=100,
        conflictual=0,
    )


def ask(
    *series: facts.DyadDay,
    participants: tuple[tuple[str, facts.Role], ...] = (("A", "initiator"), ("B", "counterpart")),
    run: Run | None = RUN,
    lag_days: int = 0,
) -> Assessment:
    grouped: dict[frozenset[str], tuple[facts.DyadDay, ...]] = {}
    for day in sorted(series, key=lambda d: d.own_day):
        pair = frozenset({day.actor_id, day.recipient_id})
        grouped[pair] = (*grouped.get(pair, ()), day)
    world = facts.World(
        lineage=MappingProxyType({}),
        names={},
        series=grouped,
        told=((SINCE, 200), (DAY - timedelta(days=lag_days), 200)),
        runs=None if run is None else OneRun("run-1", run),
    )
    view = facts.Proposal(
        proposal_id="p",
        slug="p",
        title="P",
        domain_ids=(),
        participants=tuple(facts.Participant(a, role) for a, role in participants),
    )
    return receptivity(view, Question(world, DAY))


OTHER = facts.replace(RUN, calibrations={Wanted("AID", "actor", 7): Calibration(0.2, 1.0, 0.1)})
MANY = [told("A", "B", n) for n in range(LEAST_EVENTS + 8)]
FEW = [told("A", "C", 90 + n) for n in range(LEAST_EVENTS)]


def test_it_is_the_probability_and_its_inputs_add_up() -> None:
    found = ask(*MANY)
    forecast = RUN.forecast([], WANTED, DAY.toordinal() + 1, SINCE.toordinal())
    assert found.known
    assert found.low <= found.value <= found.high
    assert found.value > forecast.probability
    assert len(found.inputs) == NAMED_ACTS + 1
    told_in_all = found.figures["base"] + sum(i.value for i in found.inputs)
    assert told_in_all == pytest.approx(found.figures["expected"], abs=1e-3)
    assert found.inputs[0].ref == "event:feed.AB0"
    assert found.inputs[0].value >= found.inputs[1].value


def test_of_several_counterparts_it_is_the_least_likely() -> None:
    roles = (("A", "initiator"), ("B", "counterpart"), ("C", "counterpart"))
    found = ask(*MANY, *FEW, participants=roles)
    alone = ask(*FEW, participants=(("A", "initiator"), ("C", "counterpart")))
    assert found.value == alone.value < ask(*MANY).value


def test_of_several_initiators_the_likeliest_counts() -> None:
    roles = (("A", "initiator"), ("D", "initiator"), ("B", "counterpart"))
    assert ask(*MANY, participants=roles).value == ask(*MANY).value


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"run": None}, "no_run"),
        ({"run": OTHER}, "not_calibrated"),
        ({"lag_days": STALE_DAYS + 1}, "not_watched"),
        ({"participants": (("A", "initiator"), ("Z", "counterpart"))}, "too_little_history"),
        (
            {"participants": (("A", "initiator"), ("B", "counterpart"), ("Z", "counterpart"))},
            "too_little_history",
        ),
        ({"participants": (("A", "initiator"),)}, "too_little_history"),
        ({"participants": (("A", "initiator"), ("A", "counterpart"))}, "too_little_history"),
    ],
)
def test_what_is_not_known_is_unknown_and_never_low(changes: dict[str, Any], why: str) -> None:
    found = ask(*MANY, **changes)
    assert not found.known
    assert found.why == why
    assert (found.low, found.high) == (0.0, 1.0)


def test_too_few_acts_are_unknown() -> None:
    assert not ask(*MANY[: LEAST_EVENTS - 1]).known


def test_an_act_counts_once_a_day_however_often_it_is_told() -> None:
    assert ask(*MANY, *MANY[:3]).value == ask(*MANY).value


def test_what_is_dated_later_counts_for_nothing() -> None:
    assert ask(*MANY, told("B", "A", -3)).value == ask(*MANY).value


def test_a_changed_world_remembers_nothing_of_the_one_before() -> None:
    world = facts.World(
        lineage={},
        names={},
        series={frozenset("AB"): tuple(MANY)},
        told=((SINCE, 200), (DAY, 200)),
        runs=RUNS,
    )
    whole = engage(Question(world, DAY), WANTED, "A", "B")
    assert isinstance(whole, Engagement)
    assert engage(Question(world, DAY), WANTED, "A", "B") is whole
    changed = facts.replace(world, series={frozenset("AB"): tuple(MANY[1:])})
    rest = engage(Question(changed, DAY), WANTED, "A", "B")
    assert isinstance(rest, Engagement)
    (share,) = (s for s in whole.forecast.shares if whole.days[s.act] is MANY[0])
    assert rest.forecast.probability == pytest.approx(share.without, abs=1e-12)


def test_feeds_that_tell_of_few_days_are_not_enough() -> None:
    for days, known in ((LEAST_DAYS, True), (LEAST_DAYS - 1, False)):
        world = facts.World(
            lineage={},
            names={},
            series={frozenset("AB"): tuple(MANY)},
            told=((DAY + timedelta(days=1 - days), 200), (DAY, 200)),
            runs=RUNS,
        )
        found = engage(Question(world, DAY), WANTED, "A", "B")
        assert isinstance(found, Engagement) == known
