"""Imports killed at random moments, each time taken up again, beside one left alone.

Kills go through the file from its start to its end. An import that comes to its end before all
kills are spent is compared, and the next ones meet a new one.

`ENTENTE_TEST_KILLS` says how many kills, `ENTENTE_TEST_ROWS` how many rows; with more of both, more
moments are tried. `--log-cli-level=INFO` tells how many kills hit a process at work, and how far
it was.
"""

import math
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from app.db import read_session
from app.feeds.ingest import BATCH_ROWS
from app.feeds.models import EventImport
from app.revisions.models import Revision
from benchmarks.gdelt_shaped import write
from tests.feeds.feeds import all_rows, state
from tests.processes import ROOT
from tests.service import Service

KILLS = int(os.environ.get("ENTENTE_TEST_KILLS", "4"))
ROWS = int(os.environ.get("ENTENTE_TEST_ROWS", "20000"))
SEED = 20
# One row in so many is cut off, and one repeats the row before it.
MALFORMED_EVERY, REPEATED_EVERY = 101, 53
# How often the import is asked how far it is, in seconds.
PAUSE = 0.05


@dataclass(frozen=True)
class Pace:
    """Seconds that an import left alone took: until the first batch was stored, and in all."""

    first_batch: float
    all: float

    @property
    def batch(self) -> float:
        return (self.all - self.first_batch) * BATCH_ROWS / ROWS


def write_damaged(path: Path) -> Path:
    """A file of GDELT's shape with malformed and repeated rows."""
    write(path, ROWS)
    lines = path.read_bytes().splitlines(keepends=True)
    for n in range(len(lines)):
        if n % MALFORMED_EVERY == 1:
            lines[n] = lines[n].rsplit(b"\t", 9)[0] + b"\n"
        elif n % REPEATED_EVERY == 1:
            lines[n] = lines[n - 1]
    path.write_bytes(b"".join(lines))
    return path


def start(service: Service, path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "events", "import", str(path), "--feed", "gdelt"],
        cwd=ROOT,
        env=os.environ | {"ENTENTE_DATABASE_URL": service.settings.database_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def progress(service: Service) -> tuple[int, str]:
    """How many rows of the only import are done with, and its state."""
    with read_session(service.engine) as session:
        found = session.exec(select(EventImport)).first()
        return (0, "") if found is None else (found.next_row, found.state)


def wait_for(
    service: Service, process: subprocess.Popen[bytes], row: int, most: float = math.inf
) -> None:
    """Waits until that row is done with, the process has ended, or so many seconds are over."""
    end = time.monotonic() + most
    while process.poll() is None and (left := end - time.monotonic()) > 0:
        if progress(service)[0] >= row:
            return
        time.sleep(min(PAUSE, left))


def run(service: Service, path: Path) -> Pace:
    """Imports the file, undisturbed."""
    begun = time.monotonic()
    process = start(service, path)
    wait_for(service, process, 1)
    first_batch = time.monotonic() - begun
    assert process.wait() == 0
    return Pace(first_batch, time.monotonic() - begun)


def run_and_kill(
    service: Service, path: Path, row: int, pace: Pace, chance: random.Random
) -> int | None:
    """How far the import was when it was killed; None if it had ended before.

    It is killed at a random moment within the batch of that row; if it was further than that
    already, at one between the start of the process and the end of the first batch it stores.
    """
    before = progress(service)[0]
    goal = max(before, row // BATCH_ROWS * BATCH_ROWS)
    process = start(service, path)
    try:
        wait_for(service, process, goal)
        span = pace.batch if goal > before else pace.first_batch
        wait_for(service, process, goal + 1, chance.uniform(0, span))
    finally:
        process.send_signal(signal.SIGKILL)
    return progress(service)[0] if process.wait() == -signal.SIGKILL else None


def revisions(service: Service) -> list[tuple[object, ...]]:
    with read_session(service.engine) as session:
        return [(r.number, r.resource, r.record) for r in session.exec(select(Revision))]


def check_same(whole: Service, killed: Service) -> None:
    expected, outcome = all_rows(whole), all_rows(killed)
    assert [name for name, rows in expected.items() if rows != outcome[name]] == []
    assert {name for name, rows in expected.items() if not rows} == {"event_retraction"}
    assert state(killed) == state(whole)
    assert revisions(killed) == revisions(whole)
