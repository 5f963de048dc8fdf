"""Keep what was learned from feeds as records with revisions of their own."""

from alembic import op

RESOURCES = (
    "'actor','domain','source','profile','priority','event','proposal',"
    "'event_batch','event_retraction','event_rollup'"
)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    allow_resources(f"{RESOURCES},'forecast_run'")


def downgrade() -> None:
    """Forgets what was learned."""
    op.execute("DELETE FROM revision WHERE resource = 'forecast_run'")
    allow_resources(RESOURCES)


def allow_resources(names: str) -> None:
    with op.batch_alter_table("revision") as batch_op:
        batch_op.drop_constraint(op.f("ck_revision_resource"), type_="check")
        batch_op.create_check_constraint(op.f("ck_revision_resource"), f"resource IN ({names})")
