"""The blend finds the weights that made the answers."""

import numpy as np

from app.forecasting.blend import Blend, Sample

NO = np.array([], np.int64)


def draw(seed: int, n: int = 400) -> Sample:
    """Questions of two kinds: in one the first feature speaks for a candidate, in one against."""
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((n, 12, 3)).astype(np.float16)
    kinds = rng.integers(0, 2, n)
    wanted = np.where(kinds == 0, 2.0, -2.0)[:, np.newaxis] * features[:, :, 0]
    wanted = wanted + np.maximum(features[:, :, 1], 0) * 3 + rng.gumbel(size=(n, 12))
    answers = np.zeros((n, 12), bool)
    answers[np.arange(n), wanted.argmax(axis=1)] = True
    contexts = rng.standard_normal((n, 2)).astype(np.float32)
    return Sample(features, contexts, kinds, answers)


def share_found(scores: np.ndarray, sample: Sample) -> float:
    best = scores.argmax(axis=1)
    return float(sample.answers[np.arange(len(best)), best].mean())


def test_weights_depend_on_the_question() -> None:
    blend = Blend([draw(n) for n in range(30)], np.array([1]), NO, 2)
    judged = draw(99, 1000)
    found = share_found(blend.score(judged), judged)
    assert found > 0.45
    always = Sample(judged.features, judged.contexts, 1 - judged.kinds, judged.answers)
    assert share_found(blend.score(always), judged) < found - 0.05


def test_scores_do_not_depend_on_the_other_questions() -> None:
    blend = Blend([draw(n, 100) for n in range(4)], np.array([1]), NO, 2)
    judged = draw(7, 150)
    whole = blend.score(judged)
    alone = blend.score(judged.choose(slice(70, 80)))
    np.testing.assert_allclose(whole[70:80], alone, rtol=1e-4, atol=1e-5)


def test_the_same_samples_give_the_same_blend() -> None:
    samples, judged = [draw(n, 100) for n in range(3)], draw(5, 20)
    one, other = (Blend(samples, np.array([1, 2]), NO, 2).score(judged) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_weights_depend_on_the_candidate() -> None:
    samples = [draw(n) for n in range(30)] + [draw(99, 1000)]
    for sample in samples:
        sign = np.sign(sample.features[:, :, 2].astype(float))
        wanted = 2 * sign * sample.features[:, :, 0]
        sample.answers[:] = wanted == wanted.max(axis=1, keepdims=True)
    *learned, judged = samples
    plain, shifted = (
        share_found(Blend(learned, np.array([1]), own, 2).score(judged), judged)
        for own in (NO, np.array([2]))
    )
    assert shifted > plain + 0.1
