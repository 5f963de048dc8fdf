"""Loading roll-ups, on both databases."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import InvalidCatalogue
from app.feeds import ingest
from app.feeds.models import Counts, DyadDay, EventReport
from app.rollups import load as loading
from app.rollups.dyad_days import Origin, gather, read, write
from app.rollups.load import Loaded, load_file
from tests.conftest import Make
from tests.feeds.feeds import NOW, act, all_rows, load, rows_of, scores, state, withdraw, write_file
from tests.rollups.test_embedded import mixed_rows, roll_up
from tests.service import Service

ROWS = [act(n, day=f"2020-02-{n % 7 + 1:02}", points="8", code="057") for n in range(12)]


def make(service: Service, folder: Path, rows: list[dict[str, str]], feed: str = "icews") -> Path:
    """A file of the dyad-days of these acts."""
    frame, tally = roll_up(service, folder, write_file(folder, *rows))
    path = folder / "dyad-days.zip"
    origin = Origin(feed=feed, files=["feed.tab"], counts=tally.counts, revision=service.revision())
    write(path, gather([frame], folder), origin, None, folder)
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
    nothing = make(corrected, tmp_path, [])
    with pytest.raises(InvalidCatalogue, match="--empty"):
        take(corrected, nothing)
    assert state(corrected) == state(fresh)
    take(corrected, nothing, may_be_empty=True)
    assert state(corrected) == {}
    assert corrected.get("/v1/feeds").json()["items"] == []


def test_days_that_a_corrected_file_lacks_are_days_of_the_feed_no_more(
    both: Service, tmp_path: Path
) -> None:
    take(both, make(both, tmp_path, ROWS))
    take(both, make(both, tmp_path, ROWS[2:3]))
    (feed,) = both.get("/v1/feeds", {"as_of": "2020-02-10"}).json()["items"]
    assert (feed["first_on"], feed["last_on"], feed["stored"]) == ("2020-02-03", "2020-02-03", 1)


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
    assert is_incomplete(broken)
    take(broken, path)
    assert state(broken) == state(whole)
    assert not is_incomplete(broken)


def test_a_load_that_was_broken_off_before_it_said_so_ends_when_begun_again(
    both: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH_DYAD_DAYS", 1)
    path = make(both, tmp_path, ROWS)

    def die(_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(loading._Load, "end", die)
        with pytest.raises(ConnectionError):
            take(both, path)
    whole = state(both)
    assert is_incomplete(both)
    assert take(both, path).changed == 0
    assert (state(both), is_incomplete(both)) == (whole, False)


def is_incomplete(service: Service) -> bool:
    """What rankings say of the one feed there is."""
    ranked = service.get("/v1/proposals", {"as_of": "2020-02-10"}).json()
    (feed,) = ranked["meta"]["feeds"]
    return feed["incomplete"] is True


def test_of_two_loads_of_a_feed_at_once_one_is_refused(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH_DYAD_DAYS", 1)
    raced, fresh = make_both("small"), make_both("small")
    (one := tmp_path / "one").mkdir()
    (other := tmp_path / "other").mkdir()
    first, second = make(raced, one, ROWS), make(raced, other, ROWS[3:9])
    spans = 0

    def load_other(_: int) -> None:
        nonlocal spans
        spans += 1
        if spans == 3:
            take(raced, second)

    with pytest.raises(InvalidCatalogue, match="somebody else"):
        take(raced, first, on_loaded=load_other)
    take(fresh, second)
    assert (state(raced), is_incomplete(raced)) == (state(fresh), False)


def test_nothing_is_loaded_beside_an_import_that_waits(both: Service, tmp_path: Path) -> None:
    path = make(both, tmp_path, ROWS)
    source = ingest.Source(write_file(tmp_path, *ROWS), "icews", "icews", "feed.tab")
    record = ingest.enlist(both.engine, source, "0" * 64, now=NOW, principal="test")
    with pytest.raises(InvalidCatalogue, match="waiting to be"):
        take(both, path)
    ingest.cancel(both.engine, record.id, NOW)
    take(both, path)
    ready = state(both)
    for attempt in (
        lambda: ingest.enlist(both.engine, source, "0" * 64, now=NOW, principal="test"),
        lambda: load(both, source.path),
    ):
        with pytest.raises(InvalidCatalogue, match="loaded rolled up"):
            attempt()
    assert state(both) == ready


def test_an_import_that_waited_while_its_feed_was_loaded_stores_nothing(
    both: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(both, tmp_path, ROWS)
    source = ingest.Source(write_file(tmp_path, *ROWS), "icews", "icews", "feed.tab")
    record = ingest.enlist(both.engine, source, "0" * 64, now=NOW, principal="test")
    with monkeypatch.context() as patch:  # as if both had begun in the same instant
        patch.setattr(loading, "check_rollup", lambda *_: None)
        take(both, path)
    ready = state(both)
    with pytest.raises(InvalidCatalogue, match="loaded rolled up"):
        ingest.carry_out(both.engine, source.path, record, lambda: NOW, ingest.Watch())
    assert (state(both), rows_of(both, EventReport)) == (ready, [])


def test_what_was_rolled_up_before_ids_were_retracted_is_refused(
    both: Service, tmp_path: Path
) -> None:
    path = make(both, tmp_path, ROWS)
    withdraw(both, "3")
    with pytest.raises(InvalidCatalogue, match="retracted since"):
        take(both, path)
    assert state(both) == {}
    take(both, make(both, tmp_path, ROWS[4:]))


def test_a_file_that_is_replaced_while_it_is_loaded_is_loaded_as_it_was(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH_DYAD_DAYS", 1)
    raced, fresh = make_both("small"), make_both("small")
    path = make(fresh, tmp_path, ROWS)
    take(fresh, path)
    take(raced, path, on_loaded=lambda _: path.write_bytes(b"something else"))
    assert state(raced) == state(fresh)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_damaged_file_is_refused_or_says_what_it_said(
    small: Service, tmp_path: Path, place: int, bit: int
) -> None:
    path = make(small, tmp_path, ROWS)
    whole = read(path)[1].collect()
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(data)
    try:
        found = read(path)[1].collect()
    except InvalidCatalogue:
        return
    assert found.equals(whole)


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
    stranger = tmp_path / "stranger.zip"
    frame = read(make(both, tmp_path, ROWS))[1].collect().with_columns(actor_id=pl.lit("QQQ"))
    origin = Origin(feed="icews", files=[], counts=Counts(), revision=1)
    write(stranger, gather([frame], tmp_path), origin, None, tmp_path)
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
