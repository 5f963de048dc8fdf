"""The server ends in order."""

import signal
import time
from pathlib import Path

import httpx

from tests.processes import Server
from tests.service import prepare


def start(tmp_path: Path, drain_s: str) -> Server:
    url = f"sqlite:///{tmp_path / 'entente.db'}"
    prepare(url)
    return Server(url, tmp_path / "log", drain_s=drain_s, load_starter="false").start()


def test_readiness_falls_first_and_requests_are_answered_on(tmp_path: Path) -> None:
    server = start(tmp_path, "3")
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    answer = httpx.get(f"{server.url}/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "stopping")
    assert httpx.get(f"{server.url}/v1/proposals").status_code == 200
    assert server.process.wait(10) in (0, -signal.SIGTERM)


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    server = start(tmp_path, "60")
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) in (0, -signal.SIGTERM)
