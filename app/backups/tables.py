"""Verifying tables: they say what the latest revisions say, and keep what was promised of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import CheckConstraint, Connection, ForeignKey, Table, func, select, text, true
from sqlmodel import Session, SQLModel

from app.backups.findings import Findings, OnStep
from app.feeds.statements import in_chunks
from app.proposals.search import TEXTS
from app.records.change import to_pointer
from app.records.check import Change, list_flaws
from app.records.kinds import KINDS, Kind
from app.revisions.snapshot import Snapshot
from app.rows import Row, Stamp, table_of

CHECK, PROMISES = "tables", "constraints"
# Records that are in memory at a time.
_AT_ONCE = 500
# The values of a row in the order of the columns, less those that the database numbers.
Values = tuple[Any, ...]
Tables = dict[Table, Counter[Values]]


def check_promises(session: Session, findings: Findings) -> None:
    """Every reference leads to a row, and every row keeps the constraints of its table.

    The database sees to that itself unless it was told not to.
    """
    connection = session.connection()
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys:
            _tell(
                findings,
                table,
                _count_stray(connection, key),
                f"refer by {key.parent.name} to nothing",
            )
        for promise in table.constraints:
            if isinstance(promise, CheckConstraint):
                count = _count(connection, table, text(f"NOT ({promise.sqltext})"))
                _tell(findings, table, count, f"break the constraint {promise.name}")


def _tell(findings: Findings, table: Table, count: int, what: str) -> None:
    if count:
        findings.add(PROMISES, f"table {table.name}", f"{count} rows {what}")


def _count_stray(connection: Connection, key: ForeignKey) -> int:
    wanted = key.column.table.alias()
    there = select(1).where(wanted.c[key.column.name] == key.parent).exists()
    return _count(connection, key.parent.table, key.parent.is_not(None) & ~there)


def _count(connection: Connection, table: Table, condition: Any) -> int:
    found: int = connection.scalar(select(func.count()).select_from(table).where(condition)) or 0
    return found


def check_records(session: Session, snapshot: Snapshot, findings: Findings, on_step: OnStep) -> int:
    """Checks each record and its rows in all tables; how many records there are."""
    seen, checked = Counter[Table](), 0
    for kind in KINDS:
        for chosen in in_chunks(snapshot.ids(kind.resource), _AT_ONCE):
            checked += len(chosen)
            _check_some(session, snapshot, kind, chosen, findings, seen)
            on_step(len(chosen))
    for table in _list_tables():
        extra = _count(session.connection(), table, true()) - seen[table]
        if extra:
            findings.add(CHECK, f"table {table.name}", f"{extra} rows belong to no record")
    return checked


def _list_tables() -> list[Table]:
    """The tables of records, and of all that is theirs."""
    own = [table_of(kind.table) for kind in KINDS]
    return [*own, *dict.fromkeys(table for kept in own for table in _list_owned(kept))]


def _check_some(
    session: Session,
    snapshot: Snapshot,
    kind: Kind,
    ids: Sequence[str],
    findings: Findings,
    seen: Counter[Table],
) -> None:
    documents = _read(snapshot, kind, ids)
    changes = [Change(kind, i, document) for i, document in documents.items()]
    for flaw in list_flaws(snapshot, changes):
        place = f"{kind.resource} {changes[flaw.number].resource_id}"
        findings.add(CHECK, place, f"{to_pointer(flaw.place)}: {flaw.detail}")
    owners: dict[tuple[Table, Values], str] = {}
    expected: Tables = {}
    for resource_id, document in documents.items():
        entry = snapshot.entries[kind.resource][resource_id]
        for row in kind.list_rows(document, Stamp(entry.number, entry.recorded_at)):
            if row.table is not TEXTS:
                values = _to_values(row)
                expected.setdefault(row.table, Counter())[values] += 1
                owners[row.table, values] = resource_id
    found: Tables = {}
    _collect(session.connection(), table_of(kind.table).c.id, ids, found)
    for table in expected.keys() | found.keys():
        wanted, there = expected.get(table, Counter()), found.get(table, Counter())
        seen[table] += there.total()
        for values in wanted - there:
            place = f"{kind.resource} {owners[table, values]}"
            findings.add(
                CHECK, place, f"lacks a row in {table.name}, or it differs from the latest revision"
            )
        for values in there - wanted:
            place = f"row of {table.name} {_name(table, values)}"
            findings.add(CHECK, place, f"is not what the latest revision of a {kind.resource} says")


def _read(snapshot: Snapshot, kind: Kind, ids: Sequence[str]) -> Mapping[str, BaseModel]:
    entries = [snapshot.entries[kind.resource][i] for i in ids]
    fetched = snapshot.fetch(entries, anew=True)
    return {
        i: entry.parse(kind.shape, fetched.get(entry.number))
        for i, entry in zip(ids, entries, strict=True)
    }


def _columns(table: Table) -> list[Any]:
    return [column for column in table.columns if column is not table.autoincrement_column]


def _to_values(row: Row) -> Values:
    return tuple(row.values.get(column.name) for column in _columns(row.table))


def _name(table: Table, values: Values) -> str:
    """What people find a row by."""
    named = zip(_columns(table), values, strict=True)
    keys = [str(value) for column, value in named if column.primary_key or column.foreign_keys]
    return " ".join(key for key in keys if key != "None")


def _list_owning(table: Table) -> Iterator[ForeignKey]:
    """The references by which rows of other tables go when a row of this one does."""
    for other in SQLModel.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.ondelete == "CASCADE" and key.column.table is table:
                yield key


def _list_owned(table: Table) -> Iterator[Table]:
    """The tables of those rows, and of the rows that go with them."""
    for key in _list_owning(table):
        yield key.parent.table
        yield from _list_owned(key.parent.table)


def _collect(connection: Connection, column: Any, wanted: Sequence[str], found: Tables) -> None:
    """Adds the rows whose column has one of these values, and all that goes when they go."""
    table, ids = column.table, list[str]()
    columns = _columns(table)
    own_id = next((n for n, c in enumerate(columns) if c.name == "id"), None)
    for chosen in in_chunks(wanted, _AT_ONCE):
        rows = connection.execute(select(*columns).where(column.in_(chosen)))
        for row in rows:
            found.setdefault(table, Counter())[tuple(row)] += 1
            if own_id is not None:
                ids.append(row[own_id])
    for key in _list_owning(table) if ids else ():
        _collect(connection, key.parent, ids, found)
