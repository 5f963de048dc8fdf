"""A back-test in words, as Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from app.backtests.run import BacktestReport, JudgedPairs
from app.backtests.words import say_days, say_target, to_figure
from app.forecasting.calibration import CONFIDENCE, Bin
from app.forecasting.ranking import HITS, RankingFigures


def to_markdown(found: BacktestReport) -> str:
    """The whole report."""
    return "\n".join(_write(found)) + "\n"


def _write(found: BacktestReport) -> Iterator[str]:
    yield "# Back-test"
    yield ""
    data = found.data
    yield (
        f"Entente {found.entente}. Judged: {data.judged_events:,} events on {data.judged_days} "
        f"days of the part {data.part}, of {data.events:,} events of {data.types} types between "
        f"{data.actors:,} actors. Every day is forecast from the days before it."
    )
    yield ""
    yield from _tell_rankings(found)
    yield ""
    yield "## Whether a dyad cooperates"
    yield ""
    yield (
        "The probability that an actor does something cooperative (CAMEO roots 01 to 08) to "
        "another within some days, or either of the two to the other. Dyads with too little "
        "history have no forecast and are not counted. Climatology is the smoothed share of past "
        "days of each dyad; persistence goes by whether it came about in as many days before."
    )
    for pair in found.pairs:
        yield ""
        yield from _tell_pair(pair)
    yield ""
    yield "## What it took"
    yield ""
    rows = [[s, f"{n:.1f}", f"{found.cpu_seconds[s]:.1f}"] for s, n in found.seconds.items()]
    yield from to_table(["step", "seconds", "CPU seconds"], rows)
    yield ""
    yield (
        f"In all {sum(found.seconds.values()):.0f} s, {sum(found.cpu_seconds.values()):.0f} s of "
        "CPU time on all cores together. The process had "
        f"{found.most_memory_mb / 1e3:.2f} GB (10^9 bytes) of memory at most."
    )


def _tell_rankings(found: BacktestReport) -> Iterator[str]:
    yield "## Who acts towards whom"
    yield ""
    yield (
        "Each event asks two questions: whom did the actor do this to, and who did it to the "
        "recipient? All actors are ranked, without the other true answers of the day; ties share "
        "their average rank. MRR is the mean reciprocal rank; the last three columns are MRR of "
        "some of the questions. All figures are percentages."
    )
    yield ""
    header = ["", "MRR", *(f"hits@{k}" for k in HITS), "MRR cooperative", "met before", "never met"]
    rows = [
        [
            name,
            *_list_figures(own.overall),
            *(
                _percent(f.reciprocal_rank)
                for f in (own.cooperative, own.met_before, own.never_met)
            ),
        ]
        for name, own in found.rankings.items()
    ]
    yield from to_table(header, rows)
    any_of = next(iter(found.rankings.values()))
    share = any_of.never_met.questions / any_of.overall.questions
    yield ""
    yield f"Never met: {share:.1%} of the questions are answered by somebody the actor had not met."


def _list_figures(own: RankingFigures) -> Iterator[str]:
    yield _percent(own.reciprocal_rank)
    for k in HITS:
        yield _percent(own.hits[k])


def _percent(share: float) -> str:
    return to_figure(100 * share, ".2f")


def _tell_pair(pair: JudgedPairs) -> Iterator[str]:
    yield f"### {say_target(pair.days, pair.side).capitalize()}"
    yield ""
    yield (
        f"{pair.model.forecasts:,} forecasts of {pair.dyads:,} dyad-days that met before, from "
        f"{say_days(pair.start_days, 'start')}; {pair.model.came_about:,} came about."
        f"{_warn(pair.start_days)}"
    )
    yield ""
    rows = [
        [
            name,
            to_figure(own.auc, ".4f"),
            to_figure(own.average_precision, ".4f"),
            to_figure(own.brier, ".5f"),
        ]
        for name, own in (
            ("model", pair.model),
            ("climatology", pair.climatology),
            ("persistence", pair.persistence),
        )
    ]
    yield from to_table(["", "AUC", "average precision", "Brier score"], rows)
    yield ""
    yield (
        f"Brier skill: {to_figure(pair.skill_against_climatology, '.1%')} against climatology, "
        f"{to_figure(pair.skill_against_persistence, '.1%')} against persistence."
    )
    yield ""
    yield from to_table(
        ["forecast", "how many", "mean forecast", "came about", f"interval of {CONFIDENCE:.0%}"],
        map(_to_cells, pair.model.bins),
    )


def _warn(start_days: int) -> str:
    one = (
        " One start day is one cross-section of dyads: what moved many of them at once is in all "
        "figures, and in no interval."
    )
    return one if start_days == 1 else ""


def _to_cells(own: Bin) -> list[str]:
    return [
        f"{own.begin:.1%} to {own.end:.1%}",
        f"{own.forecasts:,}",
        f"{own.mean:.2%}",
        f"{own.frequency:.2%}",
        f"{own.low:.2%} to {own.high:.2%}",
    ]


def to_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of Markdown."""
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
