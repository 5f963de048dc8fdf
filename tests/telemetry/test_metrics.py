"""Metrics, read by Prometheus' own parser."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse
from sqlalchemy.exc import OperationalError

from tests.service import Service

Labels = dict[str, str]


def read(service: Service) -> dict[str, list[tuple[Labels, float]]]:
    answer = service.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found: dict[str, list[tuple[Labels, float]]] = {}
    for family in parse(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


def test_requests_are_counted_by_route_method_and_status(small: Service) -> None:
    for url in ("/v1/proposals/joint-patrol", "/v1/proposals/none", "/v1/proposals/nobody"):
        small.get(url)
    counts = read(small)["entente_http_request_duration_seconds_count"]
    route = {"route": "/v1/proposals/{proposal_id}", "method": "GET"}
    assert ({**route, "status": "200"}, 1.0) in counts
    assert ({**route, "status": "404"}, 2.0) in counts
    assert read(small)["entente_http_requests_in_flight"] == [({}, 1.0)]


def test_lists_are_counted_by_how_they_were_answered(small: Service) -> None:
    small.get("/v1/proposals?sort=title")  # its order is not made yet
    for _ in range(3):
        small.get("/v1/proposals?sort=title")
    found = {labels["outcome"]: n for labels, n in read(small)["entente_list_cache_requests_total"]}
    assert found == {"bypass": 1.0, "miss": 1.0, "hit": 2.0}


def test_the_index_is_described_once_there_is_one(both: Service) -> None:
    assert "entente_index_revision" not in read(both)
    both.get("/v1/proposals")
    found = read(both)
    assert found["entente_index_revision"] == [({}, float(both.revision()))]
    assert found["entente_index_proposals"] == [({}, 1.0)]
    assert found["entente_index_bytes"][0][1] > 0
    assert 0 <= found["entente_index_age_seconds"][0][1] < 60
    assert found["entente_database_up"] == [({}, 1.0)]
    states = {labels["state"] for labels, _ in found["entente_database_connections"]}
    assert states == {"in_use", "idle"}


def test_a_database_that_is_out_is_a_metric_not_an_error(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.get("/v1/proposals")

    def fail(_: object) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr("app.telemetry.metrics.read_session", fail)
    found = read(small)
    assert found["entente_database_up"] == [({}, 0.0)]
    assert "entente_event_imports" not in found
    assert found["entente_index_proposals"] == [({}, 1.0)]


def test_who_asks_for_it_is_given_openmetrics(small: Service) -> None:
    answer = small.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    names = {family.name for family in parse_open(answer.text)}
    assert {"entente_http_request_duration_seconds", "process_cpu_seconds"} <= names
