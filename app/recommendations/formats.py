"""The ranked list as CSV and as JSON Lines, an item at a time."""

import csv
import io
from collections.abc import Iterable, Iterator

from app.recommendations.models import Meta, RankedProposal, WindowSummary
from app.scoring.assessment import CRITERIA

CSV, JSON_LINES = "text/csv", "application/jsonl"
HEADINGS = (
    "rank",
    "score",
    "low",
    "high",
    "coverage",
    "id",
    "slug",
    "title",
    "status",
    "mechanism",
    "level",
    "domains",
    "participants",
    "next_step",
    "window",
    "opens_on",
    "closes_on",
    "days_left",
    "reviewed_on",
    "review",
    *CRITERIA,
    *(f"{criterion}_points" for criterion in CRITERIA),
    "updated_at",
    "as_of",
    "profile",
    "perspective",
    "catalogue_revision",
)
# A cell that begins so would be taken for a formula by a spreadsheet (CWE-1236).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | None


def to_json_lines(items: Iterable[RankedProposal]) -> Iterator[str]:
    """One item of the list on each line."""
    for item in items:
        yield item.model_dump_json() + "\n"


def to_csv(items: Iterable[RankedProposal], meta: Meta) -> Iterator[str]:
    """A heading and one line an item (RFC 4180); what is unknown is left empty."""
    yield _line(HEADINGS)
    for item in items:
        yield _line(_cells(item, meta))


def _line(cells: Iterable[Cell]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_guard(cell) for cell in cells])
    return buffer.getvalue()


def _guard(cell: Cell) -> Cell:
    is_formula = isinstance(cell, str) and cell.startswith(FORMULA_STARTS)
    return f"'{cell}" if is_formula else cell


def _window_cells(window: WindowSummary | None) -> tuple[Cell, ...]:
    if window is None:
        return (None,) * 4
    closes_on = None if window.closes_on is None else window.closes_on.isoformat()
    return window.title, window.opens_on.isoformat(), closes_on, window.days_left


def _cells(item: RankedProposal, meta: Meta) -> tuple[Cell, ...]:
    score = item.score
    return (
        item.rank,
        score.value,
        score.low,
        score.high,
        score.coverage,
        item.id,
        item.slug,
        item.title,
        item.status,
        item.mechanism,
        item.level,
        " ".join(item.domains),
        " ".join(f"{p.actor_id}:{p.role}" for p in item.participants),
        item.next_step,
        *_window_cells(item.window),
        None if item.reviewed_on is None else item.reviewed_on.isoformat(),
        item.review,
        *(c.value for c in score.contributions),
        *(c.points for c in score.contributions),
        item.updated_at.isoformat(),
        meta.as_of.isoformat(),
        meta.profile.id,
        meta.perspective,
        meta.revision,
    )
