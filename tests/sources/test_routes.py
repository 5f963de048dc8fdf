"""Sources over HTTP."""

from tests.catalogues import REPORT
from tests.service import Service


def test_sources_come_page_by_page(small: Service) -> None:
    first = small.get("/v1/sources", {"limit": 1})
    assert [s["id"] for s in first.json()["items"]] == ["later-report"]
    second = small.get(first.links["next"]["url"])
    assert [s["id"] for s in second.json()["items"]] == ["report"]
    assert second.json()["next_cursor"] is None
    assert "next" not in second.links


def test_a_source_shows_its_grade_and_its_days(small: Service) -> None:
    unknown = {"author": None, "url": None, "language": None, "note": None, "actor_id": None}
    assert small.get("/v1/sources/report").json() == REPORT | unknown
