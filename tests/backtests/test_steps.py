"""Steps of a back-test as plain lines."""

from app.backtests.steps import StepLines


def tell(calls: list[tuple[float, int, int]]) -> list[str]:
    """The lines of a step, by seconds, what is done, and all there is."""
    lines: list[str] = []
    times = iter(time for time, *_ in calls)
    steps = StepLines(lines.append, lambda: next(times))
    for _, done, total in calls:
        steps.tell("rank", done, total)
    return lines


def test_a_short_step_begins_and_ends() -> None:
    assert tell([(0.0, 0, 1), (1.25, 1, 1)]) == ["rank: begun", "rank: done in 1.2 s"]
    quick = [(0.1 * n, n, 30) for n in range(31)]
    assert tell(quick) == ["rank: begun", "rank: done in 3.0 s"]


def test_a_long_step_tells_of_each_tenth() -> None:
    lines = tell([(10.0 * n, n, 30) for n in range(31)])
    assert len(lines) == 11
    assert lines[1:3] == ["rank: 3 of 30 after 30 s", "rank: 6 of 30 after 60 s"]
    assert lines[-1] == "rank: done in 300.0 s"


def test_a_step_ends_once() -> None:
    assert tell([(0.0, 0, 2), (9.0, 2, 2), (9.1, 2, 2)])[1:] == ["rank: done in 9.0 s"]


def test_steps_are_told_one_after_the_other() -> None:
    lines: list[str] = []
    steps = StepLines(lines.append, iter(range(0, 999, 10)).__next__)
    for step in ("see", "rank"):
        for done in range(3):
            steps.tell(step, done, 2)
    assert [line.split(":")[0] for line in lines] == ["see"] * 3 + ["rank"] * 3
