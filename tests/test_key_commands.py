"""The commands of API keys."""

from datetime import UTC, datetime
from pathlib import Path

from tests.service import Service
from tests.test_cli import entente


def test_a_key_is_made_used_listed_and_revoked(small: Service) -> None:
    database: Path = small.folder / "entente.db"
    told = entente(
        "keys", "create", "--name", "news [room]", "--scope", "write", "--scope", "ingest",
        database=database,
    ).stdout  # fmt: skip
    key = told.split()[-1]
    headers = {"Authorization": f"Bearer {key}"}
    source = {"id": "s", "title": "S", "available_on": "2020-01-01", "reliability": "B"}
    assert small.request("POST", "/v1/sources", json=source, headers=headers).status_code == 201
    listed = entente("keys", "list", database=database).stdout
    key_id = key.split("_")[1]
    assert key_id in listed
    assert key.split("_", 2)[2] not in listed
    assert "…" not in listed
    assert listed.count(f"{datetime.now(UTC):%Y-%m-%d}") == 2  # made, and last used
    assert "is revoked" in entente("keys", "revoke", key_id, database=database).stdout
    refused = small.request("GET", "/v1/sources", headers=headers)
    assert refused.json()["code"] == "revoked"


def test_a_key_may_end_by_itself(small: Service) -> None:
    database = small.folder / "entente.db"
    told = entente(
        "keys", "create", "--name", "x", "--scope", "read", "--expires-in-days", "30",
        database=database,
    )  # fmt: skip
    assert ", until 20" in told.stderr
    assert told.stdout.startswith("ent_")
    assert len(told.stdout.split()) == 1


def test_wrong_scopes_and_ids_are_told(small: Service) -> None:
    database = small.folder / "entente.db"
    wrong = entente("keys", "create", "--name", "x", "--scope", "god", database=database, status=2)
    assert "read, write, review, ingest, admin" in wrong.stderr
    unknown = entente("keys", "revoke", "nothing", database=database, status=1)
    assert "No key has this id" in unknown.stderr
