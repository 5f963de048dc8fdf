import pytest

from app.coding.parties import acts_for_its_country, list_countries, list_names
from app.coding.report import Party


@pytest.mark.parametrize(
    ("party", "countries"),
    [
        (Party("Ministry (Japan)", "Japan"), ["Japan"]),
        (Party("Citizen (South Korea)"), ["South Korea"]),
        (Party("JAPAN", "JPN", "JPNGOV"), ["JPN"]),
        (Party("BUCHAREST", "ROM", "ROMGOV"), ["ROU", "ROM"]),
        (Party("Police", "the former Yugoslav Republic of Macedonia"), ["MKD"]),
        (Party("European Union"), []),
        (Party("GOVERNMENT", None, "GOV"), ["GOV"]),
    ],
)
def test_a_country_is_found_where_feeds_write_it(party: Party, countries: list[str]) -> None:
    assert list_countries(party)[: len(countries)] == countries
    assert bool(list_countries(party)) == bool(countries)


def test_organisations_are_known_by_their_code() -> None:
    assert list_names(Party("EU", None, "IGOEUREEC")) == ["EU", "European Union"]


def test_those_who_fight_a_country_or_serve_many_do_not_act_for_it() -> None:
    assert acts_for_its_country(Party("Citizen (India)", "India", sectors=("Social",)))
    for sector in ("Insurgents", "REB", "CRM", "International Government Organization"):
        assert not acts_for_its_country(Party("X", "India", sectors=("Social", sector)))
