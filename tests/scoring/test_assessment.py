"""Assessments."""

from app.scoring.assessment import CRITERIA, Assessment, unknown
from app.scoring.criteria import ASSESSORS, METHODS
from app.scoring.explain import EXPLAINERS


def test_an_unknown_value_may_lie_anywhere() -> None:
    assessment = unknown("momentum")
    assert (assessment.low, assessment.high, assessment.known) == (0.0, 1.0, False)


def test_zero_is_known() -> None:
    assert Assessment("momentum", 0.0, 0.0, 0.0).known


def test_every_criterion_has_a_way_to_assess_to_explain_and_to_say_how() -> None:
    assert len(CRITERIA) == 8
    assert tuple(ASSESSORS) == tuple(METHODS) == tuple(EXPLAINERS) == CRITERIA
