"""From names to actors."""

import pytest

from app.actors.models import ActorName, NameKind
from app.actors.names import to_search_key
from app.actors.resolve import resolve
from tests.service import Service


def name(actor_id: str, text: str, kind: NameKind = "alias") -> ActorName:
    return ActorName(actor_id=actor_id, name=text, kind=kind, search_key=to_search_key(text))


def found(service: Service, text: str) -> list[str]:
    answer = service.get("/v1/actors/resolve", {"name": text})
    assert answer.status_code == 200, answer.text
    return [m["actor"]["id"] for m in answer.json()["items"]]


@pytest.mark.parametrize(
    ("text", "actor_id"),
    [
        ("Japan", "JPN"),
        ("japanese", "JPN"),
        ("JP", "JPN"),
        ("jpn", "JPN"),
        ("Nippon", "JPN"),
        ("Tokyo", "JPN"),
        ("Japn", "JPN"),
        ("South Korea", "KOR"),
        ("Republic of Korea", "KOR"),
        ("ROK", "KOR"),
        ("Sauth Korea", "KOR"),
        ("Korea, South", "KOR"),
        ("DPRK", "PRK"),
        ("North Korean", "PRK"),
        ("United States", "USA"),
        ("U.S.", "USA"),
        ("american", "USA"),
        ("Washington", "USA"),
        ("Britain", "GBR"),
        ("Holland", "NLD"),
        ("Czech Republic", "CZE"),
        ("Côte d'Ivoire", "CIV"),
        ("ivory coast", "CIV"),
        ("turkey", "TUR"),
        ("Phillipines", "PHL"),
        ("Khazakstan", "KAZ"),
        ("Afganistan", "AFG"),
        ("norwegians", "NOR"),
        ("Nordisk rad", "nordic-council"),
        ("defence ministry norway", "nor-defence"),
    ],
)
def test_names_as_people_write_them_find_their_actor(
    small: Service, text: str, actor_id: str
) -> None:
    assert found(small, text)[0] == actor_id


def test_an_ambiguous_name_gives_all_that_it_may_mean(small: Service) -> None:
    assert set(found(small, "Korea")[:2]) == {"KOR", "PRK"}
    assert set(found(small, "Congolese")[:2]) == {"COD", "COG"}


def test_an_exact_name_has_confidence_one_and_comes_first(small: Service) -> None:
    first, *rest = small.get("/v1/actors/resolve", {"name": "Niger"}).json()["items"]
    assert (first["actor"]["id"], first["confidence"]) == ("NER", 1.0)
    assert all(0 < m["confidence"] < 1 for m in rest)


def test_nothing_alike_gives_an_empty_list(small: Service) -> None:
    assert found(small, "xqzzv") == []
    assert small.get("/v1/actors/resolve", {"name": "!?"}).status_code == 422
    assert small.get("/v1/actors/resolve?name=%00").status_code == 422
    assert small.get("/v1/actors/resolve").status_code == 422


def test_at_most_as_many_as_wanted_are_given(small: Service) -> None:
    answer = small.get("/v1/actors/resolve", {"name": "guinea", "limit": 2})
    assert len(answer.json()["items"]) == 2


def test_codes_are_exact_or_wrong() -> None:
    names = [name("JPN", "JPN", "alpha_3")]
    assert resolve("JPN", names, 5)[0].confidence == 1.0
    assert resolve("JPM", names, 5) == []


def test_each_actor_is_given_once_by_its_best_name() -> None:
    names = [name("a", "Ministry of Foreign Affairs"), name("a", "Foreign Ministry", "name")]
    [match] = resolve("foreign ministry", names, 5)
    assert (match.matched_name, match.confidence) == ("Foreign Ministry", 1.0)
