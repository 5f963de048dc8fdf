"""Index files: large indexes are made by other processes, kept on disk, and taken up again."""

import json
import os
import time
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from app.db import read_session
from app.listings import files, printing
from app.listings.files import IndexFiles
from app.listings.holder import make_index
from app.listings.index import RankingIndex, View
from app.listings.lists import list_proposals
from app.recommendations.dossier import Dossier, get_dossier
from app.recommendations.recommend import RankingRequest
from app.recommendations.recommend import View as Look
from app.revisions.snapshot import load_snapshot
from tests.catalogues import catalogue, proposal
from tests.conftest import Make
from tests.listings.building import count_as_many
from tests.listings.oracle import straightforward
from tests.service import TODAY, Service


@pytest.fixture
def large(both: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service for which a dozen proposals are many."""
    count_as_many(monkeypatch, 5)
    titles = ("Patrol", "Übung: é", 'A "quoted", title')
    both.load(catalogue(*(proposal(f"plan-{n}", title=titles[n % 3]) for n in range(12))))
    return both


def files_of(service: Service) -> IndexFiles:
    return IndexFiles(service.settings.index, service.engine)


def get_made(service: Service, path: str) -> httpx.Response:
    """The answer once its index is made; processes take their time to begin on a busy machine."""
    for _ in range(240):
        answer = service.get(path)
        if answer.status_code != 503:
            break
        time.sleep(0.25)
    assert answer.status_code == 200, answer.text
    return answer


def make(service: Service, day: date = TODAY) -> RankingIndex:
    snapshot = service.snapshot()
    view = View(snapshot.revision, day, "joint")
    return make_index(snapshot, view, files_of(service), keep=True)


def load(service: Service, day: date = TODAY) -> RankingIndex | None:
    def read(revision: int) -> Dossier:
        with read_session(service.engine) as session:
            return get_dossier(load_snapshot(session, revision))

    return files_of(service).load(day, read)


def body(index: RankingIndex) -> bytes:
    request = RankingRequest(Look(index.view.day), sort="title", facets=("actor", "domain"))
    return list_proposals(index, request).body


QUERY = [("sort", "title"), ("facet", "actor"), ("facet", "domain"), ("limit", "20")]


def test_an_index_made_by_other_processes_and_taken_from_disk_is_the_same(
    large: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    count_as_many(monkeypatch, 5, apart=True)
    made, loaded = make(large), load(large)
    assert loaded is not None
    assert body(made) == body(loaded) == straightforward(large, QUERY)
    assert len(loaded.table) == 13


def test_what_changed_since_it_was_kept_is_made_up_for(large: Service) -> None:
    make(large)
    large.load(catalogue(proposal("plan-3", title="Another"), proposal("new")))
    large.write("DELETE", "/v1/proposals/plan-4", if_match="*")
    found = large.app.state.lists.refresh()
    assert found.table.sorted_rows == 13
    assert body(found) == straightforward(large, QUERY)


def test_a_file_serves_only_the_day_and_the_database_it_was_made_for(
    large: Service, make_both: Make
) -> None:
    make(large)
    assert load(large, TODAY + timedelta(days=1)) is None
    other = make_both("small")
    other.settings.index.parent.mkdir()
    large.settings.index.rename(other.settings.index)
    assert load(other) is None


@pytest.mark.parametrize("name", ["facts.json", "texts.json", "columns.npz", "items.bin"])
def test_a_damaged_file_is_told_and_not_used(
    large: Service, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    make(large)
    [path] = large.settings.index.glob(f"*/{name}")
    path.write_bytes(path.read_bytes()[:-3])
    assert load(large) is None
    assert "cannot be used" in caplog.text


def test_only_the_last_is_kept_and_nothing_half_made(large: Service) -> None:
    (large.settings.index / "making-broken-off").mkdir(parents=True)
    make(large)
    large.load(catalogue(proposal("plan-3", title="Another")))
    make(large)
    [folder] = large.settings.index.iterdir()
    assert json.loads((folder / "facts.json").read_text())["revision"] == large.revision()


def test_a_disk_that_takes_nothing_costs_speed_only(
    large: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Full:
        def write(self, _: bytes) -> None:
            raise OSError(28, "No space left on device")

    def open_full(self: printing.ItemsFile, path: Path | None) -> None:
        del path
        self._path, self._file = None, Full()  # type: ignore[assignment]
        self._heads, self._tails, self._sums, self._end = [], [], [], 0

    monkeypatch.setattr(printing.ItemsFile, "__init__", open_full)
    assert body(make(large)) == straightforward(large, QUERY)
    assert "not kept on disk" in caplog.text
    assert load(large) is None


def test_a_folder_that_cannot_be_made_costs_speed_only(
    large: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    snapshot = large.snapshot()
    view = View(snapshot.revision, TODAY, "joint")
    files = IndexFiles(tmp_path / "taken" / "index", large.engine)
    made = make_index(snapshot, view, files, keep=True)
    assert body(made) == straightforward(large, QUERY)
    assert "no index can be kept" in caplog.text


def test_another_version_makes_its_own(large: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    make(large)
    monkeypatch.setattr(files.Facts.model_fields["program"], "default", "another")
    assert load(large) is None


def test_other_questions_leave_the_index_of_today_on_disk_alone(large: Service) -> None:
    before = get_made(large, "/v1/proposals").json()
    past = large.get("/v1/changes").json()["items"][-3]["recorded_at"]
    for asked in ("perspective=SWE", "as_of=2021-04-30", "as_of=2030-01-01", f"known_at={past}"):
        get_made(large, f"/v1/proposals?{asked.replace('+00:00', 'Z')}")
    again = Service(large.settings.database_url, index_folder=large.settings.index)
    found = load(again)
    assert found is not None
    assert (found.view.day, found.view.perspective) == (TODAY, "joint")
    assert get_made(again, "/v1/proposals").json() == before
    again.engine.dispose()


def test_the_index_of_the_next_day_is_kept_beside_that_of_today(large: Service) -> None:
    lists = large.app.state.lists
    lists.refresh(60)
    lists.find_at(TODAY + timedelta(days=1), 60)
    for day in (TODAY, TODAY + timedelta(days=1)):
        found = load(large, day)
        assert found is not None
        assert found.view.day == day
    make(large, TODAY + timedelta(days=2))
    assert load(large, TODAY) is None
    assert load(large, TODAY + timedelta(days=1)) is not None


@pytest.mark.parametrize("name", ["facts.json", "texts.json", "columns.npz"])
def test_a_flipped_bit_is_told_and_the_file_not_used(
    large: Service, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    make(large)
    [path] = large.settings.index.glob(f"*/{name}")
    written = path.read_bytes()
    for place in range(0, len(written), max(1, len(written) // 25)):
        path.write_bytes(flip(written, place))
        assert load(large) is None
    assert "cannot be used" in caplog.text
    path.write_bytes(b"")
    assert load(large) is None
    path.write_bytes(written)
    assert load(large) is not None


def test_an_item_with_a_flipped_bit_is_made_anew(large: Service) -> None:
    expected = body(make(large))
    [path] = large.settings.index.glob("*/items.bin")
    written = path.read_bytes()
    for place in range(0, len(written), max(1, len(written) // 25)):
        path.write_bytes(flip(written, place))
        found = load(large)
        assert found is not None
        assert body(found) == expected


def flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


def test_what_stands_in_the_folder_does_not_matter(large: Service) -> None:
    folder = large.settings.index
    folder.mkdir(parents=True)
    (folder / "index-stray").symlink_to("/nonexistent")
    (folder / "making-stray").symlink_to("/nonexistent")
    (folder / "index-file").write_text("")
    make(large)
    assert load(large) is not None


def test_what_others_are_making_is_left_and_what_they_left_is_removed(large: Service) -> None:
    folder = large.settings.index
    alive, dead = folder / "making-alive", folder / "making-dead"
    for each in (alive, dead):
        each.mkdir(parents=True)
    lock = files._take(alive)
    assert lock is not None
    make(large)
    assert alive.exists()
    assert not dead.exists()
    os.close(lock)
    make(large)
    assert not alive.exists()


def test_a_folder_that_takes_no_files_costs_speed_only(
    large: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", refuse)
    made = make(large)
    monkeypatch.undo()
    assert body(made) == straightforward(large, QUERY)
    assert "items are not kept on disk" in caplog.text
