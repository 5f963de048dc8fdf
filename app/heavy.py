"""Heavy and light work: light answers, on the event loop, do not wait for heavy ones in threads.

All threads take turns at one interpreter. An answer that takes long runs with few others, and steps
aside where it can while a light one is under way.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from threading import Event
from typing import ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, fail_after, to_thread
from pydantic import BaseModel
from starlette.responses import Response

from app.errors import Overloaded
from app.tracing import span

# At a time, for each process: two take turns at the interpreter and leave the event loop its own.
AT_ONCE = 2
# How long a question waits for its turn, in seconds, before the caller is asked to come back, and
# how many wait: others, that need no turn, must find room in the process beside them.
QUEUE_S = 5.0
MOST_WAITING = 50
# How long heavy work stands aside at a time, at most, in seconds: it goes on under any load.
ASIDE_S = 0.005
# How long it works on at least before it steps aside again, in seconds.
STEP_S = 0.0002
# How long after light work more of it is expected, in seconds.
RECENT_S = 0.2
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Part = TypeVar("Part")
# Turns are waited for with patience; whoever has one finds a thread free.
_TURNS, _THREADS = CapacityLimiter(AT_ONCE), CapacityLimiter(AT_ONCE)
_light_at = 0.0
_nothing_light = Event()
_nothing_light.set()


def heavy(route: Callable[Asked, Answer]) -> Callable[Asked, Awaitable[Answer]]:
    """The route as one that waits for its turn without holding a worker thread meanwhile.

    Its answer is written as JSON before the event loop has it. Raises Overloaded.
    """

    def work(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        with span(f"work {route.__name__}"):
            answer = route(*args, **kwargs)
        if isinstance(answer, BaseModel):
            return cast(Answer, Response(_to_json(answer), media_type="application/json"))
        return answer

    @wraps(route)
    async def wait(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        turn = object()
        if _TURNS.statistics().tasks_waiting >= MOST_WAITING:
            raise Overloaded
        try:
            with fail_after(QUEUE_S):
                await _TURNS.acquire_on_behalf_of(turn)
        except TimeoutError:
            raise Overloaded from None
        try:
            return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=_THREADS)
        finally:
            _TURNS.release_on_behalf_of(turn)

    return wait


def _to_json(answer: BaseModel) -> str:
    """An answer as JSON; the items that it begins with are written one by one, in steps."""
    items = getattr(answer, "items", ())
    first, *others = type(answer).model_fields
    if not items or first != "items" or not others:
        return answer.model_dump_json(by_alias=True)
    return join_items((i.model_dump_json(by_alias=True) for i in in_steps(items)), answer)


def join_items(items: Iterable[str], answer: BaseModel) -> str:
    """An answer as JSON that begins with these items, which are JSON, instead of its own."""
    rest = answer.model_dump_json(by_alias=True, exclude={"items"})
    return f'{{"items":[{",".join(items)}],{rest.removeprefix("{")}'


def note_light() -> None:
    """Notes that there is light work on the event loop."""
    global _light_at
    _light_at = time.monotonic()


@contextmanager
def light() -> Iterator[None]:
    """Light work on the event loop: what is heavy steps aside for it."""
    _nothing_light.clear()
    try:
        yield
    finally:
        _nothing_light.set()


def step_aside() -> None:
    """A place in heavy work where it gives up its turn, and waits for light work under way.

    It goes on at once where there was none lately.
    """
    if time.monotonic() - _light_at > RECENT_S:
        return
    time.sleep(0)
    if not _nothing_light.is_set():
        _nothing_light.wait(ASIDE_S)


def in_steps(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts of heavy work; it steps aside between them, but not too often."""
    due = 0.0
    for part in parts:
        if time.monotonic() >= due:
            step_aside()
            due = time.monotonic() + STEP_S
        yield part
