"""Full-text search, by both engines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db import read_session
from app.proposals.search import find_matching, to_words
from tests.catalogues import catalogue, proposal
from tests.service import Service


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Joint patrol", ["joint", "patrol"]),
        ('say "joint"', ["say", "joint"]),
        ("a AND b:*", ["a", "and", "b"]),
        ("Côte d'Ivoire", ["cote", "d", "ivoire"]),
        ("under_score", ["under", "score"]),
        ("- * ()", []),
        ("", []),
    ],
)
def test_words_are_letters_and_digits_alone(text: str, words: list[str]) -> None:
    assert to_words(text) == words


def test_inflections_and_beginnings_are_found(both: Service) -> None:
    own = both.snapshot().entries["proposal"]["prp-8ff9d2d1445b"].number
    with read_session(both.engine) as session:
        for words in ("titles", "summaries", "patrols", "patr", "JOINT", "jóint", "title of"):
            assert find_matching(session, words) == {own}, words
        assert find_matching(session, "joint submarine") == frozenset()


def test_a_past_state_is_searched_as_it_was(both: Service) -> None:
    then = both.get("/v1/proposals").json()["meta"]["known_at"]
    both.load(catalogue(proposal(title="Icebreakers")))
    assert [i["title"] for i in both.items(q="icebreaker")] == ["Icebreakers"]
    assert both.items(q="title") == []
    assert both.items(q="icebreaker", known_at=then) == []
    assert [i["title"] for i in both.items(q="title", known_at=then)] == ["Title of joint-patrol"]


def test_no_words_can_break_the_search(both: Service) -> None:
    with read_session(both.engine) as session:

        @settings(max_examples=200, deadline=None)
        @given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60))
        def ask(words: str) -> None:
            find_matching(session, words)

        ask()
