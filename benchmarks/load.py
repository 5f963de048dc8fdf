"""A load of GET requests: by wrk where it is installed, else by a loop of our own.

Both keep the same few connections busy for a while, each asked for the next path of a file as
soon as it has answered. Run as a module it is the loop of our own, in a process of its own.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import uvloop

from benchmarks.connections import connect, to_request
from benchmarks.figures import percentile
from benchmarks.machine import LOAD_CORE
from benchmarks.servers import ROOT, pin

CONNECTIONS = 8
# How much longer than it should a load may take.
PATIENCE_S = 60.0
# wrk runs this; it asks for the paths of a file from the given one on, and prints a JSON line.
SCRIPT = """
local paths, number = {}, 0
function init(words)
  for line in io.lines(words[1]) do paths[#paths + 1] = wrk.format("GET", line) end
  number = tonumber(words[2])
end
function request()
  number = number + 1
  return paths[(number - 1) % #paths + 1]
end
function done(summary, latency, requests)
  local failed = 0
  for _, count in pairs(summary.errors) do failed = failed + count end
  print(string.format('{"requests":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"failed":%d,"bytes":%d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, failed, summary.bytes))
end
"""


class NothingAnswered(RuntimeError):
    """A server that took longer for its first answer than it was loaded."""


@dataclass(slots=True)
class Paths:
    """A file of paths, and how many of them were asked for; it begins anew at its end."""

    file: Path
    count: int
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int
    bytes: int


def has_wrk() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def write_paths(file: Path, paths: list[str]) -> Paths:
    """Writes a file of paths."""
    file.write_text("".join(f"{path}\n" for path in paths))
    return Paths(file, len(paths))


def run_load(port: int, paths: Paths, seconds: float, connections: int = CONNECTIONS) -> Load:
    """Loads a server on this machine.

    Raises RuntimeError if any request failed, and NothingAnswered if the time was too short.
    """
    wrk = shutil.which("wrk")
    if wrk:
        script = paths.file.with_name("load.lua")
        script.write_text(SCRIPT)
        words = [wrk, "-t1", f"-c{connections}", f"-d{max(round(seconds), 1)}s", "--timeout=30s"]
        words += ["-s", str(script), f"http://127.0.0.1:{port}", "--"]
    else:
        words = [sys.executable, "-m", "benchmarks.load", str(port), str(seconds), str(connections)]
    told = subprocess.run(  # noqa: S603 ourselves
        [*pin(LOAD_CORE), *words, str(paths.file), str(paths.asked)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + PATIENCE_S,
    )
    load = Load(**json.loads(re.findall(r"^\{.*\}$", told.stdout, re.MULTILINE)[-1]))
    # Those that were under way at the end were asked for, too.
    paths.asked += load.requests + connections
    if not load.requests and not load.failed:
        raise NothingAnswered(f"nothing was answered in {seconds:g} s on port {port}")
    if load.failed:
        raise RuntimeError(f"{load.failed} of {load.requests} requests failed on port {port}")
    return load


async def _run(port: int, seconds: float, connections: int, paths: "islice[str]") -> Load:
    times, failed, size = list[float](), 0, 0
    start = time.perf_counter()

    async def ask_on() -> None:
        nonlocal failed, size
        connection = await connect(port)
        for path in paths:
            asked = time.perf_counter()
            if asked - start > seconds:
                break
            answer = await connection.ask(to_request("GET", path))
            times.append(time.perf_counter() - asked)
            failed += answer.status != 200
            size += len(answer.body)
        connection.close()

    await asyncio.gather(*(ask_on() for _ in range(connections)))
    p50, p99 = (1000 * percentile(times, share) for share in (0.5, 0.99))
    return Load(len(times), time.perf_counter() - start, p50, p99, failed, size)


def main() -> None:
    """Prints what came of a load, as one JSON line."""
    port, seconds, connections, file, start = sys.argv[1:]
    paths = islice(cycle(Path(file).read_text().split()), int(start), None)
    load = uvloop.run(_run(int(port), float(seconds), int(connections), paths))
    print(json.dumps({name: getattr(load, name) for name in Load.__slots__}))


if __name__ == "__main__":
    main()
