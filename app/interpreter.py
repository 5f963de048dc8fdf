"""How the interpreter is set, so that the garbage collector and other threads delay no answer.

Most of what the service keeps is read once and stays: looking through it for cycles that are not
there would hold up everything for a tenth of a second each time. What is no longer used is freed
all the same, by counting references.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# How many more objects are made than freed before the youngest are swept.
YOUNG = 20_000
# Who holds the interpreter is asked for it by others after so many seconds.
TURN_S = 0.0002
_LOCK = Lock()
_at_work = 0


def prepare_to_serve() -> None:
    """Sets the interpreter for short answers beside long ones."""
    gc.set_threshold(YOUNG, 20, 20)
    sys.setswitchinterval(TURN_S)


def settle() -> None:
    """Exempts all that there is from sweeps, after much was loaded that stays."""
    gc.collect(0)
    gc.freeze()


@contextmanager
def uncollected() -> Iterator[None]:
    """Holds the collector back until all who asked for it are done.

    For reading many records: it makes many objects and no cycles, and sweeps take a quarter of the
    time.
    """
    global _at_work
    with _LOCK:
        _at_work += 1
        gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            _at_work -= 1
            if not _at_work:
                gc.enable()
