"""Rows of tables, written many at a time in the transaction of a session."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Dialect, Insert, Table, bindparam, delete, insert, update
from sqlmodel import Session, SQLModel

# Values that one statement may name.
MOST_NAMED = 500
# Inserts that are kept as the driver takes them: every engine has its own.
KEPT_STATEMENTS = 100


class Stamp(NamedTuple):
    """The revision that rows are written by."""

    number: int
    recorded_at: datetime


class Row(NamedTuple):
    """One row: its table, and its values by column; other values are passed over."""

    table: Table
    values: Mapping[str, Any]


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


class RowWriter:
    """Writes rows through one session."""

    def __init__(self, session: Session) -> None:
        self._connection: Connection = session.connection()

    def insert(self, rows: Iterable[Row]) -> None:
        """Inserts rows, each after those of the tables that it refers to."""
        by_table: dict[Table, list[Mapping[str, Any]]] = {}
        for table, values in rows:
            by_table.setdefault(table, []).append(values)
        for table in _in_order(by_table):
            self._insert(table, by_table[table])

    def update(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Replaces the values of rows that there are, by their ids."""
        names = [c.name for c in table.columns if c.name != "id"]
        query = (
            update(table)
            .where(table.c.id == bindparam("own_id"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        if rows:
            given = [{f"new_{n}": r.get(n) for n in names} | {"own_id": r["id"]} for r in rows]
            self._connection.execute(query, given)

    def delete(self, table: Table, column: str, values: Sequence[str]) -> None:
        """Deletes the rows that have one of these values."""
        for first in range(0, len(values), MOST_NAMED):
            chosen = values[first : first + MOST_NAMED]
            self._connection.execute(delete(table).where(table.c[column].in_(chosen)))

    def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        dialect = self._connection.dialect
        if dialect.name != "sqlite":
            given = [{name: row.get(name) for name in _names_of(table)} for row in rows]
            self._connection.execute(_to_insert(table), given)
            return
        # Straight to the driver: for many rows SQLAlchemy's own way takes twice as long.
        statement, processors = _to_statement(table, dialect)
        self._connection.exec_driver_sql(
            statement,
            [
                tuple([row.get(n) if p is None else p(row.get(n)) for n, p in processors])
                for row in rows
            ],
        )


@cache
def _names_of(table: Table) -> list[str]:
    """The columns that are given; the database numbers what is numbered."""
    return [c.name for c in table.columns if c is not table.autoincrement_column]


@cache
def _to_insert(table: Table) -> Insert:
    return insert(table).values({name: bindparam(name) for name in _names_of(table)})


@lru_cache(KEPT_STATEMENTS)
def _to_statement(
    table: Table, dialect: Dialect
) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]]]:
    """An insert as the driver takes it, and what makes each value of a row fit for it."""
    compiled = _to_insert(table).compile(dialect=dialect)
    processors: list[tuple[str, Callable[[Any], Any] | None]] = [
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup or ()
    ]
    return str(compiled), processors


@cache
def _places() -> dict[Table, int]:
    return {table: n for n, table in enumerate(SQLModel.metadata.sorted_tables)}


def _in_order(tables: Iterable[Table]) -> list[Table]:
    """Tables, each after those that it refers to; those of no model come last."""
    places = _places()
    return sorted(tables, key=lambda table: places.get(table, len(places)))
