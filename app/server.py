"""The server: uvicorn, which ends in order: readiness falls, then requests end, then it does."""

import signal
import time
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.connections import make_connection_class
from app.settings import Settings
from app.telemetry.logs import choose_format, get_request_log, set_up

# How long requests under way may take once the service ends, in seconds.
FINISH_S = 6


class Server(uvicorn.Server):
    """Goes on answering for a while after it was asked to end, so that nobody is sent to it."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_s: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_s = drain_s
        self._ends_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to end; a second signal, or one from a terminal, ends at once."""
        if sig != signal.SIGTERM or self._ends_at is not None or self._drain_s == 0:
            super().handle_exit(sig, frame)
            return
        self._app.state.stopping = True
        self._ends_at = time.monotonic() + self._drain_s

    async def on_tick(self, counter: int) -> bool:
        """Whether to end now; asked ten times a second."""
        if self._ends_at is not None and time.monotonic() >= self._ends_at:
            super().handle_exit(signal.SIGTERM, None)
        return await super().on_tick(counter)


def run(app: FastAPI, settings: Settings, host: str, port: int) -> None:
    """Serves until a signal ends it."""
    set_up(settings.log_level, choose_format(settings.log_format))
    app.state.request_log = get_request_log(settings.log_level)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        http=make_connection_class(settings.patience_s),
        ws="none",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=FINISH_S,
        server_header=False,
    )
    Server(config, app, settings.drain_s).run()
