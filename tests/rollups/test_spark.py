"""The same roll-up on a cluster of two workers; needs the extra and Java."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Java is not here", allow_module_level=True)

from app.errors import InvalidCatalogue
from app.feeds.resolve import Register
from app.rollups import spark, splits
from app.rollups.embedded import Tally, Task
from tests.feeds.feeds import act, write_file
from tests.rollups.test_embedded import mixed_rows, roll_up
from tests.service import Service

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    opened = spark.open_session("local-cluster[2,1,1024]")
    yield opened
    opened.stop()


def test_a_cluster_of_two_workers_gives_the_same(
    session: Any, small: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splits.split_files, "__defaults__", (3000,))
    paths = [
        write_file(tmp_path, *mixed_rows(), name="a"),
        write_file(tmp_path, *mixed_rows(90)[30:], name="b"),
    ]
    assert len(splits.split_files(paths)) > 4
    expected, embedded_tally = roll_up(small, tmp_path, *paths)
    tally, rejected = Tally(), []
    tally.on_rejected = lambda name, row: rejected.append((name, row.line, row.reason))
    retracted = [str(n) for n in range(90, 100)]
    task = Task(paths, "icews", "icews", Register.of(small.snapshot()), retracted)
    found = pl.concat(spark.roll_up(session, task, tmp_path, tally))
    assert found.equals(expected)
    assert (tally.counts, tally.names) == (embedded_tally.counts, embedded_tally.names)
    reasons = {reason for _, _, reason in rejected}
    assert len(rejected) == 4
    assert "there is no such CAMEO code" in reasons


def test_a_file_with_too_many_malformed_rows_is_refused(
    session: Any, small: Service, tmp_path: Path
) -> None:
    path = write_file(tmp_path, *(act(n, code="13y") for n in range(20)))
    task = Task([path], "icews", "icews", Register.of(small.snapshot()))
    with pytest.raises(InvalidCatalogue) as caught:
        list(spark.roll_up(session, task, tmp_path, Tally()))
    assert caught.value.faults[0].line == 2
