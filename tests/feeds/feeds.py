"""Feeds for tests: files of Norway and Sweden, imported as the command line does."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import SQLModel, select

from app.db import read_session, write_session
from app.feeds import ingest
from app.feeds.models import (
    Dyad,
    DyadDay,
    EventImport,
    EventReport,
    EventRetraction,
    FeedDay,
    RejectedRow,
    UnresolvedName,
)
from app.feeds.retract import Retracted, retract
from tests.coding.builders import icews_file
from tests.service import Service

NOW = datetime(2026, 2, 1, tzinfo=UTC)
DAY = "2020-02-01"


def act(n: int, **changes: str) -> dict[str, str]:
    """The changes that make a row of ICEWS an act of Norway towards Sweden."""
    names = {"code": "CAMEO Code", "day": "Event Date", "points": "Intensity"}
    names |= {"publisher": "Publisher", "source": "Source Country", "target": "Target Country"}
    norwegian = {
        "Event ID": str(n),
        "Event Date": DAY,
        "Source Name": "Ministry",
        "Source Country": "Norway",
        "Target Name": "Citizen",
        "Target Country": "Sweden",
        "Publisher": f"Paper {n}",
    }
    return norwegian | {names.get(name, name): text for name, text in changes.items()}


def write_file(folder: Path, *rows: dict[str, str], name: str = "feed.tab") -> Path:
    """An ICEWS file of these acts."""
    path = folder / name
    path.write_bytes(b"".join(icews_file(*rows)))
    return path


def load(service: Service, path: Path, feed: str = "icews") -> ingest.Imported:
    """Imports a file of ICEWS."""
    source = ingest.Source(path, feed, "icews", path.name)
    return ingest.import_file(service.engine, source, clock=lambda: NOW, principal="test")


def withdraw(service: Service, *feed_ids: str, feed: str = "icews") -> Retracted:
    """Retracts reports."""
    with write_session(service.engine) as session:
        return retract(session, feed, feed_ids, reason="Wrong", now=NOW, principal="test")


def rows_of(service: Service, table: type[SQLModel]) -> list[tuple[object, ...]]:
    """All rows of a table, in order, without the instants at which they were written."""
    with read_session(service.engine) as session:
        found = [row.model_dump() for row in session.exec(select(table))]
    timeless = [{k: v for k, v in row.items() if not k.endswith("_at")} for row in found]
    return sorted((tuple(row.values()) for row in timeless), key=repr)


TABLES: tuple[type[SQLModel], ...] = (
    Dyad,
    DyadDay,
    EventImport,
    EventReport,
    EventRetraction,
    FeedDay,
    RejectedRow,
    UnresolvedName,
)


def all_rows(service: Service) -> dict[str, list[tuple[object, ...]]]:
    """All that is on record of feeds."""
    return {str(table.__tablename__): rows_of(service, table) for table in TABLES}


def state(service: Service) -> dict[tuple[object, ...], tuple[int, ...]]:
    """The dyad-days as they are: events, publishers and sums of each group that has any."""
    sums: dict[tuple[object, ...], tuple[int, ...]] = {}
    with read_session(service.engine) as session:
        for row in session.exec(select(DyadDay)):
            group = (row.dyad_id, row.happened_on, row.quad_class, row.event_type, row.domain_id)
            more = (row.events, row.publishers, row.cooperative, row.conflictual)
            before = sums.get(group, (0, 0, 0, 0))
            sums[group] = tuple(a + b for a, b in zip(before, more, strict=True))
    return {group: found for group, found in sums.items() if any(found)}


def scores(service: Service, day: str = "2020-02-10") -> list[object]:
    """What the ranking says on a day, without the revision that it names."""
    answer = service.get("/v1/proposals", {"as_of": day})
    return [(item["slug"], item["rank"], item["score"]) for item in answer.json()["items"]]
