"""The recurrency baselines, by hand and on the benchmark."""

from pathlib import Path

import numpy as np
import pytest

from app.backtests.files import read_folder
from app.forecasting.backtest import rank_days
from app.forecasting.events import ask
from app.forecasting.ranking import summarise
from app.forecasting.recurrency import (
    DEFAULT_DECAY,
    DEFAULT_WEIGHT,
    History,
    Recurrency,
    RecurrencyRanker,
    choose,
)
from tests.forecasting.logs import make_log, to_log

ICEWS14 = Path(__file__).parents[3] / "shared" / "data" / "icews14"
LOG = to_log([(0, 0, 1, 0), (0, 0, 2, 2), (3, 0, 1, 2), (0, 0, 1, 9)], actors=4, types=1)


def test_strict_recurrency_is_the_decayed_share_of_days() -> None:
    (flat, steep) = History(LOG).score_strictly(0, 0, 4, np.array([0.0, 1.0]))
    assert flat == pytest.approx([0, 1 / 3, 1 / 3, 0])
    whole = 2**-4 + 2**-3 + 2**-2
    assert steep == pytest.approx([0, 2**-4 / whole, 2**-2 / whole, 0])


def test_nothing_of_the_day_or_later_counts() -> None:
    later = History(LOG).score_strictly(0, 0, 2, np.array([0.0]))
    assert later[0].tolist() == pytest.approx([0, 1, 0, 0])
    assert History(LOG).score_relaxed(2)[0].tolist() == [0, 1, 0, 0]


def test_relaxed_recurrency_is_the_share_of_a_types_recipients() -> None:
    assert History(LOG).score_relaxed(4)[0].tolist() == pytest.approx([0, 2 / 3, 1 / 3, 0])


def test_what_is_chosen_ranks_the_judged_days_best() -> None:
    events = make_log(events=600).both_ways()
    history, judged = History(events), events.between(30, 40)
    chosen = choose(history, judged)
    best = _reciprocal_rank(RecurrencyRanker(history, chosen, combined=True), judged)
    for decay, weight in ((0.0, 0.0), (0.0, 1.0), (0.1, 0.5), (1.0001, 0.99999)):
        plain = Recurrency(np.full(events.n_types, decay), np.full(events.n_types, weight))
        strict = _reciprocal_rank(RecurrencyRanker(history, plain, combined=False), judged)
        own = _reciprocal_rank(RecurrencyRanker(history, chosen, combined=False), judged)
        assert own >= strict - 1e-12
    assert best >= own


def test_a_type_without_a_judged_day_has_the_defaults() -> None:
    events = to_log([(0, 0, 1, 0), (1, 1, 2, 5)], actors=3, types=3).both_ways()
    chosen = choose(History(events), events.between(5, 6))
    assert chosen.decays[0] == DEFAULT_DECAY
    assert chosen.weights[2] == DEFAULT_WEIGHT


def _reciprocal_rank(ranker: RecurrencyRanker, judged: object) -> float:
    return summarise(rank_days(ranker, judged, lambda _: None)).reciprocal_rank  # type: ignore[arg-type]


@pytest.mark.skipif(not ICEWS14.exists(), reason="the benchmark is not here")
def test_published_figures_of_single_types_come_out_on_the_benchmark() -> None:
    # What the authors publish of their validation (github.com/nec-research/recurrency_baseline_tkg,
    # configs): events, and reciprocal ranks of strict and combined recurrency, by type.
    published = {
        1: (1036, 0.2833, 0.2927),
        3: (554, 0.3756, 0.3857),
        6: (376, 0.6334, 0.6402),
        12: (194, 0.3740, 0.3852),
    }
    data = read_folder(ICEWS14, "valid")
    events = data.events.both_ways()
    wanted = np.isin(events.types, list(published))
    history, judged = History(events), events.choose(wanted).between(data.judged_from, 10_000)
    chosen = choose(history, judged)
    strict, combined = (
        rank_days(RecurrencyRanker(history, chosen, combined=both), judged, lambda _: None)
        for both in (False, True)
    )
    for event_type, (count, alone, with_relaxed) in published.items():
        own = judged.types == event_type
        assert own.sum() == count
        assert (1 / strict[own]).mean() == pytest.approx(alone, abs=0.007)
        assert (1 / combined[own]).mean() == pytest.approx(with_relaxed, abs=0.008)


def test_scores_are_rows_of_the_questions() -> None:
    events = make_log().both_ways()
    history = History(events)
    chosen = Recurrency(np.full(6, 0.1), np.full(6, 0.9))
    asked = ask(events.between(20, 21))
    scores = RecurrencyRanker(history, chosen, combined=True).score(20, asked)
    assert scores.shape == (len(asked), 6)
    (strict,) = history.score_strictly(
        int(asked.actors[0]), int(asked.types[0]), 20, np.array([0.1])
    )
    relaxed = history.score_relaxed(20)[asked.types[0]]
    np.testing.assert_allclose(scores[0], 0.9 * strict + 0.1 * relaxed)
