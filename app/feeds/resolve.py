"""From the parties that feeds name to actors of the catalogue.

1. The party itself, if the register knows its name (a name, else an official name, else an alias,
   of one actor only) or the code of an organisation.
2. Its country, if it acts for it: by the country column, the first letters of its code, or the
   name in brackets. Armed groups, criminals and servants of organisations act for no country.
3. Nobody: the name is listed as unresolved, with how many rows have it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from app.actors.models import ActorCreate, NameKind
from app.actors.names import to_search_key
from app.actors.queries import list_actors, names_of
from app.coding.domains import find_domain
from app.coding.parties import acts_for_its_country, list_countries, list_names
from app.coding.report import Party, Report
from app.domains.queries import list_domains
from app.feeds.models import NONE
from app.revisions.snapshot import Snapshot

# The kinds of names that denote an actor itself, the surest first; demonyms and capitals only hint.
_OWN_NAMES: tuple[NameKind, ...] = ("name", "official", "alias")
# Parties that are kept in mind; feeds name the same ones again and again.
_REMEMBERED = 100_000


class Resolver:
    """Resolves parties against one state of the register."""

    def __init__(self, actors: Mapping[str, ActorCreate]) -> None:
        names = [name for actor in actors.values() for name in names_of(actor)]
        self._named: dict[str, str] = {}
        for kind in _OWN_NAMES:
            pairs = ((to_search_key(n.name), n.actor_id) for n in names if n.kind == kind)
            self._named = _unambiguous(pairs) | self._named
        self._states = {a.id for a in actors.values() if a.kind == "state"}
        self.resolve = lru_cache(_REMEMBERED)(self._resolve)

    def _resolve(self, party: Party) -> str | None:
        """The id of the actor that a party is or acts for; None when there is none."""
        for name in list_names(party):
            if (found := self._named.get(to_search_key(name))) is not None:
                return found
        if not acts_for_its_country(party):
            return None
        for country in list_countries(party):
            if country in self._states:
                return country
            found = self._named.get(to_search_key(country))
            if found in self._states:
                return found
        return None


def listed_name(party: Party) -> str:
    """What a party is called among the names that led to nobody."""
    return party.name or "(no name)"


class Register:
    """The actors and domains of one state of the catalogue, and what rows of feeds mean by them."""

    def __init__(self, actors: Mapping[str, ActorCreate], domain_ids: Iterable[str]) -> None:
        self.actors = actors
        self.resolve = Resolver(actors).resolve
        self.actor_ids = tuple(sorted(actors))
        self.domain_ids = frozenset(domain_ids)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Register":
        """The register as a snapshot has it."""
        return cls(list_actors(snapshot), list_domains(snapshot))

    def find_sides(self, report: Report) -> tuple[str | None, str | None, frozenset[str]]:
        """The ids of the two actors of a row, and the names of the parties that led to nobody."""
        actor_id, recipient_id = self.resolve(report.actor), self.resolve(report.recipient)
        sides = ((report.actor, actor_id), (report.recipient, recipient_id))
        nameless = frozenset(listed_name(party) for party, found in sides if found is None)
        return actor_id, recipient_id, nameless

    def find_domain(
        self, code: str, contexts: Iterable[str], actor: Sequence[str], recipient: Sequence[str]
    ) -> tuple[str, str]:
        """The id of the domain and the rule that says so; NONE twice without one on record."""
        found = find_domain(code, contexts, actor, recipient)
        return (NONE, NONE) if found is None or found[0] not in self.domain_ids else found

    def domain_of(self, report: Report) -> tuple[str, str]:
        """The same for a row."""
        sectors = report.actor.sectors, report.recipient.sectors
        return self.find_domain(report.code, report.contexts, *sectors)


def _unambiguous(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The actor of each key that leads to one only."""
    found: dict[str, str | None] = {}
    for key, actor_id in names:
        found[key] = actor_id if found.get(key, actor_id) == actor_id else None
    return {key: actor_id for key, actor_id in found.items() if key and actor_id is not None}
