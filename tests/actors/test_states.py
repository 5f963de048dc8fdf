"""The states of ISO 3166-1."""

import pycountry

from app.actors.states import list_states


def test_every_state_of_iso_3166_is_there_once() -> None:
    ids = [s.id for s in list_states()]
    assert sorted(ids) == sorted(c.alpha_3 for c in pycountry.countries)


def test_states_carry_their_codes_and_the_names_people_use() -> None:
    states = {s.id: s for s in list_states()}
    assert states["KOR"].name == "South Korea"
    assert states["KOR"].alpha_2 == "KR"
    assert "South Korean" in states["KOR"].demonyms
    assert "Korea, Republic of" in states["KOR"].aliases
    assert states["JPN"].capitals == ["Tokyo"]


def test_nearly_every_state_has_a_demonym() -> None:
    without = {s.id for s in list_states() if not s.demonyms}
    assert without <= {"ATA", "ATF", "BVT", "HMD", "IOT", "SGS", "SJM", "UMI", "VAT"}
