"""Who actors are, as far as their names tell: a role, such as police, and a country.

Coded events name many actors as a role with a country in brackets, "Police (India)". Those whose
names tell no country are taken to be of the country that they have had to do with most.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.forecasting.events import EventLog, Ints

_ROLE_AND_COUNTRY = re.compile(r"(.+?) \((.+)\)$")
STATE, OTHER = 0, 1


@dataclass(slots=True)
class Identities:
    """Role and country of each actor, as numbers; the last country stands for none.

    Countries of actors that do not name one change as events are seen.
    """

    roles: Ints
    countries: Ints
    n_roles: int
    n_countries: int
    _named: Ints = field(init=False)
    _met: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Notes which actors name their country."""
        self._named = self.countries.copy()
        self._met = np.zeros((len(self.roles), self.n_countries), np.int64)

    @property
    def none(self) -> int:
        """The number that stands for no country."""
        return self.n_countries - 1

    def see(self, events: EventLog) -> None:
        """Learns from the events of a day, seen from both sides."""
        own, other = events.actors, self._named[events.recipients]
        tells = (self._named[own] == self.none) & (other != self.none)
        np.add.at(self._met, (own[tells], other[tells]), 1)
        changed = np.unique(own[tells])
        self.countries[changed] = self._met[changed].argmax(axis=1)


def read_identities(names: Sequence[str]) -> Identities:
    """What names tell. A name that others have in brackets is that of a country."""
    found = [_ROLE_AND_COUNTRY.fullmatch(name) for name in names]
    countries = {m[2]: 0 for m in found if m is not None}
    countries = {country: number for number, country in enumerate(countries)}
    kinds: dict[str, int] = {}
    roles = np.full(len(names), OTHER)
    of = np.full(len(names), len(countries))
    for number, (name, match) in enumerate(zip(names, found, strict=True)):
        if match is not None:
            roles[number] = kinds.setdefault(match[1], len(kinds) + 2)
            of[number] = countries[match[2]]
        elif name in countries:
            roles[number], of[number] = STATE, countries[name]
    return Identities(roles, of, len(kinds) + 2, len(countries) + 1)
