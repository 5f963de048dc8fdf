"""Vectors: their slopes are right, and they learn who deals with whom."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from app.forecasting.embedding import Embedding, Known
from app.forecasting.identities import read_identities
from tests.forecasting.logs import make_log

NAMES = ("Norway", "Citizen (Norway)", "Police (Sweden)", "Someone", "Sweden", "Media (Sweden)")
EVENTS = make_log(events=400).both_ways()


def know(day: int, end: int | None = None) -> tuple[Known, np.ndarray]:
    told = EVENTS.between(day, end or day + 1)
    recent = EVENTS.between(day - 15, day)
    rng = np.random.default_rng(day)
    history = tuple(
        sparse.csr_array(rng.random((len(told), 6)) > 0.7, dtype=np.float32) for _ in "ab"
    )
    ages = (day - 1 - recent.days).astype(np.float32)
    return Known(told.actors, told.types, recent, ages, history), told.recipients


def test_slopes_are_those_of_the_loss() -> None:
    vectors = Embedding(read_identities(NAMES), 6, 2)
    vectors._values = {name: v.astype(np.float64) for name, v in vectors._values.items()}
    known, answers = know(20)

    def loss() -> float:
        scores, _ = vectors.score(known)
        return -float(scores[np.arange(len(answers)), answers].sum())

    plain, kept = vectors._forward(known)
    scores = vectors._with_history(plain, known)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    chances[np.arange(len(answers)), answers] -= 1
    slopes = vectors._list_slopes(known, kept, chances)
    rng = np.random.default_rng(1)
    for name, value in vectors._values.items():
        place = tuple(rng.integers(0, size) for size in value.shape)
        place = (2, *place[1:]) if name in ("actors", "candidates", "others") else place
        before, step = value[place], 1e-4
        around = []
        for change in (step, -step):
            value[place] = before + change
            around.append(loss())
        value[place] = before
        expected = (around[0] - around[1]) / (2 * step)
        assert slopes[name][place] == pytest.approx(expected, rel=2e-3, abs=2e-4), name


def test_what_was_seen_becomes_likelier() -> None:
    vectors = Embedding(read_identities(NAMES), 6, 2)
    known, answers = know(30, 31)
    own = np.arange(len(answers))
    before = vectors.score(known)[0][own, answers].mean()
    for day in range(10, 30):
        vectors.see(*know(day))
    assert vectors.score(known)[0][own, answers].mean() > before


def test_scores_are_logarithms_of_chances() -> None:
    known, _ = know(20)
    for scores in Embedding(read_identities(NAMES), 6, 2).score(known):
        np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1, rtol=1e-4)


def test_history_can_be_left_out() -> None:
    vectors = Embedding(read_identities(NAMES), 6, 2)
    known, _ = know(20)
    none = replace(known, history=tuple(0 * past for past in known.history))
    np.testing.assert_allclose(vectors.score(known)[1], vectors.score(none)[0], rtol=1e-5)
