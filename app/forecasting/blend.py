"""A conditional logit over candidates whose weights depend on the question and on the candidate.

Each candidate has features, each question a context. The chance that a candidate answers is a
softmax over the candidates of

    features . (weights + context . adjustments + conditions . shifts)

where some features have hinges, so that their effect is piecewise linear (McFadden 1974), and some
are the conditions: what speaks for a candidate that was never met is not what speaks for others.
Every score is a sum of parts, one for each feature. Fitted by Adam (Kingma and Ba 2015) to the
answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.forecasting.counts import Singles
from app.forecasting.events import Flags, Floats, Ints

EPOCHS, BATCH, RATE, FINAL_RATE = 3, 64, 2e-3, 0.05
RISE = 30
# Decay of the weights, of their adjustments and of their shifts; the latter two move more slowly.
DECAY, DECAY_OF_ADJUSTMENTS, DECAY_OF_SHIFTS, SLOWER = 1e-3, 1.0, 0.3, 0.3
HINGES, HINGES_BELOW_BEST = (0.0, 1.0, 2.5), (0.3, 1.0, 2.0)
# The most that a context or a condition counts as, in standard deviations.
MOST = 3.0


@dataclass(frozen=True, slots=True)
class Sample:
    """The questions of a day: features (questions x candidates x features), contexts, answers.

    `kinds` is a coarse type of each question, below `Blend.n_kinds`.
    """

    features: np.ndarray[tuple[int, ...], np.dtype[np.float16]]
    contexts: Singles
    kinds: Ints
    answers: Flags

    def choose(self, chosen: Ints | slice) -> "Sample":
        """Some of the questions."""
        return Sample(
            self.features[chosen], self.contexts[chosen], self.kinds[chosen], self.answers[chosen]
        )


@dataclass(slots=True)
class _Adam:
    """Adam for one array."""

    values: Singles
    first: Singles
    second: Singles

    @classmethod
    def zeros(cls, *shape: int) -> "_Adam":
        return cls(*(np.zeros(shape, np.float32) for _ in range(3)))

    def move(self, slope: Singles, step: int, rate: float, decay: float, slower: float) -> None:
        self.first = 0.9 * self.first + 0.1 * slope
        self.second = 0.999 * self.second + 0.001 * slope * slope
        own = self.first / (1 - 0.9**step)
        own /= np.sqrt(self.second / (1 - 0.999**step)) + 1e-8
        self.values -= np.float32(rate) * (
            np.float32(slower) * own + np.float32(decay) * self.values
        )


class Blend:
    """The fitted logit. `bent` are the features that have hinges, `conditions` those that shift."""

    def __init__(
        self,
        samples: Sequence[Sample],
        bent: Ints,
        conditions: Ints,
        n_kinds: int,
        seed: int = 0,
    ) -> None:
        self._bent, self._conditions, self._n_kinds = bent, conditions, n_kinds
        some = [s.features[::7].astype(np.float32) for s in samples[::4]]
        flat = np.concatenate([f.reshape(-1, f.shape[-1]) for f in some])
        self._mean, self._spread = flat.mean(axis=0), flat.std(axis=0) + np.float32(1e-3)
        contexts = np.concatenate([s.contexts for s in samples])
        self._context_mean = contexts.mean(axis=0)
        self._context_spread = contexts.std(axis=0) + np.float32(1e-3)
        hinges = len(HINGES) + len(HINGES_BELOW_BEST)
        n_features = flat.shape[1] + hinges * len(bent)
        self._weights = _Adam.zeros(n_features)
        self._adjustments = _Adam.zeros(contexts.shape[1] + n_kinds, n_features)
        self._shifts = _Adam.zeros(n_features, len(conditions))
        self._fit(samples, np.random.default_rng(seed))

    def score(self, sample: Sample) -> Floats:
        """The logit of each candidate of each question."""
        parts = [
            self._score(*self._prepare(sample.choose(slice(begin, begin + BATCH))))
            for begin in range(0, len(sample.kinds), BATCH)
        ]
        return np.concatenate(parts).astype(np.float64)

    def _score(self, features: Singles, contexts: Singles) -> Singles:
        own = self._weights.values + contexts @ self._adjustments.values
        shifted = features.reshape(-1, features.shape[2]) @ self._shifts.values
        by_candidate = shifted.reshape(*features.shape[:2], -1) * self._condition(features)
        plain = (features @ own[:, :, np.newaxis])[:, :, 0]
        return np.asarray(plain + by_candidate.sum(axis=2))

    def _condition(self, features: Singles) -> Singles:
        """The conditions of each candidate."""
        return features[:, :, self._conditions].clip(-MOST, MOST)

    def _prepare(self, sample: Sample) -> tuple[Singles, Singles]:
        """Standardised features with their hinges, and contexts with the kind of question."""
        plain = (sample.features.astype(np.float32) - self._mean) / self._spread
        bent = plain[:, :, self._bent]
        below = bent - bent.max(axis=1, keepdims=True)
        hinges = [np.maximum(bent - at, 0) for at in HINGES]
        hinges += [np.maximum(below + at, 0) for at in HINGES_BELOW_BEST]
        contexts = (sample.contexts - self._context_mean) / self._context_spread
        kinds = np.eye(self._n_kinds, dtype=np.float32)[sample.kinds]
        clipped = contexts.clip(-MOST, MOST)
        return np.concatenate([plain, *hinges], axis=2), np.concatenate([clipped, kinds], axis=1)

    def _fit(self, samples: Sequence[Sample], rng: np.random.Generator) -> None:
        batches = [
            (sample, chosen[begin : begin + BATCH])
            for sample in samples
            for chosen in [rng.permutation(np.flatnonzero(sample.answers.any(axis=1)))]
            for begin in range(0, len(chosen), BATCH)
        ]
        steps = EPOCHS * len(batches)
        step = 0
        for _ in range(EPOCHS):
            for number in rng.permutation(len(batches)):
                sample, chosen = batches[number]
                step += 1
                rate = RATE * min(1, step / RISE) * (1 - (1 - FINAL_RATE) * step / steps)
                self._step(sample.choose(chosen), step, rate)

    def _step(self, sample: Sample, step: int, rate: float) -> None:
        features, contexts = self._prepare(sample)
        slopes = _slopes(self._score(features, contexts), sample.answers)
        by_question = (slopes[:, np.newaxis, :] @ features)[:, 0]
        self._weights.move(by_question.sum(axis=0), step, rate, DECAY, 1.0)
        own = contexts.T @ by_question
        self._adjustments.move(own, step, rate, DECAY_OF_ADJUSTMENTS, SLOWER)
        conditioned = slopes[:, :, np.newaxis] * self._condition(features)
        flat = features.reshape(-1, features.shape[2])
        own = flat.T @ conditioned.reshape(len(flat), -1)
        self._shifts.move(own, step, rate, DECAY_OF_SHIFTS, SLOWER)


def _slopes(scores: Singles, answers: Flags) -> Singles:
    """The slopes of minus the mean log chance of each answer, among it and what is no answer."""
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    others = np.where(answers, 0, likely).sum(axis=1, keepdims=True)
    whole = others + likely
    wrong = np.where(answers, 1 / whole, 0).sum(axis=1, keepdims=True)
    slopes = np.where(answers, likely / whole - 1, likely * wrong)
    return np.asarray(slopes / answers.sum(), np.float32)
