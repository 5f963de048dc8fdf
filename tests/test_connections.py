"""Connections of callers that do not go on."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.connections import MOST_HEAD_BYTES, OTHER_FILES
from tests.processes import Server
from tests.service import prepare

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = (
    b"POST /v1/rankings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: 900000\r\n\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("connections")
    prepare(f"sqlite:///{folder / 'entente.db'}")
    found = Server(f"sqlite:///{folder / 'entente.db'}", folder / "log", patience_s="1").start()
    yield found
    found.kill()


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def read_all(connection: socket.socket) -> bytes:
    found = b""
    while data := connection.recv(65536):
        found += data
    return found


@pytest.mark.parametrize("sent", [b"", b"G", HEAD])
def test_who_does_not_finish_a_head_is_let_go(server: Server, sent: bytes) -> None:
    begun = time.monotonic()
    with connect(server) as connection:
        connection.sendall(sent)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 408 ") if sent else answer == b""
    assert 0.8 < time.monotonic() - begun < 5


def test_a_byte_now_and_then_is_not_enough(server: Server) -> None:
    with connect(server) as connection:
        begun = time.monotonic()
        connection.settimeout(0.2)
        answer = b""
        for byte in HEAD * 20:
            connection.sendall(bytes([byte]))
            try:
                answer = connection.recv(100)
                break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun < 5


def test_a_body_that_hardly_comes_is_let_go(server: Server) -> None:
    with connect(server) as connection:
        connection.sendall(POST + b"{")
        begun = time.monotonic()
        assert read_all(connection).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun < 5


def test_a_body_that_comes_slowly_but_comes_is_taken(server: Server) -> None:
    with connect(server) as connection:
        connection.sendall(POST)
        for _ in range(9):
            time.sleep(0.25)
            connection.sendall(b" " * 100_000)
        answer = connection.recv(1000)
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_head_without_end_is_refused(server: Server) -> None:
    with connect(server) as connection:
        connection.sendall(HEAD + b"X-Long: " + b"a" * MOST_HEAD_BYTES)
        assert read_all(connection).startswith(b"HTTP/1.1 431 ")


def test_many_idle_connections_do_not_stop_others(server: Server) -> None:
    idle = [connect(server) for _ in range(300)]
    assert httpx.get(f"{server.url}/v1/proposals").status_code == 200
    time.sleep(2)
    for each in idle:
        assert each.recv(10) == b""
        each.close()


def test_requests_one_after_the_other_share_a_connection(server: Server) -> None:
    with httpx.Client(base_url=server.url) as caller:
        for _ in range(4):
            assert caller.get("/v1/proposals").status_code == 200
            time.sleep(0.6)  # longer than the patience in all, shorter than keep-alive
    with connect(server) as connection:
        connection.sendall((HEAD + b"\r\n") * 3)
        connection.settimeout(1)
        found = b""
        while found.count(b"HTTP/1.1 200 OK") < 3:
            found += connection.recv(65536)


def test_where_no_more_can_be_open_the_oldest_that_wait_make_room(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'entente.db'}"
    prepare(url)
    few = Server(url, tmp_path / "log", patience_s="60", open_files=OTHER_FILES + 20).start()
    idle = [connect(few) for _ in range(60)]
    for _ in range(30):
        assert httpx.get(f"{few.url}/v1/proposals").status_code == 200
    assert idle[0].recv(10) == b""
    for each in idle:
        each.close()
    few.kill()
