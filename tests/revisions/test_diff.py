"""Differences between two states of a record."""

from app.proposals.models import ProposalCreate
from app.revisions.diff import list_differences, to_line
from app.sources.models import SourceCreate
from tests.catalogues import REPORT, evidence, judgement, proposal

BEFORE = ProposalCreate.model_validate(proposal())


def lines(**changes: object) -> list[str]:
    after = ProposalCreate.model_validate(proposal(**changes))
    return [to_line(d) for d in list_differences(BEFORE, after)]


def test_nothing_changed_is_nothing_told() -> None:
    assert lines() == []
    assert list_differences(None, BEFORE) == list_differences(BEFORE, None) == []


def test_plain_fields_are_told_before_and_after() -> None:
    assert lines(title="New", next_step="Go") == [
        "/title: Title of joint-patrol -> New",
        "/next_step: added Go",
    ]
    assert lines(obstacles_reviewed_on=None) == ["/obstacles_reviewed_on: removed 2020-01-10"]


def test_parts_are_told_by_their_keys_whatever_their_order() -> None:
    judgements = proposal()["judgements"]
    assert lines(judgements=judgements[::-1]) == []
    changed = [*judgements[1:], judgement("NOR", "gain", "low")]
    assert lines(judgements=changed) == ["/judgements/NOR.gain.2020-01-10/level: high -> low"]
    [removed] = lines(judgements=judgements[1:])
    assert removed.startswith("/judgements/NOR.gain.2020-01-10: removed {")
    assert "rationale" in removed


def test_evidence_is_told_by_its_number() -> None:
    factor = proposal()["factors"][0]
    more = factor | {"evidence": [evidence(), evidence("later-report")]}
    [line] = lines(factors=[more])
    assert line.startswith("/factors/budget/evidence/2: added {claim")


def test_long_texts_are_cut_and_lists_of_words_told_whole() -> None:
    assert lines(domains=["security", "health"]) == [
        "/domains: ['security.patrols'] -> ['security', 'health']"
    ]
    one, other = (SourceCreate.model_validate(REPORT | {"note": c * 100}) for c in "ab")
    [line] = [to_line(d) for d in list_differences(one, other)]
    assert line == f"/note: {'a' * 57}... -> {'b' * 57}..."
