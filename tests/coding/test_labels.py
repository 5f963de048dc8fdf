"""CAMEO's labels lead to their root codes."""

import csv
from pathlib import Path

import pytest

from app.coding.labels import find_root

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.parametrize(
    ("label", "root"),
    [
        ("Make_statement", "01"),
        ("Make_an_appeal_or_request", "02"),
        ("Make_a_visit", "04"),
        ("Engage_in_diplomatic_cooperation", "05"),
        ("Engage_in_material_cooperation", "06"),
        ("Engage in mass killings", "20"),
        ("Demonstrate_or_rally", "14"),
        ("Demonstrate_military_or_police_power", "15"),
        ("Expel_or_withdraw_peacekeepers", "16"),
        ("Expel_or_deport_individuals", "17"),
        ("fight with artillery", "19"),
    ],
)
def test_the_longest_beginning_decides(label: str, root: str) -> None:
    assert find_root(label) == root


def test_what_is_no_label_is_refused() -> None:
    with pytest.raises(ValueError, match="label"):
        find_root("Sing a song")


@pytest.mark.skipif(not SHARED.exists(), reason="the code book is not here")
def test_every_label_of_the_code_book_leads_to_its_root() -> None:
    with (SHARED / "cameo_codes.csv").open(encoding="utf-8") as file:
        rows = [(row["name"], row["root_code"]) for row in csv.DictReader(file)]
    assert len(rows) > 300
    assert [(name, find_root(name), root) for name, root in rows if find_root(name) != root] == []
