"""Exporting: a file that imports to the same records."""

import json

import pytest
import yaml

from app.db import write_session
from app.imports.export import to_text
from app.imports.parse import Format
from app.imports.read import read_one
from app.imports.write import import_catalogue
from app.revisions.snapshot import Snapshot, load_snapshot
from tests.catalogues import catalogue, proposal
from tests.conftest import Make
from tests.service import IMPORTED_AT, Service


def texts(snapshot: Snapshot) -> dict[tuple[str, str], object]:
    return {
        (resource, i): json.loads(entry.text or "null")
        for resource, entries in snapshot.entries.items()
        for i, entry in entries.items()
        if not entry.is_deleted
    }


def reimport(service: Service, text: str, form: Format) -> None:
    with write_session(service.engine) as session:
        snapshot = load_snapshot(session)
        found = read_one(text.encode(), form)
        import_catalogue(session, snapshot, found, now=IMPORTED_AT, principal="test")


@pytest.mark.parametrize("form", ["yaml", "json", "ndjson"])
def test_an_export_imports_to_the_same_catalogue(make_both: Make, form: Format) -> None:
    one, other = make_both("small"), make_both("empty")
    strange = "Quotes \" ' : # - \\ {a} [b] & * ! | > % @ ` é 日本 \u2028 yes 2020-01-01"
    document = proposal("other-plan", title=strange, summary=f"{strange}\n- a list\n\ttab")
    one.load(catalogue(proposal(merged_into="other-plan"), document))
    one.write("DELETE", "/v1/actors/TUV", If_Match="*")
    reimport(other, to_text(one.snapshot(), form), form)
    expected = texts(one.snapshot())
    found = texts(other.snapshot())
    found.pop(("actor", "TUV"), None)  # a state that was never there is added
    assert found == expected
    query = {"as_of": "2020-02-10"}
    assert [(i["slug"], i["score"]) for i in one.items(**query)] == [
        (i["slug"], i["score"]) for i in other.items(**query)
    ]


def test_the_starter_comes_back_unchanged(starter: Service) -> None:
    snapshot = starter.snapshot()
    for form in ("yaml", "json", "ndjson"):
        found = read_one(to_text(snapshot, form).encode(), form)
        again = {change.key: change.document for change in found.changes}
        assert len(again) == 570
        for (resource, resource_id), document in again.items():
            entry = snapshot.get(resource, resource_id)
            assert entry.read(type(document)) == document


def test_yaml_leaves_out_what_says_nothing(small: Service) -> None:
    content = yaml.safe_load(to_text(small.snapshot(), "yaml"))
    [document] = content["proposals"]
    assert "next_step" not in document
    assert "merged_into" not in document
