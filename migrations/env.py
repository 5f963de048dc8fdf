"""Runs the migrations on the connection it is given, or on ENTENTE_DATABASE_URL."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from app.db import make_engine, write_connection
from app.schema import import_tables, is_ours
from app.settings import Settings


def run(connection: Connection) -> None:
    import_tables()
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        include_name=is_ours,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with write_connection(make_engine(Settings().database_url)) as own:
        run(own)
