"""Heavy work takes turns."""

import asyncio
import time
from threading import Lock

from app.heavy import AT_ONCE, heavy


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
