"""`known_at`: any past answer again, bit for bit."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from app.profiles.queries import list_profiles
from tests.catalogues import catalogue, proposal
from tests.conftest import Make
from tests.service import Service

DAY = "2020-02-10"
QUERIES: list[tuple[str, dict[str, Any]]] = [
    ("/v1/proposals", {"as_of": DAY, "profile": profile, "perspective": view, "facet": "actor"})
    for profile, view in product(("balanced", "own"), ("joint", "NOR"))
] + [
    ("/v1/proposals", {"as_of": DAY, "q": "patrol"}),
    ("/v1/proposals/joint-patrol", {"as_of": DAY}),
    ("/v1/proposals/joint-patrol/score", {"as_of": DAY}),
    ("/v1/proposals/joint-patrol/record", {}),
    ("/v1/proposals/joint-patrol/similar", {}),
    ("/v1/proposals/joint-patrol/factors/budget", {}),
    ("/v1/actors", {"kind": "organisation"}),
    ("/v1/actors/NOR", {"as_of": DAY}),
    ("/v1/actors/resolve", {"name": "Nordic Council"}),
    ("/v1/domains", {}),
    ("/v1/domains/security", {}),
    ("/v1/sources", {}),
    ("/v1/sources/report", {}),
    ("/v1/profiles", {}),
    ("/v1/profiles/own", {}),
    ("/v1/priorities", {"as_of": DAY}),
    ("/v1/priorities/NOR.security.2020-01-05", {"as_of": DAY}),
    ("/v1/events", {"as_of": DAY}),
    ("/v1/events/catalogue.visit", {"as_of": DAY}),
    ("/v1/dyads/NOR/SWE", {"as_of": DAY}),
    ("/v1/proposals/joint-patrol/perspectives", {"as_of": DAY}),
    ("/v1/proposals.csv", {"as_of": DAY}),
    ("/v1/proposals.jsonl", {"as_of": DAY, "q": "patrol"}),
    (
        "/v1/rankings",
        {
            "as_of": DAY,
            "weight": ["backing:1", "momentum:2"],
            "robustness": "true",
            "samples": "50",
            "swap_points": "true",
            "counterfactuals": "true",
        },
    ),
    ("/v1/rankings", {"as_of": DAY, "profile": "own", "method": "topsis", "q": "patrol"}),
    ("/v1/rankings/attribution", {"from": "2020-01-12", "to": DAY, "to_profile": "own"}),
    ("/v1/recommendations", {"actor": "NOR", "as_of": DAY, "samples": "50"}),
    ("/v1/windows", {"as_of": DAY}),
    ("/v1/windows.ics", {"as_of": DAY}),
    ("/v1/scorecard", {"basis": "recomputed", "from": "2020-01-12", "to": DAY, "as_of": DAY}),
]
OWN = {"id": "own", "name": "Own", "description": "D", "weights": {"tractability": 1}}


def change_everything(service: Service) -> None:
    """Edits and deletes whatever the answers above rest on."""

    def patch(path: str, **fields: Any) -> None:
        answer = service.write("PATCH", path, fields, If_Match="*")
        assert answer.is_success, answer.text

    def delete(path: str) -> None:
        answer = service.write("DELETE", path, If_Match="*")
        assert answer.is_success, answer.text

    service.load(catalogue(proposal("another")))
    patch("/v1/profiles/own", weights={"tractability": None, "precedent": 1})
    patch("/v1/sources/report", reliability="E", title="Renamed")
    patch("/v1/actors/NOR", name="Norge")
    patch("/v1/actors/nordic-council", name="Nordens råd")
    patch("/v1/domains/security", name="Safety")
    patch("/v1/priorities/NOR.security.2020-01-05", level="none")
    patch("/v1/events/catalogue.visit", intensity=-9)
    patch("/v1/proposals/joint-patrol", title="Icebreakers", summary="Ice", factors=[])
    for path in (
        "/v1/proposals/joint-patrol",
        "/v1/profiles/own",
        "/v1/events/catalogue.visit",
        "/v1/priorities/NOR.security.2020-01-05",
    ):
        delete(path)


def test_every_answer_comes_again_after_edits_deletions_and_a_restart(make_both: Make) -> None:
    service = make_both()
    service.write("POST", "/v1/profiles", OWN)
    before = [service.get(path, query) for path, query in QUERIES]
    assert [a.status_code for a in before] == [200] * len(QUERIES)
    then = before[0].json()["meta"]["known_at"]
    change_everything(service)
    restarted = Service(service.settings.database_url)
    for asked in (service, restarted):
        for (path, query), old in zip(QUERIES, before, strict=True):
            now = asked.get(path, query)
            assert now.content != old.content or "resolve" in path, path
            again = asked.get(path, query | {"known_at": then})
            assert again.content == old.content, path
            assert again.headers["etag"] == old.headers["etag"]
    restarted.engine.dispose()


def test_a_cursor_works_in_a_past_state(small: Service) -> None:
    then = small.get("/v1/sources").json()
    known_at = small.get("/v1/proposals").json()["meta"]["known_at"]
    small.write(
        "POST",
        "/v1/sources",
        {"id": "aa", "title": "A", "available_on": "2020-01-01", "reliability": "B"},
    )
    url, seen = f"/v1/sources?limit=1&known_at={known_at}", []
    while url:
        page = small.get(url)
        seen += page.json()["items"]
        url = page.links.get("next", {}).get("url")
    assert seen == then["items"]


def test_before_the_first_revision_there_was_nothing(both: Service) -> None:
    answer = both.get("/v1/proposals", {"known_at": "2000-01-01T00:00:00Z"}).json()
    assert (answer["items"], answer["meta"]["revision"]) == ([], 0)
    gone = both.get("/v1/actors/NOR", {"known_at": "2000-01-01T00:00:00Z"})
    assert gone.status_code == 404


def test_an_instant_that_lies_ahead_is_refused_for_it_could_change(both: Service) -> None:
    for ahead in ("2199-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"):
        answer = both.get("/v1/proposals", {"known_at": ahead})
        assert answer.status_code == 422
        assert "lies ahead" in answer.json()["errors"][0]["detail"]


def test_a_revision_from_a_clock_that_runs_ahead_can_be_asked_for(both: Service) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    both.load(catalogue(proposal(title="Ahead")), now=ahead)
    known_at = both.get("/v1/proposals").json()["meta"]["known_at"]
    [item] = both.items(known_at=known_at)
    assert item["title"] == "Ahead"


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01T00:00:00+99:00",
        "1767225600",
    ],
)
def test_an_instant_that_cannot_be_read_is_refused(small: Service, text: str) -> None:
    answer = small.get("/v1/proposals", {"known_at": text})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/known_at"


def test_offsets_are_understood(small: Service) -> None:
    known_at = "2026-01-01T09:00:00+09:00"
    assert small.get("/v1/proposals", {"known_at": known_at}).json()["total"] == 1
    assert list_profiles(small.snapshot())["balanced"].version == 1
