"""Steps of a back-test as plain lines, for where no bars can be drawn."""

import time
from collections.abc import Callable

# Lines of one step are so many seconds apart at least: a short step has but two.
APART_S = 5.0
TENTHS = 10


class StepLines:
    """Says when a step begins, each tenth of a long one, and when it ends, with its seconds."""

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say, self._clock = say, clock
        self._begun: dict[str, float] = {}
        self._ended: set[str] = set()
        self._said_at, self._tenth = 0.0, 0

    def tell(self, step: str, done: int, total: int) -> None:
        """Takes what is under way, how much of it is done, and how much it is in all."""
        now = self._clock()
        if step in self._ended:
            return
        if step not in self._begun:
            self._begun[step] = now
            self._note(f"{step}: begun", now, 0)
        seconds, tenth = now - self._begun[step], TENTHS * done // total
        if done >= total:
            self._ended.add(step)
            self._note(f"{step}: done in {seconds:.1f} s", now, tenth)
        elif tenth > self._tenth and now - self._said_at >= APART_S:
            self._note(f"{step}: {done:,} of {total:,} after {seconds:.0f} s", now, tenth)

    def _note(self, line: str, now: float, tenth: int) -> None:
        self._said_at, self._tenth = now, tenth
        self._say(line)
