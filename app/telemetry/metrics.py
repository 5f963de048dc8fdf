"""Metrics for Prometheus: what the meter counted, and the state of index, feeds and database."""

from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import get_args

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy import Engine, QueuePool, func
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from app import __version__
from app.admission import ALWAYS
from app.db import read_session
from app.feeds.models import EventImport, ImportState
from app.listings.front import OUTCOMES
from app.listings.service import ListService
from app.telemetry.meter import Meter


class ServiceCollector(Collector):
    """Gathers everything anew whenever it is asked, in memory but for one query."""

    def __init__(
        self, meter: Meter, lists: ListService, outcomes: Counter[str], engine: Engine
    ) -> None:
        self._meter = meter
        self._lists = lists
        self._outcomes = outcomes
        self._engine = engine

    def collect(self) -> Iterable[Metric]:
        """The metrics of this moment."""
        yield InfoMetricFamily("entente", "The service", {"version": __version__})
        yield from self._of_requests()
        yield from self._of_index()
        yield from self._of_database()

    def _of_requests(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(
            "entente_http_requests_in_flight",
            "Requests that are being answered",
            self._meter.in_flight,
        )
        found = HistogramMetricFamily(
            "entente_http_request_duration_seconds",
            "Time from a request's first line to the end of its answer",
            labels=("method", "route", "status"),
        )
        for (method, route, status), durations in list(self._meter.durations.items()):
            labels = (method, route, str(status))
            found.add_metric(labels, durations.cumulated(), durations.total_s)
        yield found
        yield self._count_failures()
        lists = CounterMetricFamily(
            "entente_list_cache_requests",
            "Plain lists of proposals: hit (answered before), miss (made from the index), bypass "
            "(answered by the routes)",
            labels=("outcome",),
        )
        for outcome in OUTCOMES:
            lists.add_metric((outcome,), self._outcomes[outcome])
        yield lists

    def _count_failures(self) -> Metric:
        """Failures by kind, 0 before there is one: a rate needs a sample from before it."""
        counts = Counter[str]()
        for (_, route, status), durations in list(self._meter.durations.items()):
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR and route not in ALWAYS:
                is_foreseen = status == HTTPStatus.SERVICE_UNAVAILABLE
                counts["unavailable" if is_foreseen else "fault"] += sum(durations.counts)
        found = CounterMetricFamily(
            "entente_http_failures",
            "Answers that failed: fault (5xx of the service's own), unavailable (503: load was "
            "shed, or the database was out)",
            labels=("kind",),
        )
        for kind in ("fault", "unavailable"):
            found.add_metric((kind,), counts[kind])
        return found

    def _of_index(self) -> Iterable[Metric]:
        index = self._lists.indexes.current
        if index is None:
            return
        age_s = self._lists.age_s()
        for name, about, value in (
            (
                "revision",
                "Revision of the catalogue that the ranking index shows",
                index.view.revision,
            ),
            ("proposals", "Proposals in the ranking index", len(index.table)),
            ("bytes", "Bytes of the columns of the ranking index", index.table.size_bytes),
            ("age_seconds", "Time since the index was last seen to be current", age_s),
        ):
            yield GaugeMetricFamily(f"entente_index_{name}", about, value)
        lag = GaugeMetricFamily(
            "entente_feed_lag_days",
            "Days from the last day that a feed told of to today",
            labels=("feed",),
        )
        for used in index.feeds:
            lag.add_metric((used.feed,), used.lag_days)
        yield lag

    def _of_database(self) -> Iterable[Metric]:
        pool = self._engine.pool
        if isinstance(pool, QueuePool):
            used = GaugeMetricFamily(
                "entente_database_connections", "Connections to the database", labels=("state",)
            )
            used.add_metric(("in_use",), pool.checkedout())
            used.add_metric(("idle",), pool.checkedin())
            yield used
        imports = self._count_imports()
        yield GaugeMetricFamily(
            "entente_database_up", "Whether the database answered just now", imports is not None
        )
        if imports is not None:
            found = GaugeMetricFamily(
                "entente_event_imports", "Imports of event files on record", labels=("state",)
            )
            for state in get_args(ImportState):
                found.add_metric((state,), imports.get(state, 0))
            yield found

    def _count_imports(self) -> dict[str, int] | None:
        state = col(EventImport.state)
        try:
            with read_session(self._engine) as session:
                return dict(session.exec(select(state, func.count()).group_by(state)).all())
        except DBAPIError:
            return None


def make_registry(collector: ServiceCollector) -> CollectorRegistry:
    """The registry that /metrics is written from: the service, its process and its Python."""
    registry = CollectorRegistry()
    registry.register(collector)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry
