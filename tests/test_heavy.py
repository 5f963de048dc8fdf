"""Heavy work takes turns, and steps aside for light work."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from threading import Event, Lock, Thread

import pytest
from pydantic import BaseModel
from starlette.responses import Response

from app import heavy as module
from app.errors import Overloaded
from app.heavy import ASIDE_S, AT_ONCE, RECENT_S, heavy, in_steps, light, note_light, step_aside


def test_few_run_at_once_and_all_come_to_their_end() -> None:
    lock, running, most = Lock(), 0, 0

    @heavy
    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return number

    async def ask() -> list[int]:
        return await asyncio.gather(*(work(n) for n in range(10)))

    assert asyncio.run(ask()) == list(range(10))
    assert most == AT_ONCE


def hold(gate: Event) -> Callable[[], Awaitable[str]]:
    """Heavy work that is done only once the gate is open."""

    @heavy
    def work() -> str:
        gate.wait()
        return "done"

    return work


def test_who_waits_too_long_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_S", 0.05)
    gate = Event()
    work = hold(gate)

    async def ask() -> list[object]:
        busy = [asyncio.create_task(work()) for _ in range(AT_ONCE)]
        await asyncio.sleep(0.01)
        late = await asyncio.gather(work(), return_exceptions=True)
        gate.set()
        return [*late, *await asyncio.gather(*busy), await work()]

    late, *others = asyncio.run(ask())
    assert isinstance(late, Overloaded)
    assert others == ["done"] * (AT_ONCE + 1)


def test_who_finds_too_many_waiting_is_asked_to_come_back_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    gate = Event()
    work = hold(gate)

    async def ask() -> list[object]:
        asked = [asyncio.create_task(work()) for _ in range(AT_ONCE + 3)]
        await asyncio.sleep(0.01)
        refused = await asyncio.wait_for(asyncio.gather(work(), return_exceptions=True), 0.5)
        gate.set()
        return [*refused, *await asyncio.gather(*asked), await work()]

    refused, *others = asyncio.run(ask())
    assert isinstance(refused, Overloaded)
    assert others == ["done"] * (AT_ONCE + 4)


def test_an_answer_is_written_as_json_in_its_thread() -> None:
    class Found(BaseModel):
        value: float | None

    @heavy
    def work() -> Found:
        return Found(value=None)

    async def ask() -> object:
        return await work()

    answer = asyncio.run(ask())
    assert isinstance(answer, Response)
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.body) == {"value": None}


@pytest.fixture
def lists_come() -> None:
    note_light()


@pytest.mark.usefixtures("lists_come")
def test_heavy_work_waits_while_light_work_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ASIDE_S", 5.0)
    stepped, went_on = Event(), Event()

    def work() -> None:
        for number in in_steps(range(2)):
            (stepped, went_on)[number].set()
            if number == 0:
                time.sleep(0.02)

    thread = Thread(target=work)
    thread.start()
    assert stepped.wait(5)
    with light():
        assert not went_on.wait(0.2)
    assert went_on.wait(5)
    thread.join()


@pytest.mark.usefixtures("lists_come")
def test_it_goes_on_under_any_load() -> None:
    with light():
        start = time.monotonic()
        step_aside()
        assert ASIDE_S <= time.monotonic() - start < 1


def test_it_loses_no_time_where_nothing_light_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module.time, "sleep", pytest.fail)
    monkeypatch.setattr(module, "_light_at", time.monotonic() - 2 * RECENT_S)
    with light():
        assert list(in_steps(range(1000))) == list(range(1000))


@pytest.mark.usefixtures("lists_come")
def test_it_steps_aside_now_and_then_only(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    monkeypatch.setattr(module, "step_aside", lambda: steps.append(1))
    monkeypatch.setattr(module, "STEP_S", 0.01)
    for _ in in_steps(range(100)):
        time.sleep(0.001)
    assert 2 <= len(steps) <= 20


class Item(BaseModel):
    text: str
    value: float | None = None


class Found(BaseModel):
    items: list[Item]
    total: int = 0


class Only(BaseModel):
    items: list[Item]


class Late(BaseModel):
    total: int
    items: list[Item]


@pytest.mark.parametrize(
    "answer",
    [
        Found(items=[]),
        Found(items=[Item(text='"items":[]'), Item(text="é\n", value=0.1)], total=2),
        Only(items=[Item(text="one")]),
        Late(total=1, items=[Item(text="one")]),
    ],
)
def test_items_are_written_one_by_one_as_if_at_once(answer: BaseModel) -> None:
    @heavy
    def work() -> BaseModel:
        return answer

    async def ask() -> object:
        return await work()

    sent = asyncio.run(ask())
    assert isinstance(sent, Response)
    assert sent.body == answer.model_dump_json().encode()
