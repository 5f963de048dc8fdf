"""Keep the dyad-days of feeds that were rolled up elsewhere, and count rows retracted beforehand."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

RESOURCES = (
    "'actor','domain','source','profile','priority','event','proposal',"
    "'event_batch','event_retraction'"
)
OF_ROLL_UPS = "'event_rollup'"
PLACE = ("revision", "dyad_id", "happened_on", "quad_class", "event_type", "domain_id")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    allow_resources(f"{RESOURCES},{OF_ROLL_UPS}")
    with op.batch_alter_table("event_import") as batch_op:
        batch_op.add_column(
            sa.Column("retracted", sa.Integer(), nullable=False, server_default="0")
        )
    with op.batch_alter_table("event_import") as batch_op:
        batch_op.alter_column("retracted", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("dyad_day") as batch_op:
        batch_op.add_column(
            sa.Column("feed", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="")
        )
    with op.batch_alter_table("dyad_day") as batch_op:
        batch_op.alter_column("feed", existing_type=sa.String(), server_default=None)
        batch_op.drop_constraint(op.f("pk_dyad_day"), type_="primary")
        batch_op.create_primary_key(op.f("pk_dyad_day"), [*PLACE, "feed"])
        batch_op.create_index("ix_dyad_day_feed", ["feed", "happened_on"])
        batch_op.drop_index("ix_dyad_day_dyad")
        batch_op.create_index("ix_dyad_day_dyad", ["dyad_id", "happened_on", "feed"])


def downgrade() -> None:
    """Forgets the roll-ups that were loaded, and the revisions that did it."""
    op.execute("DELETE FROM dyad_day WHERE feed <> ''")
    op.execute(
        "DELETE FROM feed_day WHERE revision IN "
        "(SELECT number FROM revision WHERE resource = 'event_rollup')"
    )
    op.execute("DELETE FROM revision WHERE resource = 'event_rollup'")
    with op.batch_alter_table("dyad_day") as batch_op:
        batch_op.drop_index("ix_dyad_day_dyad")
        batch_op.create_index("ix_dyad_day_dyad", ["dyad_id", "happened_on"])
        batch_op.drop_index("ix_dyad_day_feed")
        batch_op.drop_constraint(op.f("pk_dyad_day"), type_="primary")
        batch_op.create_primary_key(op.f("pk_dyad_day"), [*PLACE])
        batch_op.drop_column("feed")
    with op.batch_alter_table("event_import") as batch_op:
        batch_op.drop_column("retracted")
    allow_resources(RESOURCES)


def allow_resources(names: str) -> None:
    with op.batch_alter_table("revision") as batch_op:
        batch_op.drop_constraint(op.f("ck_revision_resource"), type_="check")
        batch_op.create_check_constraint(op.f("ck_revision_resource"), f"resource IN ({names})")
