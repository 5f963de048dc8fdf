"""Traces: spans of what an answer is made of, for whoever collects them by OpenTelemetry.

The environment says where to, by OpenTelemetry's own variables; FastAPI reads them at the start.
Where nobody collects, spans cost next to nothing, and those of statements are not made at all.
"""

import importlib.util
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, StatusCode
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from app import __version__

log = logging.getLogger("uvicorn.error")
# What the extra installs.
_EXTRA = ("opentelemetry.sdk", "opentelemetry.exporter")
_TRACER = trace.get_tracer("entente", __version__)
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
# Of a statement, at most; values are never in it.
_STATEMENT_CHARACTERS = 1000
_RUNNING = "entente_span"
Attributes = Mapping[str, str | int | float | bool]


def is_collected() -> bool:
    """Whether the environment names a collector of traces."""
    if os.getenv("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return os.getenv("OTEL_TRACES_EXPORTER") != "none" and any(map(os.getenv, _ENDPOINTS))


def can_export() -> bool:
    """Whether what sends traces is installed; if not, and they are to be sent, that is told."""
    if all(importlib.util.find_spec(name) for name in _EXTRA):
        return True
    if is_collected():
        log.warning("no traces are sent: install what requirements/traces.txt lists")
    return False


@contextmanager
def span(
    name: str, attributes: Attributes | None = None, kind: SpanKind = SpanKind.INTERNAL
) -> Iterator[Span]:
    """A part of what is being done. What is raised in it marks it as failed, by its type only."""
    with _TRACER.start_as_current_span(
        name,
        kind=kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as error:
            _fail(current, error)
            raise


@contextmanager
def outgoing(method: str, url: str) -> Iterator[dict[str, str]]:
    """A request to another service; the headers by which its own spans join the trace."""
    attributes = {"http.request.method": method, "url.full": url}
    with span(method, attributes, SpanKind.CLIENT):
        headers: dict[str, str] = {}
        propagate.inject(headers)
        yield headers


def start_answer(
    name: str, headers: Mapping[str, str], begun_ns: int, attributes: Attributes
) -> Span:
    """The span of a whole request, begun before; it belongs to the caller's trace, if it has one.

    Whoever starts it ends it.
    """
    return _TRACER.start_span(
        name,
        context=propagate.extract(headers),
        kind=SpanKind.SERVER,
        attributes=attributes,
        start_time=begun_ns,
    )


def trace_statements(engine: Engine) -> None:
    """Makes a span of each statement that is part of something traced."""
    event.listen(engine, "before_cursor_execute", _begin_statement)
    event.listen(engine, "after_cursor_execute", _end_statement)
    event.listen(engine, "handle_error", _fail_statement)


def _begin_statement(
    connection: Connection, _: object, statement: str, __: object, ___: object, many: bool
) -> None:
    if not trace.get_current_span().is_recording():
        return
    operation = statement.split(maxsplit=1)[0].upper()
    attributes: dict[str, str | bool] = {
        "db.system.name": connection.dialect.name,
        "db.operation.name": operation,
        "db.query.text": statement[:_STATEMENT_CHARACTERS],
        "entente.many_rows": many,
    }
    started = _TRACER.start_span(operation, kind=SpanKind.CLIENT, attributes=attributes)
    connection.info[_RUNNING] = started


def _end_statement(connection: Connection, *_: object) -> None:
    started: Span | None = connection.info.pop(_RUNNING, None)
    if started is not None:
        started.end()


def _fail_statement(told: ExceptionContext) -> None:
    info: dict[Any, Any] = {} if told.connection is None else told.connection.info
    started: Span | None = info.pop(_RUNNING, None)
    if started is not None:
        _fail(started, told.original_exception)
        started.end()


def _fail(failed: Span, error: BaseException) -> None:
    failed.set_attribute("error.type", type(error).__qualname__)
    failed.set_status(StatusCode.ERROR)
