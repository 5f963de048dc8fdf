"""What is stored: no lost update, no missed or repeated revision, and no part written in vain.

A state machine lets both act at the same moment, then compares the service with a model made of
nothing but the answers that the clients got.
"""

import asyncio
import json
import random
from copy import deepcopy
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, event

from tests.backups.ways import named
from tests.catalogues import PARTS, REPORT, catalogue, evidence, proposal
from tests.conftest import Make
from tests.service import Service

IDS = st.sampled_from(["report", "later-report", "one", "two"])
TITLES = st.text("abc", min_size=1, max_size=3)
MOVES = st.one_of(
    st.tuples(st.just("create"), IDS, TITLES),
    st.tuples(st.just("patch"), IDS, TITLES),
    st.tuples(st.just("overwrite"), IDS, TITLES),
    st.tuples(st.just("delete"), IDS, TITLES),
    st.tuples(st.just("import"), IDS, TITLES),
    st.tuples(st.just("poll"), IDS, TITLES),
)
Move = tuple[str, str, str]


class TwoClients(RuleBasedStateMachine):
    """Two clients, each with what it last read; `make` gives two replicas of one database."""

    make: Make

    @initialize()
    def start(self) -> None:
        first = type(self).make("small")
        self.replicas = (first, Service(first.settings.database_url))
        self.headers = first.authorisation()
        self.tags: list[dict[str, str]] = [{}, {}]
        self.seen: list[list[dict[str, Any]]] = [[], []]
        self.acknowledged: dict[int, tuple[str, str | None, str | None]] = {}

    def teardown(self) -> None:
        if hasattr(self, "replicas"):
            self.replicas[1].engine.dispose()

    @rule(first=MOVES, second=MOVES)
    def both_act(self, first: Move, second: Move) -> None:
        async def act() -> None:
            await asyncio.gather(self._act(0, *first), self._act(1, *second))

        asyncio.run(act())

    async def _act(self, client: int, move: str, source: str, title: str) -> None:
        path = f"/v1/sources/{source}"
        if move == "poll":
            await self._poll(client)
        elif move == "create":
            body = REPORT | {"id": source, "title": title}
            answer = await self._send(client, "POST", "/v1/sources", body, {201, 409})
            self._note(client, answer, source, title, None)
        elif move == "import":
            body = {"sources": [REPORT | {"id": source, "title": title}]}
            answer = await self._send(client, "POST", "/v1/imports", body, {200})
            if (number := answer.json()["first_revision"]) is not None:
                self._acknowledge(number, source, title, None)
        else:
            tag = "*" if move == "overwrite" else self.tags[client].get(source, '"0-x"')
            expected = {200, 404, 409, 410, 412}
            body = None if move == "delete" else {"title": title}
            method = "DELETE" if move == "delete" else "PATCH"
            answer = await self._send(client, method, path, body, expected, tag)
            after = None if move == "delete" else title
            self._note(client, answer, source, after, None if tag == "*" else tag)
            await self._read(client, source)

    async def _send(
        self,
        client: int,
        method: str,
        path: str,
        body: Any,
        expected: set[int],
        tag: str | None = None,
    ) -> httpx.Response:
        headers = self.headers | ({} if tag is None else {"If-Match": tag})
        answer = await self.replicas[client].send(method, path, json=body, headers=headers)
        assert answer.status_code in expected, answer.text
        return answer

    async def _read(self, client: int, source: str) -> None:
        answer = await self.replicas[client].send("GET", f"/v1/sources/{source}")
        if answer.status_code == 200:
            self.tags[client][source] = answer.headers["etag"]

    async def _poll(self, client: int) -> None:
        after = self.seen[client][-1]["number"] if self.seen[client] else 0
        path = f"/v1/changes?after={after}&limit=500"
        page = (await self.replicas[client].send("GET", path)).json()
        numbers = [r["number"] for r in page["items"]]
        assert numbers == list(range(after + 1, after + 1 + len(numbers)))
        self.seen[client] += page["items"]

    def _note(
        self, client: int, answer: httpx.Response, source: str, title: str | None, tag: str | None
    ) -> None:
        if answer.is_success:
            self._acknowledge(answer.json()["revision"], source, title, tag)
            self.tags[client].pop(source, None)

    def _acknowledge(self, number: int, source: str, title: str | None, tag: str | None) -> None:
        known = self.acknowledged.setdefault(number, (source, title, tag))
        assert known[:2] == (source, title)

    @invariant()
    def all_is_as_acknowledged(self) -> None:
        if not hasattr(self, "replicas"):
            return
        for client in (0, 1):
            asyncio.run(self._poll(client))
        assert self.seen[0] == self.seen[1]
        by_number = {r["number"]: r for r in self.seen[0]}
        latest: dict[str, dict[str, Any]] = {}
        before: dict[int, int] = {}
        for revision in self.seen[0]:
            if revision["resource"] == "source":
                previous = latest.get(revision["resource_id"])
                before[revision["number"]] = previous["number"] if previous else 0
                latest[revision["resource_id"]] = revision
        for number, (source, title, tag) in self.acknowledged.items():
            revision = by_number[number]
            assert revision["resource_id"] == source
            assert (revision["record"] or {}).get("title") == title
            if tag is not None and revision["principal"] != "test":
                named = int(tag.strip('"').split("-")[0])
                assert named in (number, before[number])  # what was read is what was replaced
        self._compare_with_the_catalogue(latest)

    def _compare_with_the_catalogue(self, latest: dict[str, dict[str, Any]]) -> None:
        for replica in self.replicas:
            for source, revision in latest.items():
                answer = replica.get(f"/v1/sources/{source}/record")
                if revision["record"] is None:
                    assert answer.status_code == 410
                else:
                    assert answer.json()["record"] == revision["record"]
                    assert answer.json()["revision"] == revision["number"]
        texts = {
            e.number: None if e.is_deleted else e.text
            for e in self.replicas[0].snapshot().entries["source"].values()
        }
        for revision in latest.values():
            stored = texts[revision["number"]]
            assert (None if stored is None else json.loads(stored)) == revision["record"]


def test_two_clients_lose_and_miss_nothing(make_both: Make) -> None:
    class Bound(TwoClients):
        make = staticmethod(make_both)

    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def list_written(service: Service, *proposals: dict[str, Any]) -> set[str]:
    """The tables of parts that a load of these proposals writes to."""
    statements = list[str]()

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(service.engine, "before_cursor_execute", note)
    service.load({"proposals": list(proposals)})
    event.remove(service.engine, "before_cursor_execute", note)
    words = [statement.split() for statement in statements]
    tables = {found[2].strip('"') for found in words if found[0] in ("INSERT", "DELETE")}
    return tables - {"revision", "proposal_text"}


@pytest.mark.parametrize(
    ("change", "written"),
    [
        ({"title": "Another"}, set[str]()),
        ({"domains": ["health"]}, {"proposal_domain"}),
        ({"participants": PARTS["participants"][::-1]}, {"participant"}),
        ({"windows": []}, {"window"}),
        (
            {"factors": [PARTS["factors"][0] | {"evidence": [evidence(credibility=3)]}]},
            {"factor", "evidence"},
        ),
    ],
)
def test_only_parts_that_changed_are_written(
    both: Service, change: dict[str, Any], written: set[str]
) -> None:
    both.load(catalogue())
    assert list_written(both, proposal(**change)) == written
    assert not named(both)


def test_little_is_asked_while_other_writers_wait(both: Service) -> None:
    statements = list[str]()

    def note(*given: Any) -> None:
        statements.append(given[2])

    def change(number: int) -> None:
        headers = {"If_Match": "*", "Idempotency_Key": f"waiting-{number}"}
        answer = both.write(
            "PATCH", "/v1/proposals/joint-patrol", {"title": f"Title {number}"}, **headers
        )
        assert answer.status_code == 200, answer.text

    change(0)
    event.listen(Engine, "before_cursor_execute", note)
    change(1)
    event.remove(Engine, "before_cursor_execute", note)
    locked = next(
        n for n, told in enumerate(statements) if "advisory" in told or "IMMEDIATE" in told
    )
    kept = next(n for n, told in enumerate(statements) if "INTO kept_answer" in told)
    asked = [" ".join(told.split()[:3]) for told in statements[locked + 1 : kept + 1]]
    # The answer given before, the latest revision; then what is written, and nothing else.
    assert [words.split()[0] for words in asked] == ["SELECT"] * 2 + ["INSERT", "UPDATE"] + [
        "INSERT"
    ] * 2, asked


def test_after_any_changes_tables_hold_what_is_on_record(both: Service) -> None:
    both.load(catalogue(*(proposal(f"plan-{n}") for n in range(4))))
    rng = random.Random(5)  # noqa: S311 no secret
    for _ in range(12):
        changed = [proposal(f"plan-{n}", **draw_parts(rng)) for n in range(4)]
        both.load({"proposals": changed})
    assert not named(both)


def draw_parts(rng: random.Random) -> dict[str, Any]:
    """Some parts taken away, in another order, or resting on other evidence."""
    parts = deepcopy(PARTS)
    for name in rng.sample(["judgements", "factors", "windows", "attempts", "positions"], 3):
        found = parts[name]
        rng.shuffle(found)
        del found[rng.randint(0, len(found)) :]
        for part in found:
            if rng.random() < 0.5:
                part["evidence"] = [evidence(credibility=rng.randint(1, 6)) for _ in "ab"]
    parts["domains"] = rng.sample(["security", "security.patrols", "health"], 2)
    return parts
