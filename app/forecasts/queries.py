"""Reading forecast runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.errors import NotFound
from app.forecasting.runs import Run
from app.forecasts.models import MODEL, RunRecord, RunVersion
from app.revisions.models import Resource
from app.revisions.snapshot import Snapshot

RESOURCE: Resource = "forecast_run"


@dataclass(frozen=True, slots=True)
class UsedRun:
    """A run with what it is known by."""

    id: str
    revision: int
    recorded_at: datetime
    record: RunRecord
    run: Run


def find_run(snapshot: Snapshot, run_id: str | None = None) -> UsedRun | None:
    """The run with this id, or the latest, of those that this version can read."""
    if run_id is None:
        return snapshot.share(_find_latest, (RESOURCE,))
    return next((used for used in list_runs(snapshot) if used.id == run_id), None)


def list_runs(snapshot: Snapshot) -> list[UsedRun]:
    """All runs that this version can read, the latest first."""
    return snapshot.share(_list_runs, (RESOURCE,))


def get_run(snapshot: Snapshot, run_id: str) -> UsedRun:
    """The run with this id. Raises NotFound."""
    found = find_run(snapshot, run_id)
    if found is not None:
        return found
    raise NotFound("run")


def _find_latest(snapshot: Snapshot) -> UsedRun | None:
    return next(_read(snapshot), None)


def _list_runs(snapshot: Snapshot) -> list[UsedRun]:
    return list(_read(snapshot))


def _read(snapshot: Snapshot) -> Iterator[UsedRun]:
    """Runs, the latest first, each read when it is its turn."""
    for run_id, entry in sorted(snapshot.live(RESOURCE).items(), key=lambda e: -e[1].number):
        if entry.parse(RunVersion).model == MODEL:
            record = entry.read(RunRecord)
            yield UsedRun(run_id, entry.number, entry.recorded_at, record, record.to_run())
