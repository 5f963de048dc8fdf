"""The back-test of probabilities."""

import numpy as np
import pytest

from app.forecasting.hawkes import Past
from app.forecasting.learning import PairModel
from app.forecasting.pair_backtest import judge_pairs
from app.forecasting.pairs import Target
from tests.forecasting.test_learning import EVENTS, TARGET, make_model


def pasts() -> tuple[Past, Past]:
    return Past(EVENTS, EVENTS.actors), Past(EVENTS, EVENTS.actors)


def test_the_model_is_judged_beside_what_is_known_without_one() -> None:
    found = judge_pairs(pasts(), make_model(), 0, TARGET, (300, 400, 500))
    assert found is not None
    assert found.model.forecasts == found.climatology.forecasts == found.persistence.forecasts
    assert found.skill_against_climatology == found.model.skill_against(found.climatology)
    assert found.skill_against_climatology > 0
    assert found.skill_against_persistence > 0
    assert 0.5 < found.persistence.auc < found.model.auc


def test_what_comes_after_the_judged_days_changes_nothing() -> None:
    whole = judge_pairs(pasts(), make_model(), 0, TARGET, (300, 400, 450))
    cut = EVENTS.between(0, 450)
    short = (Past(cut, cut.actors), Past(cut, cut.actors))
    assert judge_pairs(short, make_model(), 0, TARGET, (300, 400, 450)) == whole


def test_a_target_that_was_not_learned_has_no_report() -> None:
    model = PairModel(make_model().excitation, (None,))
    assert judge_pairs(pasts(), model, 0, TARGET, (300, 400, 500)) is None


@pytest.mark.parametrize("days", [101, 300])
def test_a_horizon_beyond_the_judged_days_has_no_report(days: int) -> None:
    target = Target(np.array([0]), days)
    assert judge_pairs(pasts(), make_model(), 0, target, (300, 400, 500)) is None
