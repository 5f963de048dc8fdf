from dataclasses import replace

import pytest

from app.coding import domains
from app.coding.read import read_rows
from app.coding.report import Party, Report
from tests.coding.builders import icews_file

USUAL = next(row for _, row in read_rows("icews", icews_file({})) if isinstance(row, Report))


def find_domain(report: Report) -> tuple[str, str] | None:
    sectors = report.actor.sectors, report.recipient.sectors
    return domains.find_domain(report.code, report.contexts, *sectors)


@pytest.mark.parametrize(
    ("code", "domain"),
    [
        ("0312", "security"),
        ("0331", "development"),
        ("0333", "disaster"),
        ("061", "trade"),
        ("0871", "security"),
        ("064", "security.information-sharing"),
        ("1213", "justice"),
    ],
)
def test_a_code_that_names_a_field_says_the_domain(code: str, domain: str) -> None:
    found = find_domain(replace(USUAL, code=code))
    assert found is not None
    assert found[0] == domain
    assert found[1].startswith("CAMEO code")


def test_most_codes_say_nothing_of_a_domain() -> None:
    for code in ("040", "057", "112", "190", "03", "030"):
        assert find_domain(replace(USUAL, code=code)) is None


def test_contexts_say_the_domain_and_weapons_are_not_civil_nuclear_power() -> None:
    report = replace(USUAL, code="CONSULT", contexts=("election", "cbrn", "military"))
    assert find_domain(report) == ("security.non-proliferation", "PLOVER context cbrn")


def test_ministries_say_the_domain_only_where_both_sides_have_the_same() -> None:
    defence = Party("Defence", "Japan", sectors=("Government", "Defense / Security Ministry"))
    assert find_domain(replace(USUAL, actor=defence)) is None
    both = replace(USUAL, actor=defence, recipient=defence)
    assert find_domain(both) == ("security", "both sides are Defense / Security Ministry")
