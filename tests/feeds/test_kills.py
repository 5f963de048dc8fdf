"""Imports killed at random moments, each time taken up again, beside one left alone.

`ENTENTE_TEST_KILLS` says how many kills, `ENTENTE_TEST_ROWS` how many rows; with more of both, more
moments are tried. `--log-cli-level=INFO` tells how many kills hit a process at work, and how far
it was.
"""

import logging
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
from tests.service import Service, make_service

log = logging.getLogger(__name__)
KILLS = int(os.environ.get("ENTENTE_TEST_KILLS", "4"))
ROWS = int(os.environ.get("ENTENTE_TEST_ROWS", "20000"))
SEED = 20
# One row in so many is cut off, and one repeats the row before it.
MALFORMED_EVERY, REPEATED_EVERY = 101, 53
# How often the import is asked how far it is, in seconds.
PAUSE = 0.05
# Kills at a moment since the start of the process, before it stores anything; others are later.
SHARE_BEFORE_ROWS = 0.25


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


def wait_for(service: Service, process: subprocess.Popen[bytes], row: int) -> None:
    """Waits until that row is done with, or the process has ended."""
    while progress(service)[0] < row and process.poll() is None:
        time.sleep(PAUSE)


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
) -> tuple[int, str] | None:
    """How far the import was when it was killed; None if it had ended before.

    It is killed within the batch of that row, or on the way there.
    """
    process = start(service, path)
    if chance.random() < SHARE_BEFORE_ROWS:
        time.sleep(chance.uniform(0, pace.first_batch))
    else:
        # Whatever was stored before, the process must first come to where it was.
        time.sleep(pace.first_batch - pace.batch)
        wait_for(service, process, row // BATCH_ROWS * BATCH_ROWS)
        time.sleep(chance.uniform(0, pace.batch))
    process.send_signal(signal.SIGKILL)
    was_killed = process.wait() == -signal.SIGKILL
    return progress(service) if was_killed else None


def revisions(service: Service) -> list[tuple[object, ...]]:
    with read_session(service.engine) as session:
        return [(r.number, r.resource, r.record) for r in session.exec(select(Revision))]


def test_kills_at_any_moment_lose_and_double_nothing(tmp_path: Path) -> None:
    path = write_damaged(tmp_path / "feed.csv")
    whole, killed = (make_service(tmp_path / f"{n}.db", starter=True) for n in ("whole", "killed"))
    pace = run(whole, path)
    chance, begun = random.Random(SEED), time.monotonic()  # noqa: S311 it guards nothing
    rows = [int((n + chance.random()) * ROWS / KILLS) for n in range(KILLS)]
    found = [run_and_kill(killed, path, row, pace, chance) for row in rows]
    hits = [place for place in found if place is not None]
    log.info(
        "%s; %d of %d kills hit, in %.0f s, at %s",
        *(pace, len(hits), KILLS, time.monotonic() - begun, hits),
    )
    while progress(killed)[1] != "done":
        run(killed, path)
    assert len(hits) > KILLS / 2
    expected, outcome = all_rows(whole), all_rows(killed)
    assert [name for name, rows in expected.items() if rows != outcome[name]] == []
    assert {name for name, rows in expected.items() if not rows} == {"event_retraction"}
    assert state(killed) == state(whole)
    assert revisions(killed) == revisions(whole)
