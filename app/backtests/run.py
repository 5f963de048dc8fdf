"""One back-test: all forecasts of a data set, judged."""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import partial

import numpy as np

from app import __version__
from app.backtests.files import DataSet
from app.backtests.words import say_days
from app.coding.labels import COOPERATIVE_ROOTS
from app.forecasting.backtest import Ranker, RankingReport, find_met, rank_days, report
from app.forecasting.events import Floats, Ints
from app.forecasting.excitation import Excitation
from app.forecasting.hawkes import HawkesRanker, Past
from app.forecasting.learning import WARM_UP_DAYS, PairModel, begin_of_calibration, learn
from app.forecasting.links import BLENDED_DAYS, LinkRanker, Spans
from app.forecasting.pair_backtest import PairReport, judge_pairs
from app.forecasting.pairs import Target
from app.forecasting.recurrency import History, RecurrencyRanker, choose
from app.forecasting.runs import Side
from app.scoring.receptivity import HORIZON_DAYS as RECEPTIVITY_DAYS

# Days before the judged ones by which the parameters of recurrency are chosen.
CHOOSING_DAYS = 30
HORIZONS_DAYS = (1, 7, 30)
# What is under way, how much of it is done, and how much it is in all: first none, at last all.
OnStep = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged on what."""

    part: str
    events: int
    judged_events: int
    judged_days: int
    actors: int
    types: int


@dataclass(frozen=True, slots=True)
class JudgedPairs(PairReport):
    """Forecasts of one target: who is to act, and from how many days they start.

    Those of one day are a cross-section of the dyads, and all of them of the same days.
    """

    side: Side
    start_days: int


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """All figures of a back-test, what it was of, and what it took.

    `pairs` has the cooperative events of dyads, by days ahead. `seconds` passed for each step, and
    `cpu_seconds` were computed, by several cores perhaps; a MB is a million bytes.
    """

    entente: str
    data: Judged
    rankings: dict[str, RankingReport]
    pairs: list[JudgedPairs]
    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    most_memory_mb: float = 0.0


class Backtest:
    """The steps of a back-test on one data set."""

    def __init__(self, data: DataSet, on_step: OnStep) -> None:
        self._data, self._on_step = data, on_step
        self._events = data.events.both_ways()
        self._end = int(self._events.days[-1]) + 1
        self._judged = self._events.between(data.judged_from, self._end)
        self._seconds: dict[str, float] = {}
        self._cpu_seconds: dict[str, float] = {}
        roots = np.unique(np.array(data.roots), return_inverse=True)[1].astype(np.int64)
        self._coarse = np.concatenate([roots, roots + roots.max() + 1])
        cooperative = [root in COOPERATIVE_ROOTS for root in data.roots]
        self._cooperative: Ints = np.flatnonzero(cooperative)
        both = np.concatenate([self._cooperative, self._cooperative + len(data.roots)])
        self._targets = [
            *(Target(self._cooperative, days) for days in HORIZONS_DAYS),
            Target(both, RECEPTIVITY_DAYS, is_mutual=True),
        ]

    def run(self) -> BacktestReport:
        """All of it."""
        pairs = self._learn_pairs()
        ranks = {
            **self._rank_by_recurrency(),
            **self._rank_by_rates(pairs.excitation),
            **self._rank_by_links(),
        }
        met = find_met(self._events, self._judged)
        return BacktestReport(
            entente=__version__,
            data=Judged(
                part=self._data.judged,
                events=len(self._data.events),
                judged_events=len(self._judged) // 2,
                judged_days=len(np.unique(self._judged.days)),
                actors=self._events.n_actors,
                types=self._data.events.n_types,
            ),
            rankings=report(ranks, self._judged, met, self._cooperative.tolist()),
            pairs=list(self._judge_pairs(pairs)),
            seconds=self._seconds,
            cpu_seconds=self._cpu_seconds,
            most_memory_mb=_find_most_memory() / 1e6,
        )

    def _rank_by_recurrency(self) -> Mapping[str, Floats]:
        history = History(self._events)
        begin = self._data.judged_from
        with self._timed("choose the parameters of recurrency"):
            chosen = choose(history, self._events.between(begin - CHOOSING_DAYS, begin))
        return {
            name: self._rank(name, partial(RecurrencyRanker, history, chosen, combined))
            for name, combined in (("strict recurrency", False), ("combined recurrency", True))
        }

    def _rank_by_rates(self, by: Excitation) -> Mapping[str, Floats]:
        ranks = self._rank("the Hawkes process", lambda: HawkesRanker(self._make_past(), by))
        return {"hawkes": ranks}

    def _rank_by_links(self) -> Mapping[str, Floats]:
        begin = self._data.judged_from
        blend = max(begin - BLENDED_DAYS, (begin + WARM_UP_DAYS) // 2)
        # The day before the first forecast is done with all that was learned.
        with self._timed("go through the past and learn to rank from it", begin) as tell:
            ranker = LinkRanker(
                self._events,
                self._data.actors,
                self._coarse,
                Spans(WARM_UP_DAYS, blend, begin),
                lambda day: tell(day + 1),
            )
        return {"model": self._rank("the model", lambda: ranker)}

    def _rank(self, by: str, make: Callable[[], Ranker]) -> Floats:
        days = np.unique(self._judged.days)
        with self._timed(f"rank by {by}", len(days)) as tell:
            return rank_days(
                make(), self._judged, lambda day: tell(int(np.searchsorted(days, day)) + 1)
            )

    def _learn_pairs(self) -> PairModel:
        begin = self._data.judged_from
        with self._timed("learn rates, and the probabilities of pairs"):
            return learn(self._make_past, self._targets, self._coarse, WARM_UP_DAYS, begin)

    def _judge_pairs(self, model: PairModel) -> Iterator[JudgedPairs]:
        begin = self._data.judged_from
        spans = (begin_of_calibration(WARM_UP_DAYS, begin), begin, self._end)
        for number, target in enumerate(self._targets):
            side: Side = "either" if target.is_mutual else "actor"
            told = f"{say_days(target.days)} ahead, by {side}"
            with self._timed(f"judge the probabilities of pairs, {told}"):
                pasts = (self._make_past(), self._make_past())
                found = judge_pairs(pasts, model, number, target, spans)
            if found is not None:
                own = {each.name: getattr(found, each.name) for each in fields(found)}
                start_days = self._end - target.days + 1 - begin
                yield JudgedPairs(**own, side=side, start_days=start_days)

    def _make_past(self) -> Past:
        return Past(self._events, self._events.dyads)

    @contextmanager
    def _timed(self, step: str, total: int = 1) -> Iterator[Callable[[int], None]]:
        """Takes how much of a step is done; at its end all of it is."""
        self._on_step(step, 0, total)
        begun, cpu_begun = time.perf_counter(), time.process_time()
        yield lambda done: self._on_step(step, done, total)
        self._seconds[step] = round(time.perf_counter() - begun, 1)
        self._cpu_seconds[step] = round(time.process_time() - cpu_begun, 1)
        self._on_step(step, total, total)


def _find_most_memory() -> int:
    """The most bytes that the process had at once; Linux tells KiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most
