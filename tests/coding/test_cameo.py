import csv
from pathlib import Path

import pytest

from app.coding.cameo import CODES, find_code
from app.coding.plover import QUAD_CLASSES

BOOK = Path(__file__).parents[3] / "shared" / "data" / "cameo_codes.csv"


@pytest.mark.skipif(not BOOK.exists(), reason="the code book is not here")
def test_codes_and_intensities_are_those_of_the_code_book() -> None:
    with BOOK.open() as file:
        book = {r["code"]: round(float(r["goldstein"]) * 100) for r in csv.DictReader(file)}
    assert {c.code: c.hundredths for c in CODES.values()} == book


def test_a_signed_agreement_is_support_and_weighs_more_than_any_promise_to_cooperate() -> None:
    signed = find_code("057")
    assert signed.event_type == "SUPPORT"
    promises = [find_code(c).hundredths for c in ("030", "031", "0311", "032", "036")]
    assert signed.hundredths == 800 > max(promises)


@pytest.mark.parametrize(
    ("code", "event_type", "quad_class"),
    [
        ("010", None, 1),
        ("020", "REQUEST", 1),
        ("036", "AGREE", 1),
        ("0841", "CONCEDE", 2),
        ("0871", "RETREAT", 2),
        ("0862", "RETREAT", 2),
        ("094", "ACCUSE", 3),
        ("1056", "REQUEST", 3),
        ("145", "PROTEST", 4),
        ("163", "SANCTION", 4),
        ("2042", "ASSAULT", 4),
    ],
)
def test_a_code_belongs_to_an_event_type(code: str, event_type: str, quad_class: int) -> None:
    found = find_code(code)
    assert (found.event_type, found.quad_class) == (event_type, quad_class)


def test_a_lost_leading_zero_is_put_back() -> None:
    assert find_code("40").code == "040"
    assert find_code("311").code == "0311"
    assert find_code("112").code == "112"


@pytest.mark.parametrize("code", ["13y", "", "000", "21x", "0999", "---", "4 0"])
def test_a_code_that_does_not_exist_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="no such CAMEO code"):
        find_code(code)


def test_every_event_type_but_those_of_plover_alone_has_codes() -> None:
    assert {c.event_type for c in CODES.values()} - {None} == set(QUAD_CLASSES)
