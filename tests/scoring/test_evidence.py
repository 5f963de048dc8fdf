"""What a score's evidence is made of."""

from datetime import date

from app.scoring import facts
from app.scoring.criteria import assess
from app.scoring.evidence import EvidenceMix, find_strongest, mix_evidence
from tests.scoring.builders import DAY, attempt, evidence, proposal, question


def mix(*claims: facts.Evidence) -> EvidenceMix:
    part = facts.replace(attempt("held"), evidence=claims)
    view = facts.view_as_of(proposal(attempts=(part,), transitions=()), DAY)
    return mix_evidence(view, assess(view, question()))


def claim(number: int, **more: object) -> facts.Evidence:
    return evidence(f"evidence:{number}", **more)  # type: ignore[arg-type]


def test_claims_count_once_by_publisher_language_and_side() -> None:
    found = mix(
        claim(1, publisher="One", language="ja", side="a"),
        claim(2, publisher="One", language="en", side="b"),
        claim(3, publisher="Two", language="en"),
    )
    assert len(found.claims) == 3
    assert found.publishers == (("One", 2), ("Two", 1))
    assert found.languages == (("en", 2), ("ja", 1))
    assert found.sides == ((None, 1), ("a", 1), ("b", 1))
    assert found.one_sided is None


def test_one_publisher_alone_is_one_sided_from_two_claims_on() -> None:
    assert mix(claim(1)).one_sided is None
    assert mix(claim(1), claim(2)).one_sided == "publisher"


def test_one_side_alone_is_one_sided_unless_somebody_of_no_side_speaks() -> None:
    own = [claim(1, publisher="One", side="a"), claim(2, publisher="Two", side="a")]
    assert mix(*own).one_sided == "side"
    assert mix(*own, claim(3, publisher="Three")).one_sided is None


def test_the_strongest_against_has_the_best_grade_and_is_the_latest_among_equals() -> None:
    weak = claim(1, supports=False, reliability="C")
    old = claim(2, supports=False, reliability="B")
    new = claim(3, supports=False, reliability="B", available_on=date(2020, 2, 1))
    assert find_strongest([weak, old, new]) == new
    assert find_strongest([]) is None
    found = mix(claim(9), weak, old, new)
    assert found.strongest_against == new
    assert set(found.against) == {weak, old, new}
