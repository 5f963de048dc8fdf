"""Traces of requests: those that the framework does not see, and which log line belongs to one."""

from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.admission import ALWAYS
from app.tracing import can_export, start_answer


def trace_requests() -> TelemetryConfig:
    """What the framework makes of requests: a span each, and nothing that is the service's own."""
    return {
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": can_export(),
        "exclude": lambda scope: scope["path"] in ALWAYS,
    }


class TraceNotes:
    """Ties the framework's span of a request to its log line, and the other way round.

    It stands within the framework, which makes the span.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        current = trace.get_current_span()
        if scope["type"] == "http" and current.is_recording():
            _tie(scope, current)
        await self.app(scope, receive, send)


def note_list(scope: Scope, status: int, begun_ns: int) -> None:
    """Makes the span of a list that was answered before the framework, now that it is sent."""
    route = scope["path"]
    attributes = {
        "http.request.method": scope["method"],
        "http.route": route,
        "url.path": route,
        "http.response.status_code": status,
    }
    made = start_answer(f"{scope['method']} {route}", Headers(scope=scope), begun_ns, attributes)
    _tie(scope, made)
    made.end()


def _tie(scope: Scope, span: trace.Span) -> None:
    state = scope.setdefault("state", {})
    state["trace_id"] = trace.format_trace_id(span.get_span_context().trace_id)
    span.set_attribute("entente.request_id", state.get("request_id", ""))
