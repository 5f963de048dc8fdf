"""The service killed at random moments while it writes."""

import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from app.db import make_engine, read_session
from app.records.kinds import KINDS
from app.revisions.snapshot import load_snapshot
from tests.catalogues import REPORT
from tests.processes import Server, wait_until

# More of them on a patient machine.
KILLS = int(os.environ.get("ENTENTE_TEST_KILLS", "5"))


@dataclass
class Writer:
    """A client that writes until the service dies, and remembers what was acknowledged."""

    server: Server
    key: str
    name: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    unanswered: list[tuple[str, Any, str]] = field(default_factory=list)

    def run(self, round_number: int) -> None:
        for n in range(10_000):
            own = f"{self.name}-{round_number}-{n}"
            path, body = "/v1/sources", REPORT | {"id": own}
            if n % 3 == 2:
                records = [REPORT | {"id": f"{own}-{i}"} for i in range(30)]
                path, body = "/v1/imports", {"sources": records}
            try:
                self.send(path, body, own)
            except httpx.HTTPError:
                self.unanswered.append((path, body, own))
                return

    def send(self, path: str, body: Any, own: str) -> None:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": own}
        url = f"{self.server.url}{path}"
        answer = httpx.post(url, json=body, headers=headers, timeout=30)
        assert answer.status_code in (200, 201), answer.text
        if path == "/v1/sources":
            self.acknowledged[own] = answer.json()["revision"]
        else:
            first = answer.json()["first_revision"]
            for i, record in enumerate(body["sources"]):
                self.acknowledged[record["id"]] = first + i


def test_what_was_acknowledged_outlives_a_kill_and_nothing_is_half_there(
    make_url: Callable[[str], str], tmp_path: Path
) -> None:
    """Kills the server KILLS times; the unanswered are sent again and carried out once."""
    url = make_url("small")
    server = Server(url, tmp_path / "server.log", load_starter="false")
    key = server.command("keys", "create", "--name", "test", "--scope", "write").split()[-1]
    writers = [Writer(server, key, name) for name in ("a", "b")]
    delays = random.Random(7)  # noqa: S311 delays, not secrets
    for round_number in range(KILLS):
        server.start()
        threads = [threading.Thread(target=w.run, args=(round_number,)) for w in writers]
        before = count(writers)
        for thread in threads:
            thread.start()
        assert wait_until(lambda least=before + 10: count(writers) > least, 60)
        time.sleep(delays.uniform(0.02, 0.6))
        server.kill()
        for thread in threads:
            thread.join()
        check_whole(url, writers)
    server.start()
    for writer in writers:
        for path, body, own in writer.unanswered:
            writer.send(path, body, own)
    server.kill()
    check_whole(url, writers)
    assert count(writers) > 10 * KILLS


def count(writers: list[Writer]) -> int:
    """How many records were acknowledged."""
    return sum(len(w.acknowledged) for w in writers)


def check_whole(url: str, writers: list[Writer]) -> None:
    """Every acknowledged write is there; every record has its row; no number is missing."""
    engine = make_engine(url)
    with read_session(engine) as session:
        snapshot = load_snapshot(session)
        entries = snapshot.entries["source"]
        for writer in writers:
            for own, number in writer.acknowledged.items():
                assert entries[own].number == number
        numbers = {e.number for kind in snapshot.entries.values() for e in kind.values()}
        assert numbers == set(range(1, snapshot.revision + 1))
        for kind in KINDS:
            table = kind.table.__table__  # type: ignore[attr-defined]
            rows = dict(session.execute(select(table.c.id, table.c.revision)).all())
            live = {i: e.number for i, e in snapshot.live(kind.resource).items()}
            assert rows == live, kind.resource
        imported = [i for i in entries if i.count("-") == 3]
        batches = {i.rsplit("-", 1)[0] for i in imported}
        assert len(imported) == 30 * len(batches)
    engine.dispose()
