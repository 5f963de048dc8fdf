"""Items that are joined from parts are those that would be made anew."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import read_session
from app.recommendations.board import Board, make_board
from app.recommendations.candidates import Filters, select_candidates
from app.recommendations.dossier import get_dossier
from app.recommendations.present import to_ranked
from app.recommendations.render import cut, fill, render_item
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
def test_the_parts_of_an_item_hold_for_all_weights(
    starter: Service, one: dict[str, int], other: dict[str, int]
) -> None:
    first, second = boards_of(starter, one, other)
    assert len(first.rows) > 10
    for row in range(len(first.rows)):
        parts = cut(to_ranked(first.scored(row), first.question, first.profile))
        for board in (second, first):
            expected = to_ranked(board.scored(row), board.question, board.profile)
            assert fill(parts, board.scored(row), board.profile) == expected.model_dump_json()


def test_an_item_is_cut_at_its_rank(starter: Service) -> None:
    (board,) = boards_of(starter, {})
    for row in range(len(board.rows)):
        scored = board.scored(row)
        expected = to_ranked(scored, board.question, board.profile)
        head, tail = render_item(scored, board.question, board.profile)
        assert head + str(expected.rank).encode() + tail == expected.model_dump_json().encode()
