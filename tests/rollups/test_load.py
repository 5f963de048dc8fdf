"""Loading roll-ups, on both databases."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from app.errors import InvalidCatalogue
from app.feeds.models import Counts, DyadDay
from app.rollups import load as loading
from app.rollups.dyad_days import Summary, write
from app.rollups.load import Loaded, load_file
from tests.conftest import Make
from tests.feeds.feeds import NOW, act, all_rows, load, rows_of, scores, state, withdraw, write_file
from tests.rollups.test_embedded import mixed_rows, roll_up
from tests.service import Service

ROWS = [act(n, day=f"2020-02-{n % 7 + 1:02}", points="8", code="057") for n in range(12)]


def make(service: Service, folder: Path, rows: list[dict[str, str]], feed: str = "icews") -> Path:
    """A file of the dyad-days of these acts."""
    frame, tally = roll_up(service, folder, write_file(folder, *rows))
    path = folder / "dyad-days.parquet"
    summary = Summary(feed=feed, files=["feed.tab"], counts=tally.counts, revision=1)
    write(path, frame.lazy(), summary, folder)
    return path


def take(service: Service, path: Path, **more: Any) -> Loaded:
    return load_file(service.engine, path, clock=lambda: NOW, principal="test", **more)


def test_a_loaded_roll_up_counts_as_the_same_reports_imported_do(
    make_both: Make, tmp_path: Path
) -> None:
    imported, loaded = make_both("small"), make_both("small")
    before = scores(loaded)
    load(imported, write_file(tmp_path, *ROWS))
    done = take(loaded, make(loaded, tmp_path, ROWS))
    assert done.changed == done.dyad_days == len(rows_of(loaded, DyadDay))
    assert state(loaded) == state(imported)
    assert scores(loaded) == scores(imported) != before
    (feed,) = loaded.get("/v1/feeds", {"as_of": "2020-02-10"}).json()["items"]
    assert (feed["feed"], feed["last_on"], feed["stored"]) == ("icews", "2020-02-07", 12)
    (change,) = loaded.get("/v1/changes", {"resource": "event_rollup"}).json()["items"]
    assert change["record"]["dyad_days"] == done.dyad_days


def test_the_same_file_again_changes_nothing(both: Service, tmp_path: Path) -> None:
    path = make(both, tmp_path, mixed_rows())
    take(both, path)
    before, revision = all_rows(both), both.revision()
    assert take(both, path).changed == 0
    assert (all_rows(both), both.revision()) == (before, revision)


def test_a_corrected_file_takes_the_place_of_the_one_before(
    make_both: Make, tmp_path: Path
) -> None:
    fresh, corrected = make_both("small"), make_both("small")
    take(corrected, make(corrected, tmp_path, ROWS))
    then = corrected.get("/v1/proposals", {"as_of": "2020-02-10"})
    known_at = then.json()["meta"]["known_at"]
    rows = [*ROWS[3:6], act(50, day="2020-02-09", code="112", points="-2")]
    path = make(corrected, tmp_path, rows)
    assert take(corrected, path).changed > 0
    take(fresh, path)
    assert state(corrected) == state(fresh)
    assert scores(corrected) == scores(fresh)
    again = corrected.get("/v1/proposals", {"as_of": "2020-02-10", "known_at": known_at})
    assert again.json()["items"] == then.json()["items"]
    take(corrected, make(corrected, tmp_path, []))
    assert state(corrected) == {}


def test_a_load_that_was_broken_off_goes_on(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH_DYAD_DAYS", 1)
    whole, broken = make_both("small"), make_both("small")
    path = make(whole, tmp_path, ROWS)
    take(whole, path)
    seen = 0

    def break_off(_: int) -> None:
        nonlocal seen
        seen += 1
        if seen == 3:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        take(broken, path, on_loaded=break_off)
    assert 0 < len(state(broken)) < len(state(whole))
    take(broken, path)
    assert state(broken) == state(whole)


def test_a_feed_is_imported_or_loaded_but_never_both(make_both: Make, tmp_path: Path) -> None:
    imported, loaded = make_both("small"), make_both("small")
    file = write_file(tmp_path, *ROWS, name="reports")
    load(imported, file)
    path = make(imported, tmp_path, ROWS)
    take(loaded, path)
    before = all_rows(imported), all_rows(loaded)
    with pytest.raises(InvalidCatalogue):
        take(imported, path)
    with pytest.raises(InvalidCatalogue):
        load(loaded, file)
    with pytest.raises(InvalidCatalogue):
        withdraw(loaded, "1")
    assert (all_rows(imported), all_rows(loaded)) == before
    body = {"feed": "icews", "ids": ["1"], "reason": "Wrong"}
    refused = loaded.write("POST", "/v1/events/retractions", body)
    assert (refused.status_code, "rolled up" in refused.text) == (422, True)


def test_a_reference_of_a_loaded_feed_says_why_it_leads_to_no_report(
    both: Service, tmp_path: Path
) -> None:
    known_at = both.get("/v1/proposals").json()["meta"]["known_at"]
    take(both, make(both, tmp_path, ROWS))
    (driver, *_) = both.get("/v1/dyads/NOR/SWE", {"as_of": "2020-02-10"}).json()["drivers"]
    url = f"/v1/events/{driver['ref'].removeprefix('event:')}"
    answer = both.get(url)
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    assert "loaded rolled up" in answer.json()["detail"]
    assert "/v1/dyads/NOR/SWE " in answer.json()["detail"]
    other = both.get("/v1/events/icews.2020-02-01.none").json()
    assert "/v1/dyads/{actor_id}/{recipient_id} " in other["detail"]
    before = both.get(url, {"known_at": known_at}).json()
    assert before["errors"][0]["detail"] == "No event has this id."


def test_what_is_no_file_of_dyad_days_is_refused(both: Service, tmp_path: Path) -> None:
    before = all_rows(both)
    text = tmp_path / "text.parquet"
    text.write_text("no Parquet")
    other = tmp_path / "other.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(other)
    stranger = tmp_path / "stranger.parquet"
    frame = pl.read_parquet(make(both, tmp_path, ROWS)).with_columns(actor_id=pl.lit("QQQ"))
    summary = Summary(feed="icews", files=[], counts=Counts(), revision=1)
    write(stranger, frame.lazy(), summary, tmp_path)
    for path, why in ((text, "no file of"), (other, "no file of"), (stranger, "no actor 'QQQ'")):
        with pytest.raises(InvalidCatalogue) as caught:
            take(both, path)
        assert why in caught.value.faults[0].detail
    assert all_rows(both) == before


def test_decay_of_a_loaded_day_is_that_of_an_imported_one(make_both: Make, tmp_path: Path) -> None:
    imported, loaded = make_both("small"), make_both("small")
    load(imported, write_file(tmp_path, *ROWS))
    take(loaded, make(loaded, tmp_path, ROWS))
    for day in ("2020-02-03", "2020-06-01", "2021-01-31"):
        assert scores(loaded, day) == scores(imported, day)
