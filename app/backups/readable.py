"""Verifying that there is what the schema says, and that every value can be read as it says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Inspector, Table, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, UTCDateTime

from app.backups.copying import list_tables
from app.backups.findings import Findings, OnStep

SCHEMA, CHECK = "schema", "values"
_ROWS_AT_ONCE = 2000
_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def check_schema(session: Session, findings: Findings) -> None:
    """Every table, column and index is there, and no trigger."""
    connection = session.connection()
    found = inspect(connection)
    for table in list_tables():
        if not found.has_table(table.name):
            findings.add(SCHEMA, f"table {table.name}", "is missing")
            continue
        for name in list_missing(found, table):
            findings.add(SCHEMA, f"table {table.name}", f"lacks the column {name}")
        names = {index["name"] for index in found.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in names:
                findings.add(SCHEMA, f"table {table.name}", f"lacks the index {index.name}")
    for (name,) in connection.exec_driver_sql(_TRIGGERS[connection.dialect.name]):
        findings.add(SCHEMA, f"trigger {name}", "is none of the service's")


def list_missing(found: Inspector, table: Table) -> list[str]:
    """The columns that a table does not have in a database; all, if it is not there."""
    there = set[str]()
    if found.has_table(table.name):
        there = {column["name"] for column in found.get_columns(table.name)}
    return [column.name for column in table.columns if column.name not in there]


def check_values(session: Session, findings: Findings, on_step: OnStep) -> None:
    """Every value of every row is of the type of its column."""
    connection = session.connection()
    for table in list_tables():
        types = [(c.name, _to_type(c.type), bool(c.nullable)) for c in table.columns]
        try:
            for row in _stream(connection, table):
                for (name, kind, may_lack), value in zip(types, row, strict=True):
                    if not (may_lack if value is None else isinstance(value, kind)):
                        place = f"row of {table.name} {_name(table, row)}"
                        findings.add(CHECK, place, f"has a {name} that cannot be read")
                on_step(1)
        except (DBAPIError, ValueError, TypeError, ArithmeticError) as error:
            detail = getattr(error, "orig", None) or error
            findings.add(CHECK, f"table {table.name}", f"cannot be read to its end: {detail}")


def _to_type(column_type: Any) -> Any:
    own = column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type
    # Some are decorated for what they keep, as instants are.
    found = datetime if isinstance(column_type, UTCDateTime) else own.python_type
    return (float, int) if found is float else found


def _stream(connection: Connection, table: Table) -> Iterator[Any]:
    yield from connection.execute(
        select(table), execution_options={"stream_results": True, "yield_per": _ROWS_AT_ONCE}
    )


def _name(table: Table, row: Any) -> str:
    """What people find a row by."""
    keys = [n for n, column in enumerate(table.columns) if column.primary_key] or [0]
    return " ".join(str(row[n]) for n in keys)
