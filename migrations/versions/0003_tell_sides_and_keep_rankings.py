"""Tell on whose side a source is published; keep each day's default ranking as served."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("source") as batch_op:
        batch_op.add_column(
            sa.Column("actor_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.create_index(op.f("ix_source_actor_id"), ["actor_id"])
        batch_op.create_foreign_key(op.f("fk_source_actor_id"), "actor", ["actor_id"], ["id"])
    op.create_table(
        "served_ranking",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("served_at", UTCDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("model", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_served_ranking")),
    )


def downgrade() -> None:
    op.drop_table("served_ranking")
    with op.batch_alter_table("source") as batch_op:
        batch_op.drop_constraint(op.f("fk_source_actor_id"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_source_actor_id"))
        batch_op.drop_column("actor_id")
