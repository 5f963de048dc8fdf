"""Profiles over HTTP."""

from decimal import Decimal

from tests.catalogues import catalogue
from tests.service import Service

OWN = {
    "id": "own",
    "name": "Own",
    "description": "Only gains",
    "weights": {"mutual_gain": 0.667, "backing": 0.333},
}


def test_the_built_in_profiles_are_there_without_any_catalogue(empty: Service) -> None:
    items = empty.get("/v1/profiles").json()["items"]
    ids = [p["id"] for p in items]
    assert ids == ["balanced", "quick-win", "high-impact", "relationship-first"]
    for profile in items:
        assert len(profile["weights"]) == 8
        assert sum(Decimal(str(w)) for w in profile["weights"].values()) == 1


def test_a_profile_of_the_catalogue_ranks_like_a_built_in_one(small: Service) -> None:
    small.load(catalogue(profiles=[OWN]))
    shown = small.get("/v1/profiles/own").json()
    assert (shown["version"], shown["built_in"]) == (1, False)
    [item] = small.items(profile="own", as_of="2020-02-10")
    assert item["score"]["value"] == 62.3395  # .667 x 68.5 + .333 x 50
    small.load(catalogue(profiles=[OWN | {"weights": {"backing": 1}}]))
    assert small.get("/v1/profiles/own").json()["version"] == 2
    assert small.items(profile="own", as_of="2020-02-10")[0]["score"]["value"] == 50
