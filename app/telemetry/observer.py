"""The observer: pure ASGI around everything, so that no answer goes uncounted or untold."""

import re
import time
from collections.abc import Callable, Iterable
from functools import cached_property

from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from app.problems import CLOSED
from app.telemetry.meter import Meter

# What a request is counted under if no route takes it: paths are not to be told, nor endless.
NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PARAMETER = re.compile(r"\{[^}]*\}")


class Templates:
    """Finds the template of a path, as in /v1/actors/{actor_id}.

    They are listed when the first one is looked for: that takes a while, and a start need not wait.
    """

    def __init__(self, list_templates: Callable[[], Iterable[str]]) -> None:
        self._list_templates = list_templates

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(set(self._list_templates()), key=lambda t: ("{" in t, t))

    @cached_property
    def _form(self) -> re.Pattern[str]:
        return re.compile("|".join(f"({_to_form(t)})" for t in self._sorted))

    def find(self, path: str) -> str:
        """The template that a path is of; those without parameters come first."""
        found = self._form.fullmatch(path)
        return NO_ROUTE if found is None else self._sorted[(found.lastindex or 1) - 1]


def _to_form(template: str) -> str:
    """A regular expression for the paths of a template."""
    parts = (re.escape(part) for part in _PARAMETER.split(template))
    return (".+" if template.endswith(":path}") else "[^/]+").join(parts)


class Observer:
    """Counts every request and, where the application has a log of them, tells it in a line.

    It stands within AnswerHeaders, which notes ids and statuses. A line never has a path, a query,
    a header or a body: they may hold what is secret.
    """

    def __init__(
        self,
        app: ASGIApp,
        shared: State,
        meter: Meter,
        templates: Templates,
    ) -> None:
        self.app = app
        self._shared = shared
        self._meter = meter
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        begun, has_failed = time.perf_counter(), False
        self._meter.in_flight += 1
        try:
            await self.app(scope, receive, send)
        except Exception:
            has_failed = True
            raise
        finally:
            self._meter.in_flight -= 1
            status = 500 if has_failed else scope.get("state", {}).get("status", CLOSED)
            self._note(scope, status, time.perf_counter() - begun)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        kind = (scope["method"], scope["path"], status)
        durations = self._meter.durations.get(kind)  # of a path that is its own template
        if durations is None:
            route = self._templates.find(scope["path"])
            method = scope["method"] if scope["method"] in _METHODS else "other"
            kind = (method, route, status)
            durations = self._meter.durations[kind]
        durations.add(seconds)
        log: FilteringBoundLogger | None = self._shared.request_log
        if log is None:
            return
        method, route, _ = kind
        state, index = scope.get("state", {}), self._shared.lists.indexes.current
        log.info(
            "request",
            request_id=state.get("request_id"),
            method=method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 3),
            revision=None if index is None else index.view.revision,
            principal=state.get("principal"),
            **({"trace_id": state["trace_id"]} if "trace_id" in state else {}),
        )
