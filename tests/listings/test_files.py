"""Index files: large indexes are made by other processes, kept on disk, and taken up again."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.db import read_session
from app.listings import files, holder, printing
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
from tests.listings.oracle import straightforward
from tests.service import TODAY, Service


@pytest.fixture
def large(both: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service for which a dozen proposals are many."""
    monkeypatch.setattr(holder, "FEW", 5)
    titles = ("Patrol", "Übung: é", 'A "quoted", title')
    both.load(catalogue(*(proposal(f"plan-{n}", title=titles[n % 3]) for n in range(12))))
    return both


def files_of(service: Service) -> IndexFiles:
    return IndexFiles(service.settings.index, service.engine)


def make(service: Service, day: date = TODAY) -> RankingIndex:
    snapshot = service.snapshot()
    return make_index(snapshot, View(snapshot.revision, day, "joint"), files_of(service))


def load(service: Service, day: date = TODAY) -> RankingIndex | None:
    def read(revision: int) -> Dossier:
        with read_session(service.engine) as session:
            return get_dossier(load_snapshot(session, revision))

    return files_of(service).load(day, read)


def body(index: RankingIndex) -> bytes:
    request = RankingRequest(Look(index.view.day), sort="title", facets=("actor", "domain"))
    return list_proposals(index, request).body


QUERY = [("sort", "title"), ("facet", "actor"), ("facet", "domain"), ("limit", "20")]


def test_an_index_made_by_other_processes_and_taken_from_disk_is_the_same(large: Service) -> None:
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
        self._heads, self._tails, self._end = [], [], 0

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
    made = make_index(snapshot, view, IndexFiles(tmp_path / "taken" / "index", large.engine))
    assert body(made) == straightforward(large, QUERY)
    assert "no index can be kept" in caplog.text


def test_another_version_makes_its_own(large: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    make(large)
    monkeypatch.setattr(files.Facts.model_fields["program"], "default", "another")
    assert load(large) is None
