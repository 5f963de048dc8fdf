"""Health."""

from pathlib import Path

from tests.service import Service


def test_a_living_process_says_so(empty: Service) -> None:
    answer = empty.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_a_ready_service_names_its_revision(small: Service) -> None:
    answer = small.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "revision": 260, "proposals": 1}


def test_a_database_without_schema_is_alive_but_not_ready(tmp_path: Path) -> None:
    service = Service(f"sqlite:///{tmp_path}/new.db")
    assert service.get("/healthz").status_code == 200
    answer = service.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")


def test_a_list_without_schema_is_503_not_500(tmp_path: Path) -> None:
    answer = Service(f"sqlite:///{tmp_path}/new.db").get("/v1/proposals")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
