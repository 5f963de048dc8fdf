"""Items by other weights are those that would be made anew."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import read_session
from app.recommendations.board import Board, make_board
from app.recommendations.candidates import Filters, select_candidates
from app.recommendations.dossier import get_dossier
from app.recommendations.present import reweigh, to_ranked
from app.revisions.snapshot import load_snapshot
from app.scoring.assessment import CRITERIA, JOINT, Question
from app.scoring.profiles import BALANCED, own_weights
from tests.service import TODAY, Service

WEIGHTS = st.dictionaries(st.sampled_from(CRITERIA), st.integers(1, 1000), min_size=1)


def boards_of(service: Service, *weights: dict[str, int]) -> list[Board]:
    with read_session(service.engine) as session:
        dossier = get_dossier(load_snapshot(session))
        question = Question(dossier.world, TODAY, JOINT)
        candidates = select_candidates(dossier, Filters(), question)
    profiles = [own_weights(w) if w else BALANCED for w in weights]
    return [make_board(candidates, question, profile) for profile in profiles]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WEIGHTS, WEIGHTS)
def test_an_item_is_weighed_anew(
    starter: Service, one: dict[str, int], other: dict[str, int]
) -> None:
    first, second = boards_of(starter, one, other)
    assert len(first.rows) > 10
    for row in range(len(first.rows)):
        item = to_ranked(first.scored(row), first.question, first.profile)
        before = item.model_dump_json()
        expected = to_ranked(second.scored(row), second.question, second.profile)
        found = reweigh(item, second.scored(row), second.profile)
        assert found.model_dump_json() == expected.model_dump_json()
        assert item.model_dump_json() == before
