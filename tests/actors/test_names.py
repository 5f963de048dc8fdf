"""Search keys of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actors.names import to_search_key


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Côte d'Ivoire", "cote d ivoire"),
        ("U.S.", "us"),
        ("Türkiye", "TURKIYE"),
        ("Korea, Republic of", "korea republic of"),
        ("  South   Korea ", "South-Korea"),
    ],
)
def test_case_accents_and_punctuation_do_not_matter(name: str, other: str) -> None:
    assert to_search_key(name) == to_search_key(other)


@given(st.text())
def test_a_search_key_is_its_own_search_key(name: str) -> None:
    key = to_search_key(name)
    assert to_search_key(key) == key
