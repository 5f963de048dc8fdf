"""The breaker: while a server cannot be reached, one connection is tried at a time.

All others fail at once, so that nobody waits for what will not come. The half-open circuit breaker
of Nygard's Release It!.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any
from weakref import WeakSet

# How long after a failure the next one is tried, in seconds.
RETRY_S = 0.5


class Breaker:
    """Stands before whatever makes connections to one server, and knows those that there are."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failed_at: float | None = None
        self._is_trying = False
        self._made = WeakSet[Any]()

    def attempt(self, connect: Callable[[], Any], refusal: Callable[[], Exception]) -> Any:
        """What `connect` makes. Raises what it raises, or the refusal if it was not tried."""
        with self._lock:
            if self._failed_at is not None:
                if self._is_trying or time.monotonic() - self._failed_at < RETRY_S:
                    raise refusal()
                self._is_trying = True
        try:
            made = connect()
        except BaseException:
            self._end(time.monotonic())
            raise
        self._end(None)
        self._made.add(made)
        return made

    def trip(self) -> list[Any]:
        """Takes the server for one that cannot be reached; the connections that there are."""
        with self._lock:
            self._failed_at = time.monotonic()
        return list(self._made)

    def _end(self, failed_at: float | None) -> None:
        with self._lock:
            self._failed_at, self._is_trying = failed_at, False
