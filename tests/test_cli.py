"""The command line, as its users run it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.db import write_session
from tests.catalogues import catalogue, proposal
from tests.service import Service

ROOT = Path(__file__).parent.parent


def entente(
    *arguments: str, database: Path | str, status: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        env=os.environ
        | {"ENTENTE_DATABASE_URL": f"sqlite:///{database}", "COLUMNS": "160", "NO_COLOR": "1"}
        | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "entente.db"


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(catalogue()))
    return path


def test_migrate_import_and_rank_from_nothing(database: Path, catalogue_file: Path) -> None:
    assert "up to date" in entente("migrate", database=database).stdout
    imported = entente("import", str(catalogue_file), database=database).stdout
    assert "proposal" in imported
    again = entente("import", str(catalogue_file), database=database).stdout
    assert again.splitlines()[-2].split("│")[2:5] == ["       0 ", "       0 ", "        11 "]
    table = entente(
        "rank", "--actor", "NOR", "--domain", "security", "--as-of", "2020-02-10", database=database
    ).stdout
    assert "Title of joint-patrol" in table
    assert "59.8" in table
    assert "90%" in table
    assert "█" in table
    assert "░" in table


def test_rank_prints_the_object_that_the_api_answers(small: Service) -> None:
    database = small.folder / "entente.db"
    for params in ({"actor": "NOR"}, {"domain": "security", "perspective": "SWE"}):
        flags = [x for k, v in params.items() for x in (f"--{k}", v)]
        printed = entente("rank", *flags, "--as-of", "2020-02-10", "--json", database=database)
        answer = small.get("/v1/proposals", params | {"as_of": "2020-02-10"})
        assert json.loads(printed.stdout) == answer.json()


def test_a_database_without_schema_is_told_what_to_do(database: Path) -> None:
    told = entente("rank", database=database, status=1).stderr
    assert f"The database sqlite:///{database} has no schema; run: entente migrate" in told
    assert "ENTENTE_DATABASE_URL" in told
    assert list(database.parent.iterdir()) == []


def test_a_database_of_a_later_version_is_told_what_to_do(small: Service) -> None:
    with write_session(small.engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for command in ("serve", "migrate"):
        done = entente(command, database=small.folder / "entente.db", status=1)
        assert "made by a later version of the service" in " ".join(done.stderr.split())


def test_wrong_ids_and_days_are_told_in_a_sentence(small: Service) -> None:
    database = small.folder / "entente.db"
    assert (
        "Did you mean NOR" in entente("rank", "--actor", "nor", database=database, status=1).stderr
    )
    wrong_day = entente("rank", "--as-of", "tomorrow", database=database, status=2).stderr
    assert "YYYY-MM-DD" in wrong_day
    assert "-score" in entente("rank", "--sort", "best", database=database, status=2).stderr


def test_a_wrong_catalogue_is_refused_with_its_places(small: Service, tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(catalogue(proposal(domains=["nowhere"]))))
    told = entente("import", str(path), database=small.folder / "entente.db", status=1).stderr
    assert "Nothing was imported; faults: 1" in told
    assert "wrong.json:1 /proposals/0/domains/0 no domain has this id" in told


def test_other_commands_that_refuse_a_file_do_not_speak_of_imports(
    small: Service, tmp_path: Path
) -> None:
    ids = tmp_path / "ids.csv"
    ids.write_text("name,day\n")
    words = ("events", "retract", str(ids), "--feed", "icews")
    told = entente(*words, database=small.folder / "entente.db", status=1).stderr
    assert told.startswith("Refused; faults: 1")


def test_import_wants_either_files_or_the_starter(small: Service) -> None:
    database = small.folder / "entente.db"
    assert "--starter" in entente("import", database=database, status=2).stderr
    assert "no catalogue file" in entente("import", "none.yaml", database=database, status=1).stderr


def test_wrong_settings_are_told_by_their_name(database: Path) -> None:
    told = entente("migrate", database=database, status=1, ENTENTE_PORT="many").stderr
    assert "ENTENTE_PORT" in told


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    told = entente("migrate", database=tmp_path / "no" / "folder.db", status=1).stderr
    assert "folder.db: No such file or directory" in told


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "garbage.db"
    path.write_text("garbage " * 100)
    assert "not a database" in entente("rank", database=path, status=1).stderr
    assert path.read_text() == "garbage " * 100


def test_the_openapi_document_can_be_written(database: Path, tmp_path: Path) -> None:
    entente("openapi", str(tmp_path / "o.json"), database=database)
    printed = entente("openapi", database=database).stdout
    assert (tmp_path / "o.json").read_text() == printed
    assert json.loads(printed)["info"]["title"] == "Entente"


@pytest.fixture
def server(database: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"ENTENTE_DATABASE_URL": f"sqlite:///{database}", "ENTENTE_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_serve_starts_from_nothing_and_stops_when_told(
    server: tuple[subprocess.Popen[str], int], database: Path
) -> None:
    process, port = server
    base = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                break
        except httpx.TransportError:
            assert process.poll() is None, process.stdout.read() if process.stdout else ""
            time.sleep(0.1)
    params = {"actor": ["JPN", "KOR"], "as_of": "2021-04-30"}
    assert httpx.get(f"{base}/v1/proposals", params=params).json()["total"] > 0
    healthy = entente("health", database=database, ENTENTE_PORT=str(port)).stdout
    assert '"status":"ready"' in healthy
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) in (0, -signal.SIGTERM)
    printed = process.stdout.read() if process.stdout else ""
    assert f"{base}/docs" in printed
    assert "Loaded the starter catalogue" in printed
    entente("health", database=database, status=1, ENTENTE_PORT=str(port))
