"""Heavy work: answers that take long run few at a time, so that light ones do not wait for them."""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

# At a time, for each process: two take turns at the interpreter and leave the event loop its own.
AT_ONCE = 2
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
_LIMITER = CapacityLimiter(AT_ONCE)


def heavy(route: Callable[Asked, Answer]) -> Callable[Asked, Awaitable[Answer]]:
    """The route as one that waits for its turn without holding a worker thread meanwhile."""

    @wraps(route)
    async def wait(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        return await to_thread.run_sync(partial(route, *args, **kwargs), limiter=_LIMITER)

    return wait
