"""Health."""

from pathlib import Path

from app.feeds.freshness import FeedUsed
from tests.service import TODAY, Service


def test_a_living_process_says_so(empty: Service) -> None:
    answer = empty.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_a_ready_service_names_its_revision(small: Service) -> None:
    answer = small.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "revision": 260, "proposals": 1, "warnings": []}


def test_a_database_without_schema_is_alive_but_not_ready(tmp_path: Path) -> None:
    service = Service(f"sqlite:///{tmp_path}/new.db")
    assert service.get("/healthz").status_code == 200
    answer = service.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")


def test_a_list_without_schema_is_503_not_500(tmp_path: Path) -> None:
    answer = Service(f"sqlite:///{tmp_path}/new.db").get("/v1/proposals")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


def test_a_service_that_is_about_to_end_is_not_ready(small: Service) -> None:
    small.app.state.stopping = True
    answer = small.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "stopping")
    assert small.get("/healthz").status_code == 200
    assert small.get("/v1/proposals").status_code == 200


def test_a_feed_that_fell_behind_is_a_warning(small: Service) -> None:
    index = small.app.state.lists.refresh()
    behind = FeedUsed(feed="icews", last_on=TODAY, lag_days=9, stale=True, incomplete=False)
    broken = behind.model_copy(update={"feed": "polecat", "stale": False, "incomplete": True})
    fresh = behind.model_copy(update={"feed": "gdelt", "stale": False})
    object.__setattr__(index, "feeds", [behind, broken, fresh])
    assert small.get("/readyz").json()["warnings"] == [
        "Feed icews last told of 2026-01-02, 9 days ago.",
        "Feed polecat last told of 2026-01-02, 9 days ago; a file of it is not whole.",
    ]
