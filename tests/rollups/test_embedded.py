"""Rolling files up on this machine: the same as importing them."""

from pathlib import Path

import polars as pl
import pytest
from sqlmodel import select

from app.db import read_session
from app.errors import InvalidCatalogue
from app.feeds.models import DyadDay
from app.feeds.resolve import Register
from app.feeds.rollup import list_dyads
from app.rollups import blocks, embedded
from app.rollups.dyad_days import ORDER, SCHEMA
from app.rollups.embedded import Tally, Task
from app.rollups.spool import Spool
from tests.conftest import Make
from tests.feeds.feeds import act, load, state, withdraw, write_file
from tests.service import Service


def roll_up(service: Service, folder: Path, *paths: Path) -> tuple[pl.DataFrame, Tally]:
    """Rolls files of ICEWS up by the catalogue of a service; ids 90 to 99 are left out."""
    tally = Tally()
    retracted = [str(n) for n in range(90, 100)]
    task = Task(paths, "icews", "icews", Register.of(service.snapshot()), retracted)
    parts = list(embedded.roll_up(task, folder, tally))
    return pl.concat([pl.DataFrame(schema=SCHEMA), *parts]), tally


def mixed_rows(count: int = 60) -> list[dict[str, str]]:
    """Acts on several days, with duplicates, malformed ones and parties that nobody knows."""
    rows = [
        act(n, day=f"2020-02-{n % 9 + 1:02}", publisher=f"P{n % 3}", code=("040", "112")[n % 2])
        for n in range(count)
    ]
    rows += [act(3, day="2020-02-04", code="190"), act(5, day="2020-02-20")]
    rows += [act(n, publisher="P1", code="0312") for n in (70, 71, 90, 91)]
    rows += [act(80, code="13y"), act(81, target="Norway"), act(82, **{"Event Date": "x"})]
    rows += [act(83, **{"Source Name": "Nobody", "source": "NA"})]
    return rows


def kept_of(service: Service) -> dict[tuple[object, ...], tuple[int, ...]]:
    """The dyad-days of a service, by the ids of actors."""
    with read_session(service.engine) as session:
        dyads = {number: dyad for dyad, number in list_dyads(session).items()}
    return {(*dyads[group[0]], *group[1:]): sums for group, sums in state(service).items()}  # type: ignore[index]


def groups_of(frame: pl.DataFrame) -> dict[tuple[object, ...], tuple[int, ...]]:
    return {
        (actor, recipient, day, *group): tuple(sums)
        for day, actor, recipient, *group, a, b, c, d, _ in frame.iter_rows()
        for sums in [(a, b, c, d)]
    }


def test_a_roll_up_is_what_an_import_leads_to(both: Service, tmp_path: Path) -> None:
    path = write_file(tmp_path, *mixed_rows())
    withdraw(both, *(str(n) for n in range(90, 100)))
    record = load(both, path).record
    frame, tally = roll_up(both, tmp_path, path)
    assert groups_of(frame) == kept_of(both)
    assert tally.counts == record.counts
    assert tally.counts.retracted == 2
    assert dict(tally.names) == {"Nobody": 1}
    with read_session(both.engine) as session:
        assert set(frame["lead"]) == set(session.exec(select(DyadDay.lead)))


@pytest.mark.parametrize(("block_bytes", "held", "workers"), [(700, 7, 3), (64, 1, 1)])
def test_neither_blocks_nor_disk_nor_threads_change_a_roll_up(
    small: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    block_bytes: int,
    held: int,
    workers: int,
) -> None:
    paths = [
        write_file(tmp_path, *mixed_rows(), name="a"),
        write_file(tmp_path, *mixed_rows(90)[30:], name="b"),
    ]
    expected, tally = roll_up(small, tmp_path, *paths)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(embedded, "WORKERS", workers)
    monkeypatch.setattr(embedded, "Spool", lambda folder: Spool(folder, held))
    found, again = roll_up(small, tmp_path, *paths)
    assert found.equals(expected)
    assert (again.counts, again.names) == (tally.counts, tally.names)
    assert expected.equals(expected.sort(ORDER))
    assert list(tmp_path.glob("*.arrow")) == []


def test_the_order_of_files_changes_only_what_repeated_ids_say(
    make_both: Make, tmp_path: Path
) -> None:
    service = make_both("small")
    one = write_file(tmp_path, *(act(n, publisher="P") for n in range(5)), name="a")
    other = write_file(tmp_path, *(act(n, publisher="Q") for n in range(5, 9)), name="b")
    assert roll_up(service, tmp_path, one, other)[0].equals(
        roll_up(service, tmp_path, other, one)[0]
    )


def test_a_file_that_cannot_be_used_is_refused_as_an_import_refuses_it(
    small: Service, tmp_path: Path
) -> None:
    too_many = write_file(tmp_path, act(0), *(act(n, code="13y") for n in range(20)), name="many")
    empty, something_else = tmp_path / "empty", tmp_path / "else"
    empty.write_bytes(b"")
    something_else.write_bytes(b"a,b\n1,2\n")
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"\x1f\x8b\x08\x00broken")
    for path, why in (
        (too_many, "20 of 21 rows are malformed"),
        (empty, "the file is empty"),
        (something_else, "the header has no column"),
        (damaged, "it is damaged"),
    ):
        with pytest.raises(InvalidCatalogue) as caught:
            roll_up(small, tmp_path, path)
        assert why in caught.value.faults[0].detail
        assert caught.value.faults[0].file == path.name
