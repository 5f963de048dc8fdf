"""The commands on feeds, as a person runs them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from tests.feeds.feeds import act, write_file
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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--feed", "catalogue"), "and not catalogue"),
        (("--feed", "My Feed"), "small letters"),
        (("--feed", "mine", "--format", "xml"), "the format must be one of"),
        (("--feed", "icews"), "is not a file"),
    ],
)
def test_what_cannot_be_imported_is_told(
    run: object, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    done = run("import", str(tmp_path / "none.tab"), *words)  # type: ignore[operator]
    assert done.exit_code == 2
    assert message in " ".join(done.output.replace("│", " ").split())
