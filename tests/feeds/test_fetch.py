"""Downloading from a server that behaves as the feed's own does, and as it does on bad days."""

import hashlib
import io
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from app.errors import InvalidCatalogue
from app.feeds import fetch as fetching
from app.feeds.fetch import ListedFile, Outcome, Patience, fetch, list_days_without, list_files
from tests.coding.builders import gdelt_row

HASTY = Patience(attempts=4, grace_s=0.3, least_bytes_per_s=100_000, sleep=lambda _: None)


def archive(*days: str) -> bytes:
    """A file of the feed with a row for each of these days."""
    packed = io.BytesIO()
    rows = b"".join(gdelt_row(58, c0=f"{day}{n}", c1=day) for n, day in enumerate(days * 40))
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("export.CSV", rows)
    return packed.getvalue()


class Feed(ThreadingHTTPServer):
    """Files and lists under /events/ and /gdeltv2/; `faults` are what goes wrong with each file.

    A fault is taken once, in its turn: `break` sends half and hangs up, `stall` half and then
    nothing, `trickle` a byte now and then, `damage` other bytes, `busy` 503, `refuse` no range.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.files: dict[str, bytes] = {}
        self.lists: dict[str, str] = {}
        self.faults: dict[str, list[str]] = {}
        self.asked: Counter[str] = Counter()
        self.ranges: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def publish(self, name: str, content: bytes, *faults: str) -> ListedFile:
        """A file of GDELT 1.0, listed."""
        self.files[f"/events/{name}"] = content
        self.faults[f"/events/{name}"] = list(faults)
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        self.lists["/events/md5sums"] = self.lists.get("/events/md5sums", "") + f"{md5}  {name}\n"
        day = date(int(name[:4]), int(name[4:6]), int(name[6:8]))
        return ListedFile(name, md5, day, day)


class Answer(BaseHTTPRequestHandler):
    server: Feed

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        feed, path = self.server, self.path
        feed.asked[path] += 1
        if path in feed.lists:
            self._send(200, feed.lists[path].encode())
            return
        if path not in feed.files:
            self._send(404, b"no such file")
            return
        content = feed.files[path]
        fault = feed.faults[path].pop(0) if feed.faults.get(path) else ""
        wanted = self.headers.get("Range", "")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        feed.ranges += [wanted] if wanted else []
        if fault == "busy":
            self._send(503, b"busy")
        elif fault == "damage":
            self._send(200, content[::-1])
        elif fault == "refuse" or not wanted:
            self._send(200, content, fault)
        elif start >= len(content):
            self._send(416, b"")
        else:
            self._send(206, content[start:], fault, f"bytes {start}-{len(content) - 1}")

    def _send(self, status: int, body: bytes, fault: str = "", content_range: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if content_range:
            self.send_header("Content-Range", f"{content_range}/{len(body)}")
        self.end_headers()
        if fault in ("break", "stall", "trickle"):
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            for n in range({"break": 0, "stall": 20, "trickle": 20}[fault]):
                time.sleep(0.1)
                if fault == "trickle":
                    self.wfile.write(body[len(body) // 2 + n :][:1])
                    self.wfile.flush()
            self.close_connection = True
        else:
            self.wfile.write(body)


@pytest.fixture
def feed() -> Iterator[Feed]:
    server = Feed()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with fetching.make_client(timeout_s=0.5) as made:
        yield made


def get(client: httpx.Client, feed: Feed, listed: ListedFile, folder: Path) -> Outcome:
    return fetch(client, f"{feed.url}/events/", listed, folder, HASTY)


def test_the_first_version_lists_days_months_and_years(feed: Feed, client: httpx.Client) -> None:
    md5 = "0" * 32
    names = ("1979.zip", "200601.zip", "201303.zip", "20130401.export.CSV.zip", "README.txt")
    lines = [f"{md5}  {name}" for name in (*names, "20139999.export.CSV.zip")]
    feed.lists["/events/md5sums"] = "\n".join([*lines, "zz 20130402.export.CSV.zip", ""])

    def names_for(since: date, until: date) -> list[str]:
        found = list_files(client, "1.0", f"{feed.url}/events/", since, until)
        return [f.name for f in found]

    assert names_for(date(1979, 5, 1), date(1979, 5, 1)) == ["1979.zip"]
    assert names_for(date(2013, 3, 31), date(2013, 4, 2)) == [
        "201303.zip",
        "20130401.export.CSV.zip",
    ]
    assert names_for(date(2006, 2, 1), date(2006, 2, 28)) == []


def test_the_second_version_lists_quarters_of_hours_among_other_tables(
    feed: Feed, client: httpx.Client
) -> None:
    md5, at = "a" * 32, "http://elsewhere.example/gdeltv2"
    feed.lists["/gdeltv2/masterfilelist.txt"] = "".join(
        f"100 {md5} {at}/{name}\n"
        for name in (
            "20150218230000.export.CSV.zip",
            "20150218230000.mentions.CSV.zip",
            "20150218230000.gkg.csv.zip",
            "20150218231500.export.CSV.zip",
            "20150219000000.export.CSV.zip",
            "..%2f20150218.export.CSV.zip",
        )
    )
    day = date(2015, 2, 18)
    found = list_files(client, "2.0", f"{feed.url}/gdeltv2/", day, day)
    assert [f.name for f in found] == [
        "20150218230000.export.CSV.zip",
        "20150218231500.export.CSV.zip",
    ]


def test_days_without_a_file_are_named() -> None:
    files = [
        ListedFile("a", "", date(2014, 1, 22), date(2014, 1, 22)),
        ListedFile("b", "", date(2014, 1, 24), date(2014, 1, 25)),
    ]
    found = list_days_without(files, date(2014, 1, 22), date(2014, 1, 26))
    assert list(found) == [date(2014, 1, 23), date(2014, 1, 26)]


def test_a_list_that_cannot_be_had_is_told(feed: Feed, client: httpx.Client) -> None:
    day = date(2014, 1, 1)
    with pytest.raises(InvalidCatalogue) as caught:
        list_files(client, "1.0", f"{feed.url}/events/", day, day)
    assert "cannot be read: HTTPStatusError" in caught.value.faults[0].detail


@pytest.mark.parametrize(
    "faults",
    [
        (),
        ("break",),
        ("stall",),
        ("trickle",),
        ("busy", "busy"),
        ("damage",),
        ("break", "refuse"),
        ("break", "break", "break"),
    ],
    ids=" ".join,
)
def test_a_file_comes_whole_whatever_happens_on_the_way(
    feed: Feed, client: httpx.Client, tmp_path: Path, faults: tuple[str, ...]
) -> None:
    content = archive("20140122")
    listed = feed.publish("20140122.export.CSV.zip", content, *faults)
    assert get(client, feed, listed, tmp_path) == "fetched"
    assert [p.name for p in tmp_path.iterdir()] == [listed.name]
    assert (tmp_path / listed.name).read_bytes() == content
    assert feed.asked[f"/events/{listed.name}"] == len([f for f in faults if f != "refuse"]) + 1
    if faults[:1] == ("break",):
        assert feed.ranges[0] == f"bytes={len(content) // 2}-"


def test_a_file_that_is_there_is_not_fetched_again(
    feed: Feed, client: httpx.Client, tmp_path: Path
) -> None:
    listed = feed.publish("20140122.export.CSV.zip", archive("20140122"))
    assert get(client, feed, listed, tmp_path) == "fetched"
    assert get(client, feed, listed, tmp_path) == "kept"
    assert feed.asked[f"/events/{listed.name}"] == 1
    (tmp_path / listed.name).write_bytes(b"cut off by somebody")
    assert get(client, feed, listed, tmp_path) == "fetched"


def test_what_an_earlier_run_left_is_gone_on_with_and_checked(
    feed: Feed, client: httpx.Client, tmp_path: Path
) -> None:
    content = archive("20140122")
    listed = feed.publish("20140122.export.CSV.zip", content)
    part = tmp_path / f"{listed.name}.part"
    part.write_bytes(content[:100])
    assert get(client, feed, listed, tmp_path) == "fetched"
    assert feed.ranges == ["bytes=100-"]
    (tmp_path / listed.name).unlink()
    part.write_bytes(b"x" * 100)
    assert get(client, feed, listed, tmp_path) == "fetched"
    (tmp_path / listed.name).unlink()
    part.write_bytes(content + b"more than there is")
    assert get(client, feed, listed, tmp_path) == "fetched"
    assert (tmp_path / listed.name).read_bytes() == content


@pytest.mark.parametrize(
    ("fault", "outcome"), [("damage", "damaged"), ("busy", "unreachable"), ("gone", "missing")]
)
def test_what_cannot_be_had_leaves_no_file(
    feed: Feed, client: httpx.Client, tmp_path: Path, fault: str, outcome: str
) -> None:
    listed = feed.publish("20140122.export.CSV.zip", archive("20140122"), *[fault] * 4)
    if fault == "gone":
        del feed.files[f"/events/{listed.name}"]
    assert get(client, feed, listed, tmp_path) == outcome
    assert list(tmp_path.iterdir()) == []
    assert feed.asked[f"/events/{listed.name}"] == (1 if fault == "gone" else 4)


def test_a_server_that_is_not_there_is_told(client: httpx.Client, tmp_path: Path) -> None:
    day = date(2014, 1, 22)
    listed = ListedFile("20140122.export.CSV.zip", "0" * 32, day, day)
    with Feed() as server:
        url = server.url
    assert fetch(client, f"{url}/events/", listed, tmp_path, HASTY) == "unreachable"
