"""Downloading GDELT by its own lists of files, verified by the checksums in them.

GDELT 1.0 lists a file a day (`md5sums`: checksum and name; whole months and years before April
2013), GDELT 2.0 one for every 15 minutes (`masterfilelist.txt`: size, checksum and address).
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import httpx

from app.errors import Fault, InvalidCatalogue

Version = Literal["1.0", "2.0"]
Outcome = Literal["fetched", "kept", "missing", "damaged", "unreachable"]
GOOD: frozenset[Outcome] = frozenset({"fetched", "kept"})
BASE_URLS: dict[Version, str] = {
    "1.0": "http://data.gdeltproject.org/events/",
    "2.0": "http://data.gdeltproject.org/gdeltv2/",
}
_LISTS: dict[Version, str] = {"1.0": "md5sums", "2.0": "masterfilelist.txt"}
# A year, a month, a day, or the second at which a quarter of an hour begins.
_NAME = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d{6})?(?:\.export\.CSV)?\.zip", re.ASCII)
_MD5 = re.compile(r"[0-9a-f]{32}", re.ASCII)
# Tries of one file; each goes on where the one before was broken off.
ATTEMPTS = 5
FIRST_WAIT_S = 1.0
TIMEOUT_S = 30.0
# A transfer slower than this for a while is broken off: another connection is likely to do better.
LEAST_BYTES_PER_S = 1024
GRACE_S = 30.0
# No file of the feed comes near it; whatever sends more sends something else.
MOST_BYTES = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file that the feed lists, and the days that it was published for."""

    name: str
    md5: str
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a fetch bears with a server; `sleep` waits between tries."""

    attempts: int = ATTEMPTS
    grace_s: float = GRACE_S
    least_bytes_per_s: float = LEAST_BYTES_PER_S
    sleep: Callable[[float], None] = time.sleep


class _Broken(Exception):
    """A transfer that may work when it is tried again."""


def make_client(timeout_s: float = TIMEOUT_S) -> httpx.Client:
    """A client that gives up on a silent server."""
    return httpx.Client(timeout=timeout_s, follow_redirects=True)


def list_files(
    client: httpx.Client, version: Version, base_url: str, since: date, until: date
) -> list[ListedFile]:
    """The files for these days, oldest first, as the feed lists them. Raises InvalidCatalogue."""
    found: dict[str, ListedFile] = {}
    try:
        with client.stream("GET", base_url + _LISTS[version]) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                listed = _to_file(line)
                if listed and listed.first_on <= until and listed.last_on >= since:
                    found[listed.name] = listed
    except httpx.HTTPError as error:
        why = f"the list of files at {base_url} cannot be read: {type(error).__name__}"
        raise InvalidCatalogue((Fault("", why, file=_LISTS[version]),)) from None
    return sorted(found.values(), key=lambda f: (f.first_on, f.name))


def _to_file(line: str) -> ListedFile | None:
    """The file of a line of either list; None for other lines, such as those of other tables."""
    *_, md5, address = ("", "", *line.split())
    name = address.rpartition("/")[2]
    parts = _NAME.fullmatch(name)
    if parts is None or not _MD5.fullmatch(md5):
        return None
    year, month, day = (int(part) if part else None for part in parts.groups()[:3])
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return ListedFile(name, md5, first, _last_day(first, month, day))


def _last_day(first: date, month: int | None, day: int | None) -> date:
    if day is not None:
        return first
    if month is None:
        return first.replace(month=12, day=31)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def list_days_without(files: list[ListedFile], since: date, until: date) -> Iterator[date]:
    """The days for which the feed lists no file."""
    day = since
    while day <= until:
        if not any(f.first_on <= day <= f.last_on for f in files):
            yield day
        day += timedelta(days=1)


def fetch(
    client: httpx.Client,
    base_url: str,
    listed: ListedFile,
    folder: Path,
    patience: Patience | None = None,
) -> Outcome:
    """Downloads a file into a folder, unless it is there; it appears only when it is whole.

    A transfer that was broken off, now or in an earlier run, goes on where it stopped.
    """
    patience = patience or Patience()
    target, part = folder / listed.name, folder / f"{listed.name}.part"
    if target.exists() and _hash(target) == listed.md5:
        return "kept"
    outcome: Outcome = "unreachable"
    for attempt in range(patience.attempts):
        if attempt:
            patience.sleep(FIRST_WAIT_S * 2 ** (attempt - 1))
        try:
            _receive(client, base_url + listed.name, part, patience)
        except (httpx.RequestError, _Broken):
            outcome = "unreachable"
            continue
        except httpx.HTTPStatusError:
            return "missing"
        if _hash(part) == listed.md5:
            part.replace(target)
            return "fetched"
        part.unlink()
        outcome = "damaged"
    return outcome


def _receive(client: httpx.Client, url: str, part: Path, patience: Patience) -> None:
    """Adds to a part what is missing of it.

    Raises _Broken and RequestError for what may be tried again, HTTPStatusError for a file that
    the server does not have.
    """
    done = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={done}-"} if done else {}
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == 416:
            part.unlink()
            raise _Broken
        if answer.status_code == 429 or answer.status_code >= 500:
            raise _Broken
        answer.raise_for_status()
        goes_on = answer.status_code == 206 and answer.headers.get("content-range", "").startswith(
            f"bytes {done}-"
        )
        with part.open("ab" if goes_on else "wb") as file:
            _write(answer, file.write, done if goes_on else 0, patience)
            file.flush()
            os.fsync(file.fileno())


def _write(
    answer: httpx.Response, write: Callable[[bytes], object], done: int, patience: Patience
) -> None:
    begun, received = time.monotonic(), 0
    for data in answer.iter_raw():
        write(data)
        received += len(data)
        passed_s = time.monotonic() - begun
        is_slow = received < passed_s * patience.least_bytes_per_s
        if (passed_s > patience.grace_s and is_slow) or done + received > MOST_BYTES:
            raise _Broken


def _hash(path: Path) -> str:
    """The MD5 that the feed publishes: it guards against damage, not against forgery."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
