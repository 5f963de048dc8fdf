"""Logs: one line of JSON each, or text for a person at a terminal; of what uvicorn says, too."""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import FilteringBoundLogger, Processor

Format = Literal["json", "text"]
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def choose_format(asked: Literal["auto", "json", "text"]) -> Format:
    """Text where a person looks on, JSON where the lines are gathered."""
    if asked == "auto":
        return "text" if sys.stderr.isatty() else "json"
    return asked


def set_up(level: str, form: Format) -> None:
    """Sends everything that is logged to standard error in one form.

    Uvicorn must be told not to set up logging of its own.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor
    if form == "json":
        shared.append(structlog.processors.format_exc_info)
        last = structlog.processors.JSONRenderer()
    else:
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS[level])
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
        # Uvicorn asks its own logger for the level, not those above it.
        logging.getLogger(name).setLevel(_LEVELS[level])
    # Requests of ours to identity providers are no news.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def get_request_log(level: str) -> FilteringBoundLogger | None:
    """The log of requests; None where nobody reads of them."""
    if _LEVELS[level] > _LEVELS["info"]:
        return None
    log: FilteringBoundLogger = structlog.get_logger()
    return log
