"""The commands on roll-ups, as a person runs them."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import cli
from app.rollups.dyad_days import REJECTED, read
from benchmarks.gdelt_shaped import write as write_rows
from tests.feeds.feeds import act, state, withdraw, write_file
from tests.processes import ROOT
from tests.service import Service

Run = Callable[..., Result]


@pytest.fixture
def run(small: Service, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ENTENTE_DATABASE_URL", small.settings.database_url)
    return lambda *words: CliRunner().invoke(cli, ["events", *map(str, words)])


def files(folder: Path) -> list[str]:
    """What is in a folder, but for the database."""
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith("entente.db"))


def test_files_are_rolled_up_and_loaded_and_what_became_of_rows_is_told(
    run: Run, small: Service, tmp_path: Path
) -> None:
    rows = [act(1), act(2, code="13y"), act(3, **{"Source Name": "Africa", "source": "NA"})]
    path, into = write_file(tmp_path, *rows), tmp_path / "days [1].zip"
    made = run("rollup", path, "--feed", "icews", "--into", into)
    assert made.exit_code == 0, made.output
    assert f"1 dyad-days written to {into} in" in made.output
    assert "stored        1" in made.output
    assert "Unresolved names: Africa (1)" in made.output
    assert f"Malformed rows: unzip -p '{into}' rejected.jsonl" in made.output
    with zipfile.ZipFile(into) as archive:
        (line,) = archive.read("rejected.jsonl").splitlines()
    told = json.loads(line)
    assert (told["file"], told["line"]) == ("feed.tab", 3)
    assert told["reason"] == "there is no such CAMEO code"
    assert files(tmp_path) == ["days [1].zip", "feed.tab"]
    loaded = run("load", into)
    assert "1 dyad-days changed; the feed icews has 1." in loaded.output
    assert len(state(small)) == 1
    assert "All 1 dyad-days of the feed icews were there before." in run("load", into).output


def test_retracted_ids_and_those_of_a_list_are_left_out(
    run: Run, small: Service, tmp_path: Path
) -> None:
    withdraw(small, "1", feed="ours")
    (listed := tmp_path / "ids").write_text("2\n")
    path, into = write_file(tmp_path, *(act(n) for n in range(5))), tmp_path / "days.zip"
    words = ("--feed", "ours", "--format", "icews", "--into", into, "--without", listed)
    assert "retracted     2" in run("rollup", path, *words).output
    assert read(into)[0].counts.stored == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("feed.tab", "--into", "feed.tab"), "is to be read"),
        (("feed.tab", "--into", "link"), "is to be read"),
        (("feed.tab", "--into", "."), "is no file"),
        (("feed.tab", "--into", "/dev/null"), "is no file"),
        (("feed.tab", "--into", "none/days.zip"), "there is no folder"),
        (("none.tab", "--into", "days.zip"), "there is no file none.tab"),
        ((".", "--into", "days.zip"), "is a folder"),
        (("feed.tab", "--into", "days.zip", "--engine", "abacus"), "embedded, spark"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_file(tmp_path, act(1))
    (tmp_path / "link").symlink_to(path)
    before = path.read_bytes()
    done = run("rollup", *words, "--feed", "icews")
    assert done.exit_code == 2
    assert message in " ".join(done.output.replace("│", " ").split())
    assert path.read_bytes() == before
    assert not (tmp_path / "days.zip").exists()


def test_a_roll_up_that_fails_leaves_the_file_that_was_there(run: Run, tmp_path: Path) -> None:
    into = tmp_path / "days.zip"
    run("rollup", write_file(tmp_path, act(1)), "--feed", "icews", "--into", into)
    before = into.read_bytes()
    bad = write_file(tmp_path, *(act(n, code="13y") for n in range(20)), name="bad.tab")
    done = run("rollup", bad, "--feed", "icews", "--into", into)
    assert done.exit_code == 1
    assert "Nothing was imported" not in str(done.exception) + done.output
    assert into.read_bytes() == before
    assert files(tmp_path) == ["bad.tab", "days.zip", "feed.tab"]


def test_an_empty_roll_up_is_loaded_only_when_asked_for(
    run: Run, small: Service, tmp_path: Path
) -> None:
    full, empty = tmp_path / "full.zip", tmp_path / "empty.zip"
    run("rollup", write_file(tmp_path, act(1)), "--feed", "icews", "--into", full)
    run("rollup", write_file(tmp_path), "--feed", "icews", "--into", empty)
    run("load", full)
    assert run("load", empty).exit_code == 1
    assert len(state(small)) == 1
    assert "1 dyad-days changed; the feed icews has 0." in run("load", "--empty", empty).output
    assert state(small) == {}


def start(service: Service, file: Path, into: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from app.cli import main; main()", "events", "rollup", file]
    environment = os.environ | {"ENTENTE_DATABASE_URL": service.settings.database_url}
    return subprocess.Popen(
        [*command, "--feed", "gdelt", "--into", into],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def scratches(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith(".days.zip.")]


@pytest.mark.parametrize(("sent", "left"), [(signal.SIGTERM, 0), (signal.SIGKILL, 1)])
def test_a_roll_up_that_is_ended_leaves_nothing_that_the_next_does_not_clear(
    small: Service, tmp_path: Path, sent: signal.Signals, left: int
) -> None:
    file, into = tmp_path / "rows.csv", tmp_path / "days.zip"
    write_rows(file, 400_000)
    process = start(small, file, into)
    while not any((folder / REJECTED).exists() for folder in scratches(tmp_path)):
        assert process.poll() is None
        time.sleep(0.001)
    process.send_signal(sent)
    assert process.wait() != 0
    assert (len(scratches(tmp_path)), into.exists()) == (left, False)
    write_rows(file, 1000)
    assert start(small, file, into).wait() == 0
    assert (scratches(tmp_path), into.exists()) == ([], True)
