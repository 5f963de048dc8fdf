"""The commands on feeds, as a person runs them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.coding.read import FORMATS
from app.errors import InvalidCatalogue
from tests.feeds.feeds import act, write_file
from tests.feeds.test_fetch import Feed, archive, feed  # noqa: F401 the server is a fixture
from tests.service import Service


@pytest.fixture
def run(small: Service, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("ENTENTE_DATABASE_URL", small.settings.database_url)
    return lambda *words: CliRunner().invoke(cli, ["events", *words])


def test_an_import_says_what_became_of_the_rows(run: object, tmp_path: Path) -> None:
    path = write_file(
        tmp_path, act(1), act(2, code="13y"), act(3, **{"Source Name": "Africa", "source": "NA"})
    )
    done = run("import", str(path), "--feed", "icews")  # type: ignore[operator]
    assert done.exit_code == 0, done.output
    assert "stored        1" in done.output
    assert "Unresolved names: Africa (1)" in done.output
    assert "Line 3: there is no such CAMEO code" in done.output
    again = run("import", str(path), "--feed", "icews")  # type: ignore[operator]
    assert "all of it was there before" in again.output


def test_a_retraction_says_what_it_met(run: object, tmp_path: Path) -> None:
    run("import", str(write_file(tmp_path, act(1))), "--feed", "icews")  # type: ignore[operator]
    ids = tmp_path / "deleted.csv"
    ids.write_text("event_id_cnty\n1\n2\n")
    done = run("retract", str(ids), "--feed", "icews")  # type: ignore[operator]
    assert "Retracted 2 ids, of which 1 had come; 0 had been retracted before." in done.output


def test_a_file_that_cannot_be_used_does_not_keep_others_out(run: object, tmp_path: Path) -> None:
    good, bad = write_file(tmp_path, act(1)), tmp_path / "bad\x1b[31m.tab"
    bad.write_bytes(b"no header\n")
    done = run("import", str(bad), str(good), "--feed", "icews")  # type: ignore[operator]
    assert done.exit_code == 1
    assert "the header has no column" in done.output
    assert "feed.tab: imported as" in done.output
    assert "bad\ufffd[31m.tab was not imported; faults: 1" in done.output


def test_a_refusal_names_the_files_that_were_imported_before_it(
    run: object, tmp_path: Path
) -> None:
    paths = [write_file(tmp_path, act(n), name=f"{n}.tab") for n in range(3)]
    paths[2].write_bytes(b"no header\n")
    done = run("import", *map(str, paths), "--feed", "icews")  # type: ignore[operator]
    told = "2.tab was not imported (0.tab, 1.tab imported before it); faults: 1"
    assert (done.exit_code, told in done.output) == (1, True), done.output


def test_an_empty_file_is_a_fault_in_every_format(run: object, tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_bytes(b"")
    for form in FORMATS:
        done = run("import", str(tmp_path / "none.csv"), "--feed", "f", "--format", form)  # type: ignore[operator]
        assert done.exit_code == 1
        assert "none.csv was not imported; faults: 1" in done.output
        assert "the file is empty" in done.output


def test_names_from_files_do_not_steer_the_terminal(run: object, tmp_path: Path) -> None:
    path = write_file(tmp_path, act(1, **{"Source Name": "A\x1b[31mB", "source": "NA"}))
    done = run("import", str(path), "--feed", "icews")  # type: ignore[operator]
    assert "Unresolved names: A\ufffd[31mB (1)" in done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--feed", "catalogue"), "and not catalogue"),
        (("--feed", "My Feed"), "small letters"),
        (("--feed", "mine", "--format", "xml"), "the format must be one of"),
        (("--feed", "icews"), "there is no file"),
    ],
)
def test_what_cannot_be_imported_is_told(
    run: object, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    done = run("import", str(tmp_path / "none.tab"), *words)  # type: ignore[operator]
    assert done.exit_code == 2
    assert message in " ".join(done.output.replace("│", " ").split())


def test_a_folder_and_a_list_that_is_not_there_are_called_so(run: object, tmp_path: Path) -> None:
    done = run("import", str(tmp_path), "--feed", "icews")  # type: ignore[operator]
    assert done.exit_code == 2
    assert "is a folder" in " ".join(done.output.replace("│", " ").split())
    for path, why in ((tmp_path, "is a folder"), (tmp_path / "none", "there is no file")):
        done = run("retract", str(path), "--feed", "icews")  # type: ignore[operator]
        assert isinstance(done.exception, InvalidCatalogue)
        assert why in done.exception.faults[0].detail


def test_a_fetch_says_what_came_and_what_to_do_next(
    run: object,
    feed: Feed,  # noqa: F811 it is the fixture
    tmp_path: Path,
) -> None:
    feed.publish("20140122.export.CSV.zip", archive("20140122"))
    gone = feed.publish("20140124.export.CSV.zip", archive("20140124"))
    del feed.files[f"/events/{gone.name}"]
    words = ("fetch", "--from", "2014-01-22", "--to", "2014-01-24")
    into = ("--into", str(tmp_path / "feeds"), "--mirror", f"{feed.url}/events")
    done = run(*words, *into)  # type: ignore[operator]
    assert done.exit_code == 1
    assert "1 files fetched into" in done.output
    assert "missing: 20140124.export.CSV.zip; the feed lists it but does not have" in done.output
    assert "The feed lists no file for 2014-01-23." in done.output
    again = run("fetch", "--from", "2014-01-22", "--to", "2014-01-22", *into)  # type: ignore[operator]
    assert (again.exit_code, "0 files fetched" in again.output) == (0, True)
    stored = run("import", str(tmp_path / "feeds" / "20140122.export.CSV.zip"), "--feed", "gdelt")  # type: ignore[operator]
    assert stored.exit_code == 0, stored.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "2014-01-22", "--to", "2014-01-21"), "--to lies before --from"),
        (("--from", "22.1.2014", "--to", "2014-01-21"), "YYYY-MM-DD"),
        (("--from", "2014-01-22", "--to", "2014-01-22", "--feed", "icews"), "--feed gdelt"),
        (("--from", "2014-01-22", "--to", "2014-01-22", "--version", "3"), "one of 1.0, 2.0"),
    ],
)
def test_what_cannot_be_fetched_is_told(run: object, words: tuple[str, ...], message: str) -> None:
    done = run("fetch", *words)  # type: ignore[operator]
    assert done.exit_code == 2
    assert message in " ".join(done.output.replace("│", " ").split())
