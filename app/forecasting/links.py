"""Who answers: the ranking of all actors for questions (actor, type, who?), day after day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.forecasting.blend import Blend, Sample
from app.forecasting.contexts import Repeats, describe
from app.forecasting.events import EventLog, Floats, Ints, Questions, ask
from app.forecasting.features import BENT, CONDITIONS, Candidates, look_at
from app.forecasting.memory import Memory

# Days before the first forecast by which the blend learns what to make of the features.
BLENDED_DAYS = 100
OnDay = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Spans:
    """The days from which processes are fitted, from which the blend is, and of the first forecast.

    Processes are fitted to the first span, the blend to the second.
    """

    processes: int
    blend: int
    forecasts: int


class LinkRanker:
    """Learns once, then ranks days as they come. Events are seen from both sides.

    Hawkes processes of dyads, countries and roles, counts and vectors each say something of every
    candidate; a conditional logit, fitted to later days, says what to make of it.
    """

    def __init__(
        self, events: EventLog, names: Sequence[str], coarse: Ints, spans: Spans, on_day: OnDay
    ) -> None:
        self._memory = Memory(events, names, coarse)
        self._repeats = Repeats(self._memory)
        self._day = 0
        self._coarse = coarse
        self._see_until(spans.blend, on_day)
        self._memory.fit_processes(spans.processes, spans.blend)
        samples = list[Sample]()
        for day, told in events.by_day(spans.blend, spans.forecasts):
            self._see_until(day, on_day)
            sample, found = self._sample(day, ask(told))
            samples.append(sample)
        bent, conditions = (
            np.array([found.names.index(name) for name in own]) for own in (BENT, CONDITIONS)
        )
        self._blend = Blend(samples, bent, conditions, int(coarse.max()) + 1)

    def score(self, day: int, asked: Questions) -> Floats:
        """A row for each question, a column for each actor.

        Those who are no candidates come after all that are, by the first look.
        """
        self._see_until(day, lambda _: None)
        sample, found = self._sample(day, asked)
        close = self._blend.score(sample)
        rows = np.arange(len(asked))[:, np.newaxis]
        rough = found.first_look.astype(np.float64)
        scores: Floats = rough - rough.max() + close.min() - 1.0
        scores[rows, found.who] = close
        return scores

    def _see_until(self, day: int, on_day: OnDay) -> None:
        for past in range(self._day, day):
            self._repeats.see(past)
            self._memory.see(past)
            on_day(past)
        self._day = max(self._day, day)

    def _sample(self, day: int, asked: Questions) -> tuple[Sample, Candidates]:
        found = look_at(self._memory, asked, day)
        answers = np.zeros(found.who.shape, bool)
        for question, own in asked.each():
            answers[question] = np.isin(found.who[question], asked.answers[own])
        contexts = describe(self._memory, self._repeats, asked, day)
        return Sample(found.features, contexts, self._coarse[asked.types], answers), found
