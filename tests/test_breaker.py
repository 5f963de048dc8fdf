"""The breaker: one at a time is tried while all fail."""

import threading
import time

import pytest

from app import breaker
from app.breaker import Breaker


class Failed(Exception):
    """It was tried."""


class Refused(Exception):
    """It was not tried."""


class Connection:
    """One that may be referred to weakly."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "RETRY_S", 0.1)


def fail() -> None:
    raise Failed


def test_after_a_failure_it_is_tried_again_only_after_a_while() -> None:
    tried = Breaker()
    assert isinstance(tried.attempt(Connection, Refused), Connection)
    with pytest.raises(Failed):
        tried.attempt(fail, Refused)
    for _ in range(3):
        with pytest.raises(Refused):
            tried.attempt(Connection, Refused)
    time.sleep(0.11)
    with pytest.raises(Failed):
        tried.attempt(fail, Refused)
    with pytest.raises(Refused):
        tried.attempt(Connection, Refused)
    time.sleep(0.11)
    for _ in range(3):
        assert tried.attempt(Connection, Refused)


def test_one_at_a_time_is_tried_while_it_fails() -> None:
    tried, goes_on = Breaker(), threading.Event()
    with pytest.raises(Failed):
        tried.attempt(fail, Refused)
    time.sleep(0.11)

    def hang() -> Connection:
        goes_on.wait(5)
        return Connection()

    hanging = threading.Thread(target=lambda: tried.attempt(hang, Refused))
    hanging.start()
    time.sleep(0.05)
    with pytest.raises(Refused):
        tried.attempt(Connection, Refused)
    goes_on.set()
    hanging.join()
    assert tried.attempt(Connection, Refused)


def test_while_all_is_well_many_are_made_at_once() -> None:
    tried, both = Breaker(), threading.Barrier(2, timeout=5)

    def meet() -> Connection:
        both.wait()
        return Connection()

    threads = [threading.Thread(target=lambda: tried.attempt(meet, Refused)) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not both.broken


def test_what_was_made_is_known_when_it_is_tripped() -> None:
    tried = Breaker()
    one, other = (tried.attempt(Connection, Refused) for _ in range(2))
    del other
    assert tried.trip() == [one]
    with pytest.raises(Refused):
        tried.attempt(Connection, Refused)
