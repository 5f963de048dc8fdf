"""The contract: what the OpenAPI document says is what the service does, and goes on doing."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openapi.compatibility import compare, main
from tests.processes import ROOT, Server

DOCUMENT: dict[str, Any] = json.loads(
    (ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("has_key", [True, False], ids=["with a key", "without a key"])
def test_schemathesis_finds_nothing(
    make_url: Callable[[str], str], tmp_path: Path, has_key: bool
) -> None:
    """All checks, stateful too; ENTENTE_TEST_EXAMPLES makes it look longer.

    Every way to depart from the schemas is tried on one database: they are looked at before any
    database is. Without a key most is refused, and chains of requests lead nowhere.
    """
    url = make_url("empty")
    phases = "examples,fuzzing"
    if has_key:
        phases += ",stateful,coverage" if url.startswith("sqlite") else ",stateful"
    server = Server(url, tmp_path / "server.log")
    key = server.command("keys", "create", "--name", "test", "--scope", "admin").split()[-1]
    server.start()
    try:
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            *("run", f"{server.url}/openapi.json", "--checks", "all", "--seed", "1", "--no-color"),
            *("--phases", phases, "--warnings", "off"),
            *("--max-examples", os.environ.get("ENTENTE_TEST_EXAMPLES", "3")),
            *(("-H", f"Authorization: Bearer {key}") if has_key else ()),
        ]
        environment = dict(os.environ) | {"SCHEMATHESIS_HOOKS": "tests.schemathesis_hooks"}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    finally:
        server.kill()
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "Traceback" not in server.log.read_text()


def drop_path(document: dict[str, Any]) -> None:
    del document["paths"]["/v1/changes"]


def drop_method(document: dict[str, Any]) -> None:
    del document["paths"]["/v1/sources"]["post"]


def rename_operation(document: dict[str, Any]) -> None:
    document["paths"]["/v1/sources"]["get"]["operationId"] = "sources"


def drop_parameter(document: dict[str, Any]) -> None:
    del document["paths"]["/v1/proposals"]["get"]["parameters"][0]


def need_parameter(document: dict[str, Any]) -> None:
    parameter = {"name": "since", "in": "query", "required": True, "schema": {"type": "string"}}
    document["paths"]["/v1/sources"]["get"]["parameters"].append(parameter)


def drop_field(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["SourcePublic"]["properties"]["title"]


def loosen_answer(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["SourcePublic"]["required"].remove("title")


def need_field(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["SourceCreate"]["required"].append("publisher")


def drop_word(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["EventCreate"]["properties"]["event_type"]["enum"].pop()


def change_type(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Meta"]["properties"]["revision"]["type"] = "string"


def shorten(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["SourceCreate"]["properties"]["title"]["maxLength"] = 10


def change_pattern(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["SourceCreate"]["properties"]["id"]["pattern"] = "^x$"


def drop_media_type(document: dict[str, Any]) -> None:
    body = document["paths"]["/v1/sources/{source_id}"]["patch"]["requestBody"]
    del body["content"]["application/merge-patch+json"]


def drop_status(document: dict[str, Any]) -> None:
    answers = document["paths"]["/v1/sources"]["post"]["responses"]
    answers["200"] = answers.pop("201")


def close_reads(document: dict[str, Any]) -> None:
    document["paths"]["/v1/sources"]["get"]["security"] = [{"bearer": []}]


BREAKING = [
    drop_path,
    drop_method,
    rename_operation,
    drop_parameter,
    need_parameter,
    drop_field,
    loosen_answer,
    need_field,
    drop_word,
    change_type,
    shorten,
    change_pattern,
    drop_media_type,
    drop_status,
    close_reads,
]


@pytest.mark.parametrize("change", BREAKING, ids=lambda change: change.__name__)
def test_a_breaking_change_is_found(change: Callable[[dict[str, Any]], None]) -> None:
    changed = copy.deepcopy(DOCUMENT)
    change(changed)
    assert compare(DOCUMENT, changed)


def test_what_is_added_breaks_nothing() -> None:
    changed = copy.deepcopy(DOCUMENT)
    optional = {"name": "since", "in": "query", "required": False, "schema": {"type": "string"}}
    changed["paths"]["/v1/sources"]["get"]["parameters"].append(optional)
    changed["paths"]["/v1/new"] = changed["paths"]["/v1/sources"]
    schemas = changed["components"]["schemas"]
    schemas["SourcePublic"]["properties"]["extra"] = {"type": "string"}
    schemas["SourcePublic"]["required"].append("extra")
    schemas["SourceCreate"]["properties"]["extra"] = {"type": "string"}
    schemas["SourceCreate"]["properties"]["title"]["maxLength"] = 300
    assert compare(DOCUMENT, changed) == []
    assert compare(DOCUMENT, copy.deepcopy(DOCUMENT)) == []


def test_the_comparison_fails_a_build_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = copy.deepcopy(DOCUMENT)
    drop_field(changed)
    paths = [tmp_path / "released.json", tmp_path / "now.json"]
    paths[0].write_text(json.dumps(DOCUMENT))
    paths[1].write_text(json.dumps(changed))
    assert main([str(p) for p in paths]) == 1
    assert "title" in capsys.readouterr().out
    assert main([str(paths[0]), str(paths[0])]) == 0
    assert main([str(tmp_path / "none.json"), str(paths[0])]) == 0
    assert "no release" in capsys.readouterr().out.lower()
