"""Imports of events over HTTP, on both databases."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.feeds.jobs import Spool, import_of, run_one
from tests.conftest import Make
from tests.feeds.feeds import act, all_rows, load, scores, state, write_file
from tests.processes import Server
from tests.service import Service

URL = "/v1/events/imports"
TABLE = "text/tab-separated-values"


def upload(service: Service, path: Path | bytes, **changes: Any) -> httpx.Response:
    content = path if isinstance(path, bytes) else path.read_bytes()
    params = {"feed": "icews", "file_name": "feed.tab"} | changes.pop("params", {})
    headers = {"Content-Type": TABLE} | service.authorisation() | changes.pop("headers", {})
    return service.request("POST", URL, params=params, content=content, headers=headers)


def spool_of(service: Service) -> Spool:
    return Spool(service.settings.spool)


def work(service: Service) -> None:
    """What the service does in the background."""
    for kept in spool_of(service).list_kept():
        run_one(service.engine, kept)


def test_an_upload_is_accepted_then_imported_and_told(make_both: Make, tmp_path: Path) -> None:
    path = write_file(
        tmp_path,
        act(1, points="8"),
        act(2, code="13y"),
        act(3, **{"Source Name": "Africa", "source": "NA"}),
    )
    by_file, by_upload = make_both("small"), make_both("small")
    load(by_file, path)
    answer = upload(by_upload, path)
    assert answer.status_code == 202, answer.text
    queued = answer.json()
    assert (queued["state"], queued["total_rows"], queued["counts"]["read"]) == ("queued", None, 0)
    work(by_upload)
    done = by_upload.get(answer.headers["Location"]).json()
    assert (done["state"], done["total_rows"], done["failure"]) == ("done", 3, None)
    assert done["counts"] == {
        "read": 3,
        "stored": 1,
        "duplicate": 0,
        "rejected": 1,
        "unresolved": 1,
        "internal": 0,
        "retracted": 0,
    }
    assert done["rejected"] == [{"line": 3, "reason": "there is no such CAMEO code"}]
    assert (done["unresolved"], done["names_unresolved"]) == ([{"name": "Africa", "rows": 1}], 1)
    assert state(by_upload) == state(by_file)
    assert scores(by_upload) == scores(by_file)
    assert by_upload.get("/v1/changes", {"resource": "event_batch"}).json()["items"]


def test_the_same_file_again_is_the_same_import(both: Service, tmp_path: Path) -> None:
    path = write_file(tmp_path, act(1))
    first = upload(both, path)
    assert upload(both, path).json()["id"] == first.json()["id"]
    work(both)
    before = all_rows(both)
    again = upload(both, path, params={"file_name": "other.tab"})
    assert (again.status_code, again.json()["state"]) == (202, "done")
    assert again.headers["Location"] == first.headers["Location"]
    assert spool_of(both).list_kept() == []
    assert all_rows(both) == before


def test_a_cancelled_import_is_not_carried_out_until_it_is_sent_again(
    both: Service, tmp_path: Path
) -> None:
    path = write_file(tmp_path, act(1))
    at = upload(both, path).headers["Location"]
    for _ in range(2):
        answer = both.write("POST", f"{at}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    work(both)
    assert (state(both), spool_of(both).list_kept()) == ({}, [])
    assert upload(both, path).json()["state"] == "queued"
    work(both)
    assert both.get(at).json()["counts"]["stored"] == 1
    refused = both.write("POST", f"{at}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    assert both.write("POST", f"{URL}/none/cancel").json()["code"] == "import_not_found"


def test_imports_are_listed_the_newest_first_page_by_page(both: Service, tmp_path: Path) -> None:
    for n in range(5):
        feed = "icews" if n % 2 else "other-desk"
        path = write_file(tmp_path, act(n))
        assert upload(both, path, params={"feed": feed, "format": "icews"}).status_code == 202
    found, params = [], {"limit": 2}
    while True:
        page = both.get(URL, params).json()
        found += page["items"]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    created = [one["created_at"] for one in found]
    assert len({one["id"] for one in found}) == 5
    assert created == sorted(created, reverse=True)
    assert {one["feed"] for one in both.get(URL, {"feed": "icews"}).json()["items"]} == {"icews"}
    elsewhere = both.get(URL, params | {"feed": "icews"})
    assert elsewhere.json()["code"] == "invalid_cursor"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"headers": {"Content-Type": "application/pdf"}}, 415, "unsupported_media_type"),
        ({"headers": {"Content-Encoding": "gzip"}}, 415, "unsupported_media_type"),
        ({"params": {"feed": "catalogue"}}, 422, "invalid_parameters"),
        ({"params": {"feed": "My Feed"}}, 422, "invalid_parameters"),
        ({"params": {"format": "xml"}}, 422, "invalid_parameters"),
        ({"params": {"flie_name": "x"}}, 422, "invalid_parameters"),
        ({"headers": {"Authorization": "Bearer entente_none"}}, 401, "unknown_key"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    small: Service, tmp_path: Path, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = upload(small, write_file(tmp_path, act(1)), **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert small.get(URL).json()["items"] == []
    assert list(small.settings.spool.glob("*")) == []


def test_empty_and_too_large_bodies_are_refused(small: Service) -> None:
    empty = upload(small, b"").json()
    assert (empty["code"], empty["errors"][0]["detail"]) == ("malformed_body", "the file is empty")
    service = Service(small.settings.database_url, max_feed_bytes=1024)
    answer = upload(service, b"x" * 2000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert list(service.settings.spool.glob("*")) == []


def test_a_disk_that_takes_nothing_is_told(small: Service, tmp_path: Path) -> None:
    path = write_file(tmp_path, act(1))
    (tmp_path / "file").write_bytes(b"")
    service = Service(small.settings.database_url, spool_folder=tmp_path / "file")
    answer = upload(service, path)
    assert (answer.status_code, answer.json()["code"]) == (503, "spool_unavailable")
    assert service.get(URL).json()["items"] == []


def test_a_key_that_may_only_read_imports_nothing(small: Service, tmp_path: Path) -> None:
    headers = {"Authorization": f"Bearer {small.make_key('read')}"}
    assert upload(small, write_file(tmp_path, act(1)), headers=headers).status_code == 403
    headers = {"Authorization": f"Bearer {small.make_key('ingest')}"}
    assert upload(small, write_file(tmp_path, act(1)), headers=headers).status_code == 202


def test_a_service_killed_during_an_import_finishes_it_after_its_next_start(
    make_url: Callable[[str], str], tmp_path: Path
) -> None:
    rows = [act(n, day=f"2020-02-{n % 28 + 1:02}", publisher=f"P{n % 7}") for n in range(20_000)]
    path = write_file(tmp_path, *rows)
    whole = Service(make_url("small"))
    load(whole, path)
    url = make_url("small")
    server = Server(url, tmp_path / "log", spool_folder=str(tmp_path / "spool"))
    key = server.command("keys", "create", "--name", "test", "--scope", "ingest").split()[-1]
    server.start()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": TABLE}
    sent = httpx.post(
        f"{server.url}{URL}?feed=icews", content=path.read_bytes(), headers=headers, timeout=60
    )
    assert sent.status_code == 202, sent.text
    at = sent.headers["Location"]
    wait_for(server, at, lambda one: one["counts"]["read"] > 0)
    server.kill()
    assert [import_of(p) for p in (tmp_path / "spool").iterdir()] == [sent.json()["id"]]
    server.start()
    done = wait_for(server, at, lambda one: one["state"] == "done")
    server.kill()
    assert done["counts"]["read"] == 20_000
    assert state(Service(url)) == state(whole)


def wait_for(server: Server, at: str, is_wanted: Callable[[Any], bool]) -> Any:
    for _ in range(1200):
        found = httpx.get(f"{server.url}{at}", timeout=60).json()
        if is_wanted(found):
            return found
        time.sleep(0.05)
    raise TimeoutError(found)
