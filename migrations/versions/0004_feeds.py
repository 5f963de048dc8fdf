"""Keep what feeds of coded events report, and the dyad-days made of it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel import UTCDateTime

RESOURCES = "'actor','domain','source','profile','priority','event','proposal'"
OF_FEEDS = "'event_batch','event_retraction'"

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    allow_resources(f"{RESOURCES},{OF_FEEDS}")
    op.create_table(
        "dyad",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recipient_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dyad")),
        sa.UniqueConstraint("actor_id", "recipient_id", name=op.f("uq_dyad_actor_id_recipient_id")),
    )
    with op.batch_alter_table("dyad") as batch_op:
        batch_op.create_index(batch_op.f("ix_dyad_recipient_id"), ["recipient_id"])

    op.create_table(
        "event_import",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("feed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("total_rows", sa.Integer(), nullable=True),
        sa.Column("next_row", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("unresolved", sa.Integer(), nullable=False),
        sa.Column("internal", sa.Integer(), nullable=False),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("principal", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "format IN ('icews','gdelt','polecat','ndjson')", name=op.f("ck_event_import_format")
        ),
        sa.CheckConstraint(
            "state IN ('queued','running','done','failed','cancelled')",
            name=op.f("ck_event_import_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_import")),
        sa.UniqueConstraint("feed", "sha256", name=op.f("uq_event_import_feed_sha256")),
    )
    with op.batch_alter_table("event_import") as batch_op:
        batch_op.create_index(batch_op.f("ix_event_import_created_at"), ["created_at"])
        batch_op.create_index(batch_op.f("ix_event_import_feed"), ["feed"])

    op.create_table(
        "dyad_day",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("dyad_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("quad_class", sa.Integer(), nullable=False),
        sa.Column("event_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("domain_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("publishers", sa.Integer(), nullable=False),
        sa.Column("cooperative", sa.Integer(), nullable=False),
        sa.Column("conflictual", sa.Integer(), nullable=False),
        sa.Column("lead", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["dyad_id"], ["dyad.id"], name=op.f("fk_dyad_day_dyad_id")),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_dyad_day_revision")
        ),
        sa.PrimaryKeyConstraint(
            "revision",
            "dyad_id",
            "happened_on",
            "quad_class",
            "event_type",
            "domain_id",
            name=op.f("pk_dyad_day"),
        ),
    )
    with op.batch_alter_table("dyad_day") as batch_op:
        batch_op.create_index("ix_dyad_day_dyad", ["dyad_id", "happened_on"])

    op.create_table(
        "event_report",
        sa.Column("feed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("feed_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("import_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("dyad_id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("event_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("quad_class", sa.Integer(), nullable=False),
        sa.Column("hundredths", sa.Integer(), nullable=False),
        sa.Column("publisher", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("domain_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("domain_rule", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contexts", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor_sectors", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recipient_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recipient_sectors", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["dyad_id"], ["dyad.id"], name=op.f("fk_event_report_dyad_id")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["event_import.id"], name=op.f("fk_event_report_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_event_report_revision")
        ),
        sa.PrimaryKeyConstraint("feed", "happened_on", "feed_id", name=op.f("pk_event_report")),
    )
    with op.batch_alter_table("event_report") as batch_op:
        batch_op.create_index("ix_event_report_dyad", ["dyad_id", "happened_on"])
        batch_op.create_index(batch_op.f("ix_event_report_revision"), ["revision"])

    op.create_table(
        "event_retraction",
        sa.Column("feed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("feed_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_event_retraction_revision")
        ),
        sa.PrimaryKeyConstraint("feed", "feed_id", name=op.f("pk_event_retraction")),
    )
    with op.batch_alter_table("event_retraction") as batch_op:
        batch_op.create_index(batch_op.f("ix_event_retraction_revision"), ["revision"])

    op.create_table(
        "feed_day",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("feed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_feed_day_revision")
        ),
        sa.PrimaryKeyConstraint("revision", "feed", "happened_on", name=op.f("pk_feed_day")),
    )
    op.create_table(
        "rejected_row",
        sa.Column("import_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["event_import.id"], name=op.f("fk_rejected_row_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_rejected_row")),
    )
    op.create_table(
        "unresolved_name",
        sa.Column("import_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["event_import.id"], name=op.f("fk_unresolved_name_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "name", name=op.f("pk_unresolved_name")),
    )


def downgrade() -> None:
    """Forgets all that feeds reported, and the revisions that added it."""
    op.drop_table("unresolved_name")
    op.drop_table("rejected_row")
    op.drop_table("feed_day")
    with op.batch_alter_table("event_retraction") as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_retraction_revision"))

    op.drop_table("event_retraction")
    with op.batch_alter_table("event_report") as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_report_revision"))
        batch_op.drop_index("ix_event_report_dyad")

    op.drop_table("event_report")
    with op.batch_alter_table("dyad_day") as batch_op:
        batch_op.drop_index("ix_dyad_day_dyad")

    op.drop_table("dyad_day")
    with op.batch_alter_table("event_import") as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_import_feed"))
        batch_op.drop_index(batch_op.f("ix_event_import_created_at"))

    op.drop_table("event_import")
    with op.batch_alter_table("dyad") as batch_op:
        batch_op.drop_index(batch_op.f("ix_dyad_recipient_id"))

    op.drop_table("dyad")
    op.execute("DELETE FROM revision WHERE resource IN ('event_batch', 'event_retraction')")
    allow_resources(RESOURCES)


def allow_resources(names: str) -> None:
    with op.batch_alter_table("revision") as batch_op:
        batch_op.drop_constraint(op.f("ck_revision_resource"), type_="check")
        batch_op.create_check_constraint(op.f("ck_revision_resource"), f"resource IN ({names})")
