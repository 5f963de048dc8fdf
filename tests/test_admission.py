"""Admission."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.admission import CHANGES_AT_ONCE, Admission, RateLimits, is_change
from tests.service import Service


def ask(app: Any, path: str = "/v1/x", client: str = "10.0.0.1", **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as caller:
            return await caller.get(path, headers=headers)

    return asyncio.run(send())


async def greet(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("hello")(scope, receive, send)


def hold_slow(gate: asyncio.Event) -> ASGIApp:
    """An application that answers /v1/slow only once the gate is open."""

    async def work(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/v1/slow":
            await gate.wait()
        await greet(scope, receive, send)

    return work


def test_more_than_so_many_at_once_are_refused_and_told_when_to_come_back() -> None:
    async def run() -> list[httpx.Response]:
        gate = asyncio.Event()
        transport = httpx.ASGITransport(Admission(hold_slow(gate), at_once=2))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as caller:
            slow = [asyncio.create_task(caller.get("/v1/slow")) for _ in range(2)]
            await asyncio.sleep(0.05)
            refused = await caller.get("/v1/x")
            watched = await caller.get("/readyz")
            gate.set()
            return [refused, watched, *await asyncio.gather(*slow), await caller.get("/v1/x")]

    refused, watched, *others = asyncio.run(run())
    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    assert int(refused.headers["retry-after"]) >= 1
    assert watched.status_code == 200
    assert [answer.status_code for answer in others] == [200, 200, 200]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_question_is_no_change(method: str) -> None:
    scope = {"type": "http", "method": method, "path": "/v1/rankings"}
    assert not is_change(scope)
    assert is_change(scope | {"method": "PATCH", "path": "/v1/actors/NOR"})


def test_only_few_changes_are_let_in_and_others_find_room() -> None:
    async def run() -> list[int]:
        gate = asyncio.Event()
        transport = httpx.ASGITransport(Admission(hold_slow(gate), at_once=200))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as caller:
            slow = [asyncio.create_task(caller.post("/v1/slow")) for _ in range(CHANGES_AT_ONCE)]
            await asyncio.sleep(0.05)
            found = [
                await caller.patch("/v1/x"),
                await caller.get("/v1/x"),
                await caller.post("/v1/rankings/what-if"),
            ]
            gate.set()
            found += [*await asyncio.gather(*slow), await caller.delete("/v1/x")]
            return [answer.status_code for answer in found]

    refused, *others = asyncio.run(run())
    assert refused == 503
    assert others == [200] * (CHANGES_AT_ONCE + 3)


def test_who_is_still_waiting_when_the_server_ends_is_asked_to_come_back(small: Service) -> None:
    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    async def run() -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/rankings",
            "headers": [],
            "query_string": b"",
            "app": small.app,
        }
        task = asyncio.create_task(Admission(hang, at_once=2)(scope, asyncio.Event().wait, send))
        await asyncio.sleep(0.01)
        task.cancel()
        await task
        return sent

    start, body = asyncio.run(run())
    assert start["status"] == 503
    assert json.loads(body["body"])["code"] == "stopping"


def test_who_waits_for_a_body_takes_nobodys_place() -> None:
    async def run() -> tuple[int, int]:
        gate = asyncio.Event()

        async def slow_body() -> Any:
            yield b"one"
            await gate.wait()
            yield b"two"

        async def read(scope: Scope, receive: Receive, send: Send) -> None:
            while (await receive()).get("more_body", False):
                pass
            await greet(scope, receive, send)

        transport = httpx.ASGITransport(Admission(read, at_once=1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as caller:
            slow = asyncio.create_task(caller.post("/v1/x", content=slow_body()))
            await asyncio.sleep(0.05)
            quick = await caller.get("/v1/x")
            gate.set()
            return quick.status_code, (await slow).status_code

    assert asyncio.run(run()) == (200, 200)


def test_an_address_may_ask_so_often() -> None:
    app = RateLimits(greet, by_address="2/minute", by_key=None)
    first, second, third = (ask(app) for _ in range(3))
    assert [a.status_code for a in (first, second, third)] == [200, 200, 429]
    assert first.headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert first.headers["ratelimit"].startswith('"default";r=1;t=')
    assert third.headers["ratelimit"].startswith('"default";r=0;t=')
    assert third.json()["code"] == "rate_limited"
    assert 1 <= int(third.headers["retry-after"]) <= 60
    assert ask(app, client="10.0.0.2").status_code == 200
    assert ask(app, "/readyz").status_code == 200


def test_a_network_of_one_site_counts_as_one_address() -> None:
    app = RateLimits(greet, by_address="1/minute", by_key=None)
    assert ask(app, client="2001:db8::1").status_code == 200
    assert ask(app, client="2001:db8::ffff:2").status_code == 429
    assert ask(app, client="2001:db8:0:1::1").status_code == 200


def test_a_key_has_a_limit_of_its_own_wherever_it_is_used() -> None:
    app = RateLimits(greet, by_address="3/minute", by_key="2/minute")
    key = {"Authorization": "Bearer one"}
    assert ask(app, client="10.0.0.1", **key).status_code == 200
    assert ask(app, client="10.0.0.2", **key).status_code == 200
    assert ask(app, client="10.0.0.3", **key).status_code == 429
    # Other keys from one address end where the address does.
    tried = [ask(app, Authorization=f"Bearer {n}").status_code for n in range(3)]
    assert tried == [200, 200, 429]


@pytest.mark.parametrize("path", ["/v1/proposals", "/v1/actors", "/docs"])
def test_the_service_has_the_limits_that_are_set(small: Service, path: str) -> None:
    url = small.settings.database_url
    service = Service(url, rate_limit_by_address="1/hour")
    assert service.get(path).status_code == 200
    refused = service.get(path)
    assert refused.status_code == 429
    assert refused.headers["x-request-id"] == refused.json()["request_id"]
    assert "content-security-policy" in refused.headers
    assert 'status="429"' in service.get("/metrics").text
    assert "ratelimit" not in small.get(path).headers
    service.engine.dispose()
