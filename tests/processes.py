"""The service as a process of its own, as operators run it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
SERVE = (sys.executable, "-m", "app.cli", "serve")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], bool], most_s: float) -> bool:
    """Whether something comes to hold within a time."""
    end = time.monotonic() + most_s
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


class Server:
    """`entente serve` on a database; `kill` ends it as a power cut would."""

    def __init__(
        self,
        database_url: str,
        log: Path,
        open_files: int | None = None,
        environment: Mapping[str, str] | None = None,
        **settings: str,
    ) -> None:
        self.database_url = database_url
        self.log = log
        self.port = free_port()
        self._open_files = open_files
        settings = {"drain_s": "0"} | settings
        self._settings = {f"ENTENTE_{name.upper()}": value for name, value in settings.items()}
        self._settings |= environment or {}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> str:
        """Runs another command on the same database; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def _limit(self) -> list[str]:
        """The words that keep it to so many open files."""
        if self._open_files is None:
            return []
        return ["sh", "-c", f'ulimit -n {self._open_files} && exec "$@"', "sh"]

    def start(self) -> "Server":
        """Starts it and waits until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._limit(), *SERVE, "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        for _ in range(600):
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return self
            except httpx.HTTPError:
                assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise TimeoutError(self.log.read_text())

    def kill(self) -> None:
        """Ends it with SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _environment(self) -> dict[str, str]:
        own = {"ENTENTE_DATABASE_URL": self.database_url, "ENTENTE_LOG_LEVEL": "warning"}
        return dict(os.environ) | own | self._settings
