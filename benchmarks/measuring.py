"""Measuring a piece of work in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

MEGABYTE = 1_000_000


def measure(work: Callable[[], object]) -> None:
    """Does the work once and prints seconds, processor seconds and the most megabytes."""
    cpu, start = time.process_time(), time.perf_counter()
    work()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps([seconds, cpu, _peak()]))


def _peak() -> float:
    """The most memory that this process had, in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    told = dict(line.split(":", 1) for line in lines)
    return int(told["VmHWM"].split()[0]) * 1024 / MEGABYTE


def run_apart(module: str, *words: str, env: Mapping[str, str] | None = None) -> list[float]:
    """What `measure` prints last in a process that runs a module with these words."""
    told = subprocess.run(  # noqa: S603 ourselves
        [sys.executable, "-m", module, *words],
        env=os.environ | (env or {}),
        check=True,
        stdout=subprocess.PIPE,
    )
    return [float(figure) for figure in json.loads(told.stdout.splitlines()[-1])]
