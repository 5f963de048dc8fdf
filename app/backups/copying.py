"""Copying all rows of one database into another, whichever engines they are on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, func, insert, inspect, select, text
from sqlmodel import SQLModel

from app.errors import BackupUnusable
from app.proposals.search import TEXTS
from app.schema import import_tables

# Rows that are in memory at a time.
BATCH_ROWS = 2000
OnRows = Callable[[int], None]


def list_tables() -> list[Table]:
    """Every table that holds what is on record, each after those that it refers to."""
    import_tables()
    return [*SQLModel.metadata.sorted_tables, TEXTS]


def copy_all(source: Connection, target: Connection, on_rows: OnRows) -> None:
    """Copies every row into tables that are empty, in the transaction of `target`.

    `source` must see one state throughout. Raises BackupUnusable if not all rows arrive.
    """
    with _referring_within(target):
        for table in list_tables():
            copied = _copy(table, source, target, on_rows)
            arrived = target.scalar(select(func.count()).select_from(table))
            if arrived != copied:
                detail = f"{copied} rows of {table.name} were copied, {arrived} arrived"
                raise BackupUnusable(detail)
            _go_on_numbering(table, target)


def empty_all(target: Connection) -> None:
    """Takes every row away, in the transaction of `target`; on PostgreSQL."""
    names = ", ".join(f'"{table.name}"' for table in list_tables())
    target.exec_driver_sql(f"TRUNCATE {names}")


def _copy(table: Table, source: Connection, target: Connection, on_rows: OnRows) -> int:
    copied = 0
    streaming = source.execution_options(stream_results=True, yield_per=BATCH_ROWS)
    for rows in streaming.execute(select(table)).mappings().partitions():
        target.execute(insert(table), [dict(row) for row in rows])
        copied += len(rows)
        on_rows(len(rows))
    return copied


def _go_on_numbering(table: Table, target: Connection) -> None:
    """Has PostgreSQL number rows on after the highest number; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is None or target.dialect.name != "postgresql":
        return
    highest = select(func.coalesce(func.max(column), 0)).scalar_subquery()
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    target.execute(select(func.setval(sequence, highest + 1, False)))


@contextmanager
def _referring_within(target: Connection) -> Iterator[None]:
    """Lets rows refer to later ones of their own table; all references hold at the end."""
    if target.dialect.name == "sqlite":
        target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield
        return
    own = [
        (table.name, key["name"])
        for table in list_tables()
        for key in inspect(target).get_foreign_keys(table.name)
        if key["referred_table"] == table.name
    ]
    for table_name, key in own:
        _alter(target, table_name, f'"{key}" DEFERRABLE INITIALLY DEFERRED')
    yield
    target.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table_name, key in own:
        _alter(target, table_name, f'"{key}" NOT DEFERRABLE')


def _alter(target: Connection, table_name: str, constraint: str) -> None:
    target.exec_driver_sql(f'ALTER TABLE "{table_name}" ALTER CONSTRAINT {constraint}')
