"""Candidates."""

import pytest

from app.recommendations.candidates import scope_of, suggest
from app.scoring.facts import Participant, Proposal, World


@pytest.mark.parametrize(
    ("actors", "scope"),
    [
        (["a"], "unilateral"),
        (["a", "a-office"], "unilateral"),
        (["a", "b"], "bilateral"),
        (["a-office", "b", "c"], "trilateral"),
        (["a", "b", "c", "d"], "multilateral"),
    ],
)
def test_the_level_counts_whom_the_principals_act_for(actors: list[str], scope: str) -> None:
    world = World(lineage={"a-office": ("a-office", "a")}, names={})
    participants = tuple(Participant(a, "counterpart") for a in actors)
    observer = Participant("z", "observer")
    view = Proposal("p", "p", "p", ("d",), (*participants, observer))
    assert scope_of(view, world) == scope


def test_suggestions_come_from_ids_and_names() -> None:
    names = {"JPN": "Japan", "KOR": "South Korea", "jpn-mod": "Ministry of Defense of Japan"}
    assert suggest("jpn", names)[0] == "JPN"
    assert suggest("japan", names)[0] == "JPN"
    assert suggest("south-korea", names) == ("KOR",)
    assert suggest("zzz", names) == ()
