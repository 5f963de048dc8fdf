"""Reading forecast runs."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.errors import NotFound
from app.forecasting.runs import Run
from app.forecasts.models import MODEL, RunHead, RunRecord, RunVersion
from app.revisions.models import Resource
from app.revisions.snapshot import Entry, Snapshot

RESOURCE: Resource = "forecast_run"


@dataclass(frozen=True, slots=True)
class UsedRun:
    """A run with what it is known by."""

    id: str
    revision: int
    recorded_at: datetime
    record: RunRecord
    run: Run


@dataclass(frozen=True, slots=True)
class RunsByDay:
    """The runs by the last day that each was learned from; each is read when it is needed."""

    _heads: tuple[tuple[date, str, Entry], ...]
    _read: dict[str, Run] = field(default_factory=dict)

    def on(self, day: date) -> tuple[str, Run] | None:
        """The run learned from the latest days up to this one, the one stored last of several."""
        for last_on, run_id, entry in self._heads:
            if last_on <= day:
                if run_id not in self._read:
                    self._read[run_id] = entry.read(RunRecord).to_run()
                return run_id, self._read[run_id]
        return None


def find_runs(snapshot: Snapshot) -> RunsByDay | None:
    """The runs that this version can read; None where there is none."""
    return snapshot.share(_find_runs, (RESOURCE,))


def find_run(snapshot: Snapshot, run_id: str) -> UsedRun | None:
    """The run with this id, of those that this version can read."""
    entry = snapshot.find(RESOURCE, run_id)
    return None if entry is None or not _is_ours(entry) else _to_used(run_id, entry)


def list_runs(snapshot: Snapshot) -> list[UsedRun]:
    """All runs that this version can read, the latest first."""
    return [_to_used(*each) for each in _list_ours(snapshot)]


def get_run(snapshot: Snapshot, run_id: str) -> UsedRun:
    """The run with this id. Raises NotFound."""
    found = find_run(snapshot, run_id)
    if found is not None:
        return found
    raise NotFound("run")


def _find_runs(snapshot: Snapshot) -> RunsByDay | None:
    heads = [(e.parse(RunHead).last_on, run_id, e) for run_id, e in _list_ours(snapshot)]
    heads.sort(key=lambda head: head[0], reverse=True)
    return RunsByDay(tuple(heads)) if heads else None


def _list_ours(snapshot: Snapshot) -> list[tuple[str, Entry]]:
    """The runs of this version, the latest first."""
    found = sorted(snapshot.live(RESOURCE).items(), key=lambda each: -each[1].number)
    return [(run_id, entry) for run_id, entry in found if _is_ours(entry)]


def _is_ours(entry: Entry) -> bool:
    return entry.parse(RunVersion).model == MODEL


def _to_used(run_id: str, entry: Entry) -> UsedRun:
    record = entry.read(RunRecord)
    return UsedRun(run_id, entry.number, entry.recorded_at, record, record.to_run())
