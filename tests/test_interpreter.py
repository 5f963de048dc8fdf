"""The collector is held back during bulk work, and goes on after it."""

import gc
from threading import Barrier, Thread

import pytest

from app.interpreter import uncollected


def test_it_goes_on_after_the_last_who_held_it_back() -> None:
    entered, leave = Barrier(2), Barrier(2)

    def work() -> None:
        with uncollected():
            entered.wait()
            leave.wait()

    thread = Thread(target=work)
    thread.start()
    entered.wait()
    with uncollected():
        assert not gc.isenabled()
    assert not gc.isenabled()
    leave.wait()
    thread.join()
    assert gc.isenabled()


def test_a_failure_lets_it_go_on() -> None:
    with pytest.raises(OSError, match="full"), uncollected():
        raise OSError("full")
    assert gc.isenabled()
