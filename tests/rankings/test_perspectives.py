"""A proposal from every side."""

import pytest

from tests.catalogues import PARTS, catalogue, judgement, proposal
from tests.service import Service

DAY = {"as_of": "2020-02-10"}


def test_every_perspective_is_the_one_of_the_list(starter: Service) -> None:
    day = {"as_of": "2021-04-30"}
    for slug in ("settle-wartime-labour-awards", "trilateral-exercises"):
        found = starter.get(f"/v1/proposals/{slug}/perspectives", day).json()
        assert found["perspectives"][0]["perspective"] == "joint"
        assert found["total"] == 21
        for one in found["perspectives"]:
            items = starter.items(**day, perspective=one["perspective"])
            [item] = [i for i in items if i["slug"] == slug]
            assert (one["score"], one["rank"]) == (item["score"]["value"], item["rank"])


def test_who_gains_most_and_least_is_named(small: Service) -> None:
    found = small.get("/v1/proposals/joint-patrol/perspectives", DAY).json()
    assert found["gains_most"]["actor_id"] == "nor-defence"
    assert found["gains_most"]["value"] == 0.75
    assert found["gains_least"] == {"actor_id": "SWE", "name": "Sweden", "value": 0.625}
    assert found["loser_id"] is None
    gains = {p["perspective"]: p["gain"] for p in found["perspectives"]}
    assert gains == {"joint": None, "nor-defence": 0.75, "SWE": 0.625}


def test_the_one_that_loses_is_named(empty: Service) -> None:
    costly = [*PARTS["judgements"][:3], judgement("SWE", "cost", "very_high")]
    empty.load(catalogue(proposal(judgements=costly)))
    assert empty.get("/v1/proposals/joint-patrol/perspectives", DAY).json()["loser_id"] == "SWE"


def test_equal_gains_have_no_ends_and_unknown_ones_are_null(empty: Service) -> None:
    empty.load(catalogue(proposal(judgements=[])))
    found = empty.get("/v1/proposals/joint-patrol/perspectives", DAY).json()
    assert (found["gains_most"], found["gains_least"], found["loser_id"]) == (None, None, None)
    assert {p["gain"] for p in found["perspectives"]} == {None}


@pytest.mark.parametrize(
    ("slug", "query", "status"),
    [
        ("nope", DAY, 404),
        ("joint-patrol", {"as_of": "2019-01-01"}, 404),
        ("joint-patrol", {"profile": "nope"}, 422),
    ],
)
def test_what_is_not_there_is_not_shown(
    small: Service, slug: str, query: dict[str, str], status: int
) -> None:
    assert small.get(f"/v1/proposals/{slug}/perspectives", query).status_code == status
