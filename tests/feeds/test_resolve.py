"""From names of feeds to actors."""

import pytest

from app.actors.models import ActorCreate
from app.actors.states import list_states
from app.coding.report import Party
from app.feeds.resolve import Resolver

BODIES = [
    ActorCreate(id="eu", kind="organisation", name="European Union", aliases=["EU"]),
    ActorCreate(id="jpn-mod", kind="body", name="Ministry of Defense (Japan)", parent_id="JPN"),
    ActorCreate(id="hatoyama", kind="person", name="Yukio Hatoyama", parent_id="JPN"),
    ActorCreate(id="twin-one", kind="group", name="Same Name"),
    ActorCreate(id="twin-two", kind="group", name="Same Name"),
]
RESOLVER = Resolver({actor.id: actor for actor in [*list_states(), *BODIES]})


@pytest.mark.parametrize(
    ("party", "actor_id"),
    [
        (Party("Ministry (Japan)", "Japan"), "JPN"),
        (Party("Citizen (South Korea)", "South Korea"), "KOR"),
        (Party("Citizen (South Korea)"), "KOR"),
        (Party("JAPAN", "JPN", "JPNGOV"), "JPN"),
        (Party("SEOUL", None, "KORMIL"), "KOR"),
        (Party("BUCHAREST", "ROM", "ROMGOV"), "ROU"),
        (Party("Ministry of Defense (Japan)", "Japan"), "jpn-mod"),
        (Party("yukio HATOYAMA", "Japan"), "hatoyama"),
        (Party("European Union"), "eu"),
        (Party("BRUSSELS", None, "IGOEUREEC", ("IGO",)), "eu"),
        (Party("Same Name"), None),
        (Party("Same Name", "Norway"), "NOR"),
        (Party("Protester", "Russian Federation"), "RUS"),
        (Party("Police", "the former Yugoslav Republic of Macedonia"), "MKD"),
        (Party("Militants", "Occupied Palestinian Territory", None, ("Dissident",)), "PSE"),
        (Party("Armed Rebel (Afghanistan)", "Afghanistan", None, ("Rebel",)), None),
        (Party("AFGHAN REBEL", "AFG", "AFGREB", ("REB",)), None),
        (Party("Federica Mogherini", "Italy", None, ("International Government Organization",)),
         None),
        (Party("Unspecified Actor"), None),
        (Party("Africa"), None),
        (Party(""), None),
        (Party("", None, "GOV", ("GOV",)), None),
        (Party("X", "Tokyo"), None),
        (Party("X", "Japanese"), None),
    ],
)  # fmt: skip
def test_a_party_is_resolved_by_the_table(party: Party, actor_id: str | None) -> None:
    assert RESOLVER.resolve(party) == actor_id


def test_every_state_is_found_by_its_name_and_its_code() -> None:
    for state in list_states():
        assert RESOLVER.resolve(Party(f"Ministry ({state.name})", state.name)) == state.id
        assert RESOLVER.resolve(Party("GOV", state.id, f"{state.id}GOV")) == state.id
