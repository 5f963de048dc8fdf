"""Servers that are measured: each a process, on a core of its own, that is always ended."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.machine import CORES, SERVER_CORE
from benchmarks.measuring import MEGABYTE

ROOT = Path(__file__).parent.parent
READY_WITHIN_S = 300.0
ENDS_WITHIN_S = 15.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Server:
    """A process that listens on a port."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Processor time of it and its children so far, of all their threads."""
        return sum(_cpu_seconds(pid) for pid in self._pids())

    def wait_until_idle(self, within_s: float = ENDS_WITHIN_S) -> None:
        """Waits until it works on nothing any more; those that share its core then have it."""
        until, before = time.monotonic() + within_s, -1.0
        while time.monotonic() < until and (now := self.cpu_seconds()) > before:
            before = now
            time.sleep(0.1)

    def memory(self) -> tuple[float, float]:
        """Resident and proportional set size, in megabytes."""
        sizes = [_memory(pid) for pid in self._pids()]
        return sum(rss for rss, _ in sizes), sum(pss for _, pss in sizes)

    def own_mb(self) -> float:
        """Memory of the process itself in megabytes, less mapped files, which can be taken back."""
        return own_mb(self.process.pid)

    def wait(self, path: str, within_s: float = READY_WITHIN_S) -> None:
        """Waits until a path is answered. Raises TimeoutError, or RuntimeError if it ended."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}")
            try:
                answer = httpx.get(self.url + path, timeout=max(until - time.monotonic(), 0.1))
            except httpx.TransportError:
                time.sleep(0.005)
                continue
            if answer.is_success:
                return
            time.sleep(0.05)
        raise TimeoutError(f"{self.name} was not ready within {within_s:.0f} s")

    def _pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [self.process.pid, *(int(pid) for c in children for pid in c.read_text().split())]


@contextmanager
def serve(
    name: str, words: Sequence[str], log: Path, env: Mapping[str, str], port: int | None = None
) -> Iterator[Server]:
    """Runs a command on the servers' core; `{port}` in it becomes a free port."""
    port = port or find_port()
    command = [word.replace("{port}", str(port)) for word in words]
    with log.open("ab") as told:
        process = subprocess.Popen(  # noqa: S603 ourselves
            [*pin(SERVER_CORE), *command],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | dict(env),
            stdout=told,
            stderr=told,
        )
    try:
        yield Server(name, port, process)
    finally:
        end(process)


def uvicorn_words(factory: str) -> list[str]:
    """How an application is served: one process, no access log."""
    options = "--factory --loop uvloop --http httptools --no-access-log --log-level warning"
    app = f"benchmarks.contenders:{factory}"
    return [sys.executable, "-m", "uvicorn", app, *options.split(), "--port", "{port}"]


def entente_words(*words: str) -> list[str]:
    """A command of the service."""
    return [sys.executable, "-c", "from app.cli import main; main()", *words]


SERVE_WORDS = entente_words("serve", "--port", "{port}")


def run_entente(database_url: str, *words: str, check: bool = True) -> str:
    """What a command of the service prints on a database; unless it is to `check`, a failure too.

    Raises CalledProcessError.
    """
    done = subprocess.run(  # noqa: S603 ourselves
        entente_words(*words),
        cwd=ROOT,
        env=os.environ | entente_env(database_url),
        check=check,
        capture_output=True,
        text=True,
    )
    return done.stdout or done.stderr


def make_key(database_url: str) -> str:
    """A key that may write."""
    words = ("keys", "create", "--name", "benchmark", "--scope", "write")
    return run_entente(database_url, *words).split()[-1]


def own_mb(pid: int) -> float:
    """Memory of a process in megabytes, less mapped files. Raises OSError if it is gone."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    told = dict(line.split(":", 1) for line in lines)
    return int(told["RssAnon"].split()[0]) * 1024 / MEGABYTE


def entente_env(database_url: str) -> dict[str, str]:
    """The environment of the service on a database; at this level it does not log requests."""
    return {
        "ENTENTE_DATABASE_URL": database_url,
        "ENTENTE_LOG_LEVEL": "warning",
        "ENTENTE_DRAIN_S": "0",
    }


def pin(core: int) -> list[str]:
    """The words before a command that keep it on one core, where that can be had."""
    taskset = shutil.which("taskset")
    return [taskset, "-c", str(core)] if taskset and len(CORES) > 1 else []


def find_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ends a process, by force if it does not end when asked."""
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _cpu_seconds(pid: int) -> float:
    # The name of the program, in brackets, may hold spaces. After it: its own time in user and
    # system mode, and that of its children that have ended.
    cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, cells[11:15])) / TICKS_PER_S


def _memory(pid: int) -> tuple[float, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    told = dict(line.split(":", 1) for line in lines)
    rss, pss = (int(told[name].split()[0]) * 1024 / MEGABYTE for name in ("Rss", "Pss"))
    return rss, pss
