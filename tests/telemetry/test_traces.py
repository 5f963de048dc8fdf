"""Traces, as a collector receives them from a service that runs."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.conftest import Make
from tests.processes import Server

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector:
    """An OpenTelemetry collector that keeps what it gets."""

    def __init__(self) -> None:
        collector = self
        self.spans: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.take(body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def take(self, body: bytes) -> None:
        told = ExportTraceServiceRequest.FromString(body)
        for resource in told.resource_spans:
            for scope in resource.scope_spans:
                self.spans += [to_plain(span) for span in scope.spans]

    def wait(self, name: str, trace: str = TRACE) -> dict[str, Any]:
        """The span of that name, once it came."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for span in self.spans:
                if span["name"] == name and trace in (span["trace"], ""):
                    return span
            time.sleep(0.05)
        raise AssertionError(f"no {name} among {[s['name'] for s in self.spans]}")

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def to_plain(span: Any) -> dict[str, Any]:
    return {
        "name": span.name,
        "trace": span.trace_id.hex(),
        "id": span.span_id.hex(),
        "parent": span.parent_span_id.hex(),
        "attributes": {
            a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes
        },
        "failed": span.status.code == 2,
        "seconds": (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
    }


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.close()


@pytest.fixture
def traced(make_both: Make, collector: Collector, tmp_path: Path) -> Iterator[Server]:
    """A service that sends its spans to the collector; on both databases."""
    service = make_both("small")
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    url = service.settings.database_url
    server = Server(
        url, tmp_path / "log", log_format="json", log_level="info", environment=variables
    ).start()
    yield server
    server.kill()


def ask(server: Server, path: str, **more: Any) -> httpx.Response:
    headers = {"traceparent": PARENT, "X-Request-ID": "mine"} | more.pop("headers", {})
    return httpx.request(more.pop("method", "GET"), server.url + path, headers=headers, **more)


def logged(server: Server, route: str) -> dict[str, Any]:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        for line in server.log.read_text().splitlines():
            told = json.loads(line) if line.startswith("{") else {}
            if told.get("route") == route and told.get("request_id") == "mine":
                return dict(told)
        time.sleep(0.05)
    raise AssertionError(server.log.read_text())


def test_a_request_is_a_trace_with_its_parts(traced: Server, collector: Collector) -> None:
    assert ask(traced, "/v1/proposals/joint-patrol/score").status_code == 200
    whole = collector.wait("GET /v1/proposals/{proposal_id}/score")
    assert whole["parent"] == "b7ad6b7169203331"
    assert whole["attributes"]["http.response.status_code"] == 200
    assert whole["attributes"]["entente.request_id"] == "mine"
    statement = collector.wait("SELECT")
    assert statement["trace"] == TRACE
    assert statement["attributes"]["db.system.name"] in ("sqlite", "postgresql")
    assert "FROM revision" in statement["attributes"]["db.query.text"]
    line = logged(traced, "/v1/proposals/{proposal_id}/score")
    assert line["trace_id"] == TRACE


def test_lists_that_the_framework_does_not_see_are_traced_too(
    traced: Server, collector: Collector
) -> None:
    for _ in range(3):
        assert ask(traced, "/v1/proposals").status_code == 200
    whole = collector.wait("GET /v1/proposals")
    assert whole["parent"] == "b7ad6b7169203331"
    assert whole["attributes"]["http.route"] == "/v1/proposals"
    assert whole["attributes"]["http.response.status_code"] == 200
    assert whole["attributes"]["entente.request_id"] == "mine"
    assert 0 < whole["seconds"] < 5
    assert logged(traced, "/v1/proposals")["trace_id"] == TRACE


def test_heavy_work_and_the_index_are_parts(traced: Server, collector: Collector) -> None:
    weights = {"mutual_gain": 0.5, "tractability": 0.5}
    answer = ask(traced, "/v1/rankings", method="POST", json={"weights": weights})
    assert answer.status_code == 200, answer.text
    work = collector.wait("work rank_by_body")
    whole = collector.wait("POST /v1/rankings")
    assert work["parent"] == whole["id"]
    assert collector.wait("find index")["parent"] == work["id"]


def test_looks_at_how_the_service_is_are_not_traced(traced: Server, collector: Collector) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert ask(traced, path).status_code == 200
    ask(traced, "/v1/domains")
    collector.wait("GET /v1/domains")
    assert not [s for s in collector.spans if s["name"].endswith(("z", "metrics"))]


def test_a_collector_that_is_gone_stops_nobody(
    traced: Server, collector: Collector, tmp_path: Path
) -> None:
    del tmp_path
    collector.server.server_close()
    for _ in range(5):
        assert ask(traced, "/v1/domains").status_code == 200
        assert ask(traced, "/v1/proposals").status_code == 200
