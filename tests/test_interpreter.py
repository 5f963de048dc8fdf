"""The interpreter is set for serving; the collector is held back during bulk work."""

import gc
import sys
from threading import Barrier, Thread

import pytest

from app.interpreter import TURN_S, YOUNG, prepare_to_serve, settle, uncollected


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


def test_what_is_settled_is_not_swept_again() -> None:
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() > before + 1000
    finally:
        gc.unfreeze()


def test_serving_takes_short_turns() -> None:
    turn, sweeps = sys.getswitchinterval(), gc.get_threshold()
    try:
        prepare_to_serve()
        assert sys.getswitchinterval() == pytest.approx(TURN_S)
        assert gc.get_threshold()[0] == YOUNG
    finally:
        sys.setswitchinterval(turn)
        gc.set_threshold(*sweeps)
