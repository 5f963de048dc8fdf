"""Verifying the ranking index that is kept on disk: it is what is made of the database anew."""

from datetime import date

import numpy as np
from sqlalchemy import Engine

from app.backups.findings import Findings, OnStep
from app.db import read_session
from app.listings.files import IndexFiles
from app.listings.index import RankingIndex
from app.listings.postings import make_postings, to_arrays
from app.listings.table import Batch, Flags, join, make_table
from app.listings.workers import build_apart
from app.recommendations.dossier import get_dossier
from app.revisions.snapshot import Snapshot, load_snapshot
from app.scoring.profiles import BALANCED

CHECK = "index"
# The columns of a row that are compared, and what people call them.
_COLUMNS = {
    "numbers": "revision",
    "updated_us": "updated_at",
    "closes_on": "closes_on",
    "neglected": "neglected",
}


def check_index(
    engine: Engine, files: IndexFiles, today: date, findings: Findings, on_step: OnStep
) -> int | None:
    """Makes the index of today that is kept again, and compares; None if none is kept.

    No connection is held while it is made: that takes a while.
    """

    def open_at(revision: int) -> Snapshot:
        with read_session(engine) as session:
            return load_snapshot(session, revision)

    kept = files.load(today, lambda revision: get_dossier(open_at(revision)))
    if kept is None:
        return None
    snapshot = open_at(kept.view.revision)
    batches = []
    for batch in build_apart(snapshot, kept.view):
        _compare_items(kept, batch, findings)
        batches.append(batch)
        on_step(len(batch.ids))
    _compare_rows(kept, join(batches), findings)
    return len(kept.table)


def _compare_items(kept: RankingIndex, batch: Batch, findings: Findings) -> None:
    rows = [kept.table.row_of.get(i) for i in batch.ids]
    there = [(i, row, item) for i, row, item in zip(batch.ids, rows, batch.items, strict=True)]
    known = np.array([row for _, row, _ in there if row is not None], np.int32)
    found = iter(kept.find_items(known, BALANCED) or ())
    for proposal_id, row, item in there:
        if row is None:
            findings.add(CHECK, f"proposal {proposal_id}", "is not in the index")
        elif tuple(map(bytes, next(found, ()))) != tuple(map(bytes, item)):
            findings.add(CHECK, f"proposal {proposal_id}", "is shown as it is not")


def _compare_rows(kept: RankingIndex, made: Batch, findings: Findings) -> None:
    if list(kept.table.ids) != list(made.ids):
        for proposal_id in sorted(set(kept.table.ids) - set(made.ids)):
            findings.add(CHECK, f"proposal {proposal_id}", "is in the index only")
        return
    table = make_table(made, 0)
    for name, called in _COLUMNS.items():
        _tell(kept, getattr(kept.table, name) != getattr(table, name), called, findings)
    before, after = (np.concatenate([block.T for block in t.blocks]) for t in (kept.table, table))
    _tell(kept, (before != after).any(axis=1), "values", findings)
    postings = make_postings(to_arrays(made.keys))
    for key in sorted(kept.postings.rows_of.keys() | postings.rows_of.keys()):
        if not np.array_equal(kept.postings.of(key), postings.of(key)):
            findings.add(CHECK, f"key {key}", "leads to other proposals")


def _tell(kept: RankingIndex, differs: Flags, called: str, findings: Findings) -> None:
    for row in np.flatnonzero(differs).tolist():
        findings.add(CHECK, f"proposal {kept.table.ids[row]}", f"has another {called}")
