"""Importing files of feeds, on both databases."""

import logging
import random
import time
from pathlib import Path

import pytest

from app.errors import InvalidCatalogue
from app.feeds import batches, ingest
from app.feeds.models import DyadDay, EventImport, RejectedRow, UnresolvedName
from tests.conftest import Make
from tests.feeds import kills
from tests.feeds.feeds import act, all_rows, load, rows_of, scores, state, withdraw, write_file
from tests.processes import ROOT
from tests.service import Service, make_service, prepare

log = logging.getLogger(__name__)
SAMPLE = ROOT.parent / "shared" / "data" / "icews_2018_sample.tab"


def counts(record: EventImport) -> dict[str, int]:
    return {name: count for name, count in record.counts.model_dump().items() if count}


def test_every_row_is_counted_once_by_what_became_of_it(both: Service, tmp_path: Path) -> None:
    path = write_file(
        tmp_path,
        act(1, code="040"),
        act(2, code="042"),
        act(3, code="040", publisher="Paper 1"),
        act(2, code="042"),
        act(4, code="13y"),
        act(5, **{"Source Name": "Unspecified Actor", "source": "NA"}),
        act(6, target="Norway"),
    )
    done = load(both, path)
    assert done.changed
    assert counts(done.record) == {
        "read": 7,
        "stored": 2,
        "duplicate": 2,
        "rejected": 1,
        "unresolved": 1,
        "internal": 1,
    }
    (rejected,) = rows_of(both, RejectedRow)
    assert {6, "there is no such CAMEO code"} < set(rejected)
    (unresolved,) = rows_of(both, UnresolvedName)
    assert {"Unspecified Actor", 1} < set(unresolved)


def test_one_event_a_day_dyad_code_and_publisher_counts(both: Service, tmp_path: Path) -> None:
    load(
        both,
        write_file(
            tmp_path,
            act(1, publisher="A"),
            act(2, publisher="A"),
            act(3, publisher="B"),
            act(4, publisher="B", code="042", points="1.9"),
            act(5, publisher="A", code="112", points="-2"),
            act(6, publisher="A", day="2020-02-02"),
            act(7, publisher="A", source="Sweden", target="Norway"),
        ),
    )
    found = sorted((group[1:4], sums) for group, sums in state(both).items())
    assert [(str(group[0]), *group[1:], *sums) for group, sums in found] == [
        ("2020-02-01", 1, "CONSULT", 1, 1, 100, 0),
        ("2020-02-01", 1, "CONSULT", 3, 2, 390, 0),
        ("2020-02-01", 3, "ACCUSE", 1, 1, 0, 200),
        ("2020-02-02", 1, "CONSULT", 1, 1, 100, 0),
    ]


def test_the_same_file_again_changes_nothing(both: Service, tmp_path: Path) -> None:
    path = write_file(tmp_path, act(1), act(2, code="112", points="-2"))
    load(both, path)
    before, revision = all_rows(both), both.revision()
    again = load(both, path.rename(tmp_path / "other-name.tab"))
    assert not again.changed
    assert (all_rows(both), both.revision()) == (before, revision)


def test_rows_that_another_file_had_are_duplicates(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1), act(2)))
    before = state(both)
    done = load(both, write_file(tmp_path, act(2), act(1), act(3, publisher="Paper 1"), name="b"))
    assert counts(done.record) == {"read": 3, "duplicate": 3}
    assert state(both) == before


def test_a_repeated_id_takes_no_event_from_the_rows_after_it(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1, code="040", publisher="A"), name="a"))
    repeated = act(1, code="112", points="-2", publisher="B")
    new = act(2, code="112", points="-2", publisher="B")
    done = load(both, write_file(tmp_path, repeated, new, name="b"))
    assert counts(done.record) == {"read": 2, "stored": 1, "duplicate": 1}
    assert sum(sums[0] for sums in state(both).values()) == 2


def test_a_report_that_was_retracted_before_it_came_counts_for_nothing(
    both: Service, tmp_path: Path
) -> None:
    withdraw(both, "1", "9")
    done = load(both, write_file(tmp_path, act(1, publisher="A"), act(2, publisher="A"), act(9)))
    assert counts(done.record) == {"read": 3, "stored": 1, "retracted": 2}
    assert sum(sums[0] for sums in state(both).values()) == 1


def test_a_file_with_too_many_malformed_rows_leaves_nothing(both: Service, tmp_path: Path) -> None:
    rows = [act(n, code="13y" if n % 4 == 0 else "040") for n in range(80)]
    before, revision = all_rows(both), both.revision()
    with pytest.raises(InvalidCatalogue) as caught:
        load(both, write_file(tmp_path, *rows))
    assert caught.value.faults[0].detail.startswith("20 of 80 rows are malformed")
    assert caught.value.faults[0].line == 2
    assert both.revision() == revision
    after = all_rows(both)
    (record,) = after.pop("event_import")
    assert {"failed", f"line 2: {caught.value.faults[0].detail}"} < set(record)
    assert after == {name: rows for name, rows in before.items() if name != "event_import"}


def test_a_batch_is_one_revision_that_the_change_feed_shows(both: Service, tmp_path: Path) -> None:
    load(both, write_file(tmp_path, act(1)))
    (change,) = both.get("/v1/changes", {"resource": "event_batch"}).json()["items"]
    assert change["principal"] == "test"
    assert change["record"]["counts"]["stored"] == 1
    assert (change["record"]["first_line"], change["record"]["last_line"]) == (2, 2)


def test_what_was_broken_off_goes_on_after_the_last_whole_batch(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_ROWS", 3)
    path = write_file(tmp_path, *(act(n, day=f"2020-02-{n % 5 + 1:02}") for n in range(20)))
    whole, broken = make_both("small"), make_both("small")
    load(whole, path)
    real = batches.refresh
    calls = 0

    def fail_now_and_then(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        real(*arguments)  # type: ignore[arg-type]
        if calls % 2:
            raise ConnectionError

    monkeypatch.setattr(batches, "refresh", fail_now_and_then)
    for _ in range(20):
        try:
            load(broken, path)
        except ConnectionError:
            continue
        break
    assert calls > 7
    assert all_rows(broken) == all_rows(whole)
    assert scores(broken) == scores(whole)


def test_two_who_import_the_same_file_at_once_store_it_once(
    make_both: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_ROWS", 2)
    path = write_file(tmp_path, *(act(n) for n in range(9)))
    alone, shared = make_both("small"), make_both("small")
    load(alone, path)
    real = ingest.rows_of
    is_first = True

    def overtaken(*arguments: object) -> object:
        nonlocal is_first
        for number, row in enumerate(real(*arguments)):  # type: ignore[arg-type]
            if is_first and number == 4:
                is_first = False
                load(shared, path)
            yield row

    monkeypatch.setattr(ingest, "rows_of", overtaken)
    load(shared, path)
    assert all_rows(shared) == all_rows(alone)


def test_feeds_move_momentum_and_say_why(both: Service, tmp_path: Path) -> None:
    before = momentum(both)
    load(both, write_file(tmp_path, *(act(n, points="8", code="057") for n in range(6))))
    after = momentum(both)
    assert after["value"] > before["value"]
    assert after["figures"]["reported_events"] == 6
    refs = {ref for entry in after["inputs"] for ref in entry["refs"]}
    assert f"event:icews.2020-02-01.{0}" in refs


def momentum(service: Service, day: str = "2020-02-10") -> dict[str, object]:
    url = "/v1/proposals/joint-patrol/score"
    found = service.get(url, {"as_of": day}).json()["assessments"]
    return next(a for a in found if a["criterion"] == "momentum")


def test_what_was_known_before_an_import_is_answered_alike_after_it(
    both: Service, tmp_path: Path
) -> None:
    known_at = both.get("/v1/proposals", {"as_of": "2020-02-10"}).json()["meta"]["known_at"]
    before = scores(both)
    load(both, write_file(tmp_path, *(act(n, code="190", points="-10") for n in range(9))))
    assert scores(both) != before
    again = both.get("/v1/proposals", {"as_of": "2020-02-10", "known_at": known_at}).json()
    assert [(i["slug"], i["rank"], i["score"]) for i in again["items"]] == before


def test_a_past_day_scores_as_if_later_events_had_never_come(
    make_both: Make, tmp_path: Path
) -> None:
    rows = [act(n, day=f"2020-0{n % 6 + 2}-1{n % 7}", points=str(n % 9 - 4)) for n in range(60)]
    everything, until_then = make_both("small"), make_both("small")
    load(everything, write_file(tmp_path, *rows))
    day = "2020-05-01"
    load(until_then, write_file(tmp_path, *(r for r in rows if r["Event Date"] <= day), name="b"))
    assert momentum(everything, day) == momentum(until_then, day)
    assert scores(everything, day) == scores(until_then, day)


def test_kills_at_any_moment_lose_and_double_nothing(tmp_path: Path) -> None:
    path = kills.write_damaged(tmp_path / "feed.csv")
    whole, killed = (make_service(tmp_path / f"{n}.db", starter=True) for n in ("whole", "0"))
    pace = kills.run(whole, path)
    chance, begun = random.Random(kills.SEED), time.monotonic()  # noqa: S311 it guards nothing
    hits = []
    for n in range(kills.KILLS):
        if kills.progress(killed)[1] == "done":
            kills.check_same(whole, killed)
            killed = make_service(tmp_path / f"{n}.db", starter=True)
        row = int((n + chance.random()) * kills.ROWS / kills.KILLS)
        hits.append(kills.run_and_kill(killed, path, row, pace, chance))
    hit = sum(place is not None for place in hits)
    took = time.monotonic() - begun
    log.info("%s; %d of %d kills hit, in %.0f s, after rows %s", pace, hit, kills.KILLS, took, hits)
    if kills.progress(killed)[1] != "done":
        kills.run(killed, path)
    kills.check_same(whole, killed)
    assert hit > kills.KILLS / 2


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not here")
def test_a_real_file_is_imported_whole_and_its_busy_dyads_have_momentum(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'real'}.db"
    prepare(url, starter=True)
    service = Service(url)
    found = load(service, SAMPLE).record
    total = found.stored + found.duplicate + found.rejected + found.unresolved + found.internal
    assert (found.read, total, found.rejected) == (1499, 1499, 0)
    assert len(rows_of(service, DyadDay)) > 300
