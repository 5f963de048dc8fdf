"""What names tell of actors."""

import numpy as np

from app.forecasting.identities import OTHER, STATE, read_identities
from tests.forecasting.logs import to_log

NAMES = ("Norway", "Citizen (Norway)", "Police (Norway)", "Police (Sweden)", "Someone", "Sweden")


def test_a_role_and_a_country_are_read_from_brackets() -> None:
    who = read_identities(NAMES)
    assert who.roles.tolist() == [STATE, 2, 3, 3, OTHER, STATE]
    assert who.countries.tolist() == [0, 0, 0, 1, who.none, 1]
    assert (who.n_roles, who.n_countries, who.none) == (4, 3, 2)


def test_who_names_no_country_is_of_the_one_it_has_most_to_do_with() -> None:
    who = read_identities(NAMES)
    who.see(to_log([(4, 0, 3, 0)], 6, 1).both_ways())
    assert who.countries[4] == 1
    who.see(to_log([(4, 0, 0, 1), (1, 0, 4, 1)], 6, 1).both_ways())
    assert who.countries[4] == 0
    assert who.countries.tolist()[:4] == [0, 0, 0, 1]


def test_names_without_brackets_tell_nothing() -> None:
    who = read_identities(["A", "B"])
    assert who.roles.tolist() == [OTHER, OTHER]
    assert np.all(who.countries == who.none)
