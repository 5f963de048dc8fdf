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


def test_a_sqlite_file_is_whole_and_private_once_it_has_ended(tmp_path: Path) -> None:
    server = start(tmp_path, "0")
    key = server.command("keys", "create", "--name", "x", "--scope", "write").strip()
    headers = {"Authorization": f"Bearer {key}"}
    source = {"id": "s", "title": "S", "available_on": "2020-01-01", "reliability": "B"}
    url = f"{server.url}/v1/sources"
    assert httpx.post(url, json=source, headers=headers).status_code == 201
    assert httpx.get(f"{url}/s/history").status_code == 200
    assert httpx.get(f"{server.url}/v1/proposals?q=x").status_code == 200
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(10)
    path = tmp_path / "entente.db"
    assert not path.with_name("entente.db-wal").exists()
    assert path.stat().st_mode & 0o777 == 0o600
