"""Reach: whether the database was reached when it was last asked.

While it is not, reads are answered from what this process holds, and say so.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# How long reads do without the database before one asks it again, in seconds.
RETRY_S = 1.0
DATABASE_ERRORS = (DBAPIError, PoolTimeoutError)
# A server that was made to follow another refuses writes by this code (PostgreSQL, class 25).
_READ_ONLY = "25006"


class Reach:
    """What one process knows of it."""

    def __init__(self) -> None:
        self._lost_at: float | None = None

    def note(self, *, reached: bool) -> None:
        """Notes how it went."""
        self._lost_at = None if reached else time.monotonic()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Notes how it goes where the database is asked within; errors pass on."""
        try:
            yield
        except DATABASE_ERRORS as error:
            if is_unavailable(error):
                self.note(reached=False)
            raise
        self.note(reached=True)

    @property
    def is_lost(self) -> bool:
        """Whether it was not reached a moment ago."""
        return self._lost_at is not None and time.monotonic() - self._lost_at < RETRY_S


def is_unavailable(error: Exception) -> bool:
    """Whether an error is of a database that cannot be used now, rather than of a statement."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
        return True
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY
    )
