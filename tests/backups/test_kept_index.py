"""Verifying the index on disk."""

import json
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from app.proposals.models import to_proposal_id
from tests.backups.ways import damage, named, verified
from tests.catalogues import catalogue, proposal
from tests.listings.building import count_as_many
from tests.service import Service


@pytest.fixture
def indexed(both: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service whose index is on disk."""
    count_as_many(monkeypatch, 5)
    both.load(catalogue(*(proposal(f"plan-{n}", title=f"Übung {n}") for n in range(12))))
    both.app.state.lists.refresh(60)
    return both


def folder_of(service: Service) -> Path:
    (found,) = service.settings.index.glob("index-*")
    return found


def change_columns(service: Service, name: str, row: int, value: int) -> None:
    """Changes a column, with a checksum that is right."""
    path = folder_of(service) / "columns.npz"
    with np.load(path) as kept:
        columns = {key: kept[key].copy() for key in kept.files}
    columns[name][row] = value
    np.savez(path, **columns)
    path.with_name("columns.npz.crc32").write_text(str(crc32(path.read_bytes())))


def test_what_the_service_kept_is_as_it_should_be(indexed: Service) -> None:
    done = verified(indexed)
    assert not done.findings.named
    assert done.indexed == 13


@pytest.mark.parametrize(
    ("column", "value", "detail"),
    [
        ("numbers", 1, "has another revision"),
        ("updated_us", 1, "has another updated_at"),
        ("closes_on", 1, "has another closes_on"),
        ("neglected", 1, "has another neglected"),
        ("counted", 1, "has another values"),
    ],
)
def test_a_wrong_column_is_named(indexed: Service, column: str, value: int, detail: str) -> None:
    change_columns(indexed, column, 3, value)
    changed = sorted(indexed.snapshot().ids("proposal"))[3]
    (found,) = named(indexed)
    assert (found.place, found.detail) == (f"proposal {changed}", detail)


def test_wrong_keys_are_named(indexed: Service) -> None:
    path = folder_of(indexed) / "texts.json"
    texts = json.loads(path.read_text())
    texts["keys"] = ["actor:ZZZ" if key == "actor:SWE" else key for key in texts["keys"]]
    path.write_text(json.dumps(texts))
    path.with_name("texts.json.crc32").write_text(str(crc32(path.read_bytes())))
    places = {f.place for f in named(indexed)}
    assert {"key actor:ZZZ", "key actor:SWE"} <= places


def test_what_the_database_no_longer_says_is_named(indexed: Service) -> None:
    damage(
        indexed,
        "UPDATE revision SET record = replace(record, 'bung 4', 'bung 44') "
        f"WHERE resource_id = '{to_proposal_id('plan-4')}'",
    )
    place = f"proposal {to_proposal_id('plan-4')}"
    found = [f.detail for f in named(indexed) if f.place == place]
    assert "is shown as it is not" in found
