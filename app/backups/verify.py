"""Verification: everything that can be worked out from the revisions is, and is compared."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from app.backups.feeds import check_feeds
from app.backups.findings import Findings, OnStep
from app.backups.history import UNREADABLE, check_history
from app.backups.kept_index import check_index
from app.backups.readable import CHECK as VALUES
from app.backups.readable import SCHEMA, check_schema, check_values
from app.backups.tables import check_promises, check_records
from app.db import MIGRATION_TIMEOUT_MS, read_session
from app.listings.files import IndexFiles
from app.revisions.snapshot import load_snapshot
from app.schema import check_ready

STORAGE, NOT_CHECKED = "storage", "not checked"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what was found; `indexed` is None where no index is kept."""

    revisions: int
    records: int
    dyads: int
    indexed: int | None
    findings: Findings


def verify(engine: Engine, files: IndexFiles | None, today: date, on_step: OnStep) -> Verified:
    """Checks a database that may be in use, as of one instant, and the index that is kept of it.

    What rests on values or records that cannot be read is not looked at. Raises DatabaseNotReady.
    """
    check_ready(engine)
    findings = Findings()
    with read_session(engine) as session:
        _check_storage(session, findings)
        check_schema(session, findings)
        if not _may_go_on(findings, SCHEMA):
            return Verified(0, 0, 0, None, findings)
        check_values(session, findings, on_step)
        if not _may_go_on(findings, VALUES):
            return Verified(0, 0, 0, None, findings)
        check_promises(session, findings)
        revisions = check_history(session, findings, on_step)
        dyads = check_feeds(session, findings, on_step)
        if not _may_go_on(findings, UNREADABLE):
            return Verified(revisions, 0, dyads, None, findings)
        records = check_records(session, load_snapshot(session), findings, on_step)
    indexed = None if files is None else check_index(engine, files, today, findings, on_step)
    return Verified(revisions, records, dyads, indexed, findings)


def _may_go_on(findings: Findings, check: str) -> bool:
    """Whether a check found nothing; where it did, that the rest was left out is told."""
    if findings.counts[check]:
        findings.add(NOT_CHECKED, "the rest", "was not looked at, because of what is said above")
    return not findings.counts[check]


def _check_storage(session: Session, findings: Findings) -> None:
    """Has SQLite look at its pages; PostgreSQL is given time for what is asked of it."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {MIGRATION_TIMEOUT_MS}")
        return
    for (told,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if told != "ok":
            findings.add(STORAGE, "file", told)
