"""One back-test from files to figures."""

from pathlib import Path

import numpy as np
import pytest

from app.backtests.files import read_folder
from app.backtests.run import Backtest, BacktestReport
from tests.backtests.folders import write_folder


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> BacktestReport:
    """A back-test on made-up events."""
    steps: list[tuple[str, int, int]] = []
    data = read_folder(write_folder(tmp_path_factory.mktemp("data")))
    found = Backtest(data, lambda *step: steps.append(step)).run()
    for step in found.seconds:
        told = [(n, total) for name, n, total in steps if name == step]
        assert told[0] == (0, told[-1][1])
        assert told == sorted(told)
        assert told[-1][0] == told[-1][1]
    return found


def test_every_judged_event_asks_two_questions(done: BacktestReport) -> None:
    for own in done.rankings.values():
        assert own.overall.questions == 2 * done.data.judged_events
        assert own.met_before.questions + own.never_met.questions == own.overall.questions
        assert own.recipients.questions == own.actors.questions == done.data.judged_events
        assert 0 < own.cooperative.questions < own.overall.questions


def test_what_happened_before_is_told_from_chance(done: BacktestReport) -> None:
    chance = float(np.mean([1 / rank for rank in range(1, 9)]))
    for own in done.rankings.values():
        assert own.overall.reciprocal_rank > 1.2 * chance


def test_pairs_are_judged_for_every_horizon_that_fits(done: BacktestReport) -> None:
    targets = [(pair.days, pair.side) for pair in done.pairs]
    assert targets == [(1, "actor"), (7, "actor"), (30, "actor"), (30, "either")]
    assert [pair.start_days for pair in done.pairs] == [31, 25, 2, 2]
    of_one, of_either = done.pairs[2:]
    assert 2 * of_either.dyads == of_one.dyads
    for pair in done.pairs:
        assert 0 < pair.model.forecasts <= pair.dyads
        assert pair.model.brier < pair.persistence.brier
        expected = 1 - pair.model.brier / pair.climatology.brier
        assert pair.skill_against_climatology == pytest.approx(expected)


def test_what_it_took_is_told_for_every_step(done: BacktestReport) -> None:
    assert done.seconds.keys() == done.cpu_seconds.keys()
    assert "judge the probabilities of pairs, 1 day ahead, by actor" in done.seconds
    assert 50 < done.most_memory_mb < 50_000


def test_permuted_answers_are_ranked_like_chance(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    rng = np.random.default_rng(1)
    for part in ("train", "valid"):
        rows = np.loadtxt(folder / f"{part}.txt", dtype=int)
        for column in range(3):
            rows[:, column] = rng.permutation(8 if column != 1 else 5)[
                rng.integers(0, 5, len(rows))
            ]
        rows[:, 0] = rng.integers(0, 8, len(rows))
        rows[:, 2] = rng.integers(0, 8, len(rows))
        np.savetxt(folder / f"{part}.txt", rows, fmt="%d", delimiter="\t")
    found = Backtest(read_folder(folder), lambda *_: None).run()
    chance = float(np.mean([1 / rank for rank in range(1, 9)]))
    for own in found.rankings.values():
        assert own.overall.reciprocal_rank == pytest.approx(chance, abs=0.06)
    assert found.pairs[0].model.auc == pytest.approx(0.5, abs=0.08)
