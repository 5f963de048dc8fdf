"""Full-text search."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db import read_session
from app.proposals.search import find_matching, to_match_query
from tests.service import Service


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("joint patrol", '"joint" "patrol"*'),
        ('say "joint"', '"say" "joint"*'),
        ("a AND b", '"a" "AND" "b"*'),
        ("- * ()", None),
        ("", None),
    ],
)
def test_every_word_is_quoted(words: str, query: str | None) -> None:
    assert to_match_query(words) == query


def test_inflections_and_beginnings_are_found(small: Service) -> None:
    with read_session(small.engine) as session:
        for words in ("titles", "summaries", "patrols", "patr", "JOINT", "jóint"):
            assert find_matching(session, words) == {"prp-8ff9d2d1445b"}, words
        assert find_matching(session, "joint submarine") == frozenset()


def test_no_words_can_break_the_search(starter: Service) -> None:
    with read_session(starter.engine) as session:

        @settings(max_examples=300, deadline=None)
        @given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60))
        def ask(words: str) -> None:
            find_matching(session, words)

        ask()
