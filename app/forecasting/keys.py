"""What events have in common: keys made of parts of who acts, what is done, and towards whom."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.forecasting.events import Ints
from app.forecasting.identities import Identities

# The one who acts, its country, or its role.
Left = Literal["any", "actor", "country", "role"]
# The type of the event, its coarse type, whether it is done or suffered, or the opposite of that.
Middle = Literal["any", "type", "coarse", "side", "other side"]
# Any, the other one, its country, its role with whether both are of one country, role and country.
Right = Literal["any", "actor", "country", "role", "kind"]
Key = tuple[Left, Middle, Right]


@dataclass(frozen=True, slots=True)
class Sides:
    """Some acts: who, of which type, towards whom, and the countries of both as they were known."""

    actors: Ints
    types: Ints
    recipients: Ints
    countries: Ints
    other_countries: Ints


@dataclass(frozen=True, slots=True)
class KeyMaker:
    """Makes keys of acts. `coarse` is the coarse type of each type, of twice `n_own` types."""

    who: Identities
    coarse: Ints

    @property
    def n_types(self) -> int:
        """How many types there are, seen from both sides."""
        return len(self.coarse)

    def make(self, key: Key, acts: Sides) -> Ints:
        """The keys of acts, as numbers."""
        left, middle, right = key
        n_middle, n_right = self._size_middle(middle), self._size_right(right)
        own = self._left(left, acts) * n_middle + self._middle(middle, acts)
        return own * n_right + self._right(right, acts)

    def spans(self, key: Key, acts: Sides) -> tuple[Ints, Ints]:
        """Where the keys of acts begin and end, whatever their right side is."""
        left, middle, right = key
        own = self._left(left, acts) * self._size_middle(middle) + self._middle(middle, acts)
        n_right = self._size_right(right)
        return own * n_right, (own + 1) * n_right

    def _size_middle(self, middle: Middle) -> int:
        sizes = {"any": 1, "type": self.n_types, "coarse": int(self.coarse.max()) + 1}
        return sizes.get(middle, 2)

    def _size_right(self, right: Right) -> int:
        who = self.who
        return {
            "any": 1,
            "actor": len(who.roles),
            "country": who.n_countries,
            "role": 2 * who.n_roles,
            "kind": who.n_roles * who.n_countries,
        }[right]

    def _left(self, left: Left, acts: Sides) -> Ints:
        if left == "actor":
            return acts.actors
        if left == "country":
            return acts.countries
        if left == "role":
            return self.who.roles[acts.actors]
        return np.zeros_like(acts.actors)

    def _middle(self, middle: Middle, acts: Sides) -> Ints:
        if middle == "type":
            return acts.types
        if middle == "coarse":
            return self.coarse[acts.types]
        if middle == "any":
            return np.zeros_like(acts.types)
        suffered = acts.types >= self.n_types // 2
        return np.asarray(suffered if middle == "side" else ~suffered, np.int64)

    def _right(self, right: Right, acts: Sides) -> Ints:
        if right == "actor":
            return acts.recipients
        if right == "country":
            return acts.other_countries
        if right == "any":
            return np.zeros_like(acts.recipients)
        roles = self.who.roles[acts.recipients]
        if right == "kind":
            return roles * self.who.n_countries + acts.other_countries
        return np.asarray(roles * 2 + (acts.countries == acts.other_countries), np.int64)
