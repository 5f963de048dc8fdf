"""Indexes of many proposals, built without processes of their own, which take long to begin."""

from collections.abc import Iterator

import pytest

from app.listings import holder
from app.listings.build import build_batch
from app.listings.index import View
from app.listings.table import Batch
from app.recommendations.dossier import get_dossier
from app.revisions.snapshot import Snapshot
from app.scoring.assessment import Question

BATCH_ROWS = 5


def build_here(snapshot: Snapshot, view: View) -> Iterator[Batch]:
    """What `build_apart` gives, made in this process."""
    dossier = get_dossier(snapshot)
    question = Question(dossier.world, view.day, view.perspective)
    ids = snapshot.ids("proposal")
    for n in range(0, len(ids), BATCH_ROWS):
        yield build_batch(dossier, question, ids[n : n + BATCH_ROWS])


def count_as_many(monkeypatch: pytest.MonkeyPatch, least: int, *, apart: bool = False) -> None:
    """From `least` on proposals are many; their index is built here, or apart as it would be."""
    monkeypatch.setattr(holder, "FEW", least)
    if not apart:
        monkeypatch.setattr(holder, "build_apart", build_here)
