"""What the documents say is so."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from app.cli import COMMANDS
from app.db import write_session
from app.imports.read import read_catalogue
from app.imports.write import import_catalogue
from app.revisions.snapshot import load_snapshot
from app.scoring.assessment import CRITERIA
from app.settings import Settings
from tests.service import IMPORTED_AT, Service

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    for name, field in Settings.model_fields.items():
        assert f"`ENTENTE_{name.upper()}`" in README
        assert f"`{str(field.default).lower()}`" in README.lower()


def test_every_command_stands_in_the_readme() -> None:
    for name in COMMANDS:
        assert f"\nentente {name}" in README, name


def test_every_criterion_is_explained_in_the_readme() -> None:
    for criterion in CRITERIA:
        assert f"| `{criterion}` |" in README


def test_every_request_of_the_readme_works(starter: Service) -> None:
    first = "/v1/proposals?actor=JPN&actor=KOR&as_of=2021-04-30"
    requests = re.findall(r"\| `(?:GET )?(/v1[^`]*|\.\.\.&[^`]*)` \|", README)
    assert len(requests) > 10
    for request in requests:
        answer = starter.get(request.replace("...", first))
        assert answer.status_code == 200, request
        assert answer.json().get("items", True), request


def test_links_of_the_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), (path, link)


def test_the_example_of_the_catalogue_format_can_be_imported(
    empty: Service, tmp_path: Path
) -> None:
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "example.yaml"
    path.write_text(example)
    with write_session(empty.engine) as session:
        import_catalogue(
            session,
            load_snapshot(session),
            read_catalogue([path]),
            now=IMPORTED_AT,
            principal="test",
        )
    assert [i["slug"] for i in empty.items(actor="NOR", as_of="2024-03-01")] == ["joint-patrol"]


def test_every_section_of_the_format_is_described() -> None:
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    for path in (ROOT / "app" / "data" / "starter").glob("*.yaml"):
        for section in yaml.safe_load(path.read_text(encoding="utf-8")):
            assert f"| `{section}` |" in text


@pytest.mark.parametrize("lock", ["serve.txt", "dev.txt", "build.txt"])
def test_locks_hold_versions_and_hashes_and_no_address(lock: str) -> None:
    lines = (ROOT / "requirements" / lock).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pinned
    assert all("==" in line for line in pinned)
    assert not [line for line in lines if "://" in line or line.startswith("--")]
    assert sum("--hash=sha256:" in line for line in lines) >= len(pinned)


def test_make_says_what_it_can_do() -> None:
    said = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split("\t")[0] for line in said.splitlines()} >= {"serve", "test", "check"}
