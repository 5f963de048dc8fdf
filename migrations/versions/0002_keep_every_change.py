"""Keep every change: deletions, differences, keys, answers, merged proposals, texts by revision.

The way back loses what the schema before cannot hold: the history of deleted records, keys, kept
answers, differences, and what proposals are merged into or supersede.
"""

import json
import re
import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ACTION_BEFORE = "action IN ('create','update')"
ACTION_AFTER = "action IN ('create','update','delete')"
TOMBSTONE = "(record IS NULL) = (action = 'delete')"
RENAMED = {name: f"{name}_id" for name in ("actor", "source", "parent", "recipient", "domain")}
revisions = sa.table(
    "revision",
    sa.column("number", sa.Integer),
    sa.column("resource", sa.String),
    sa.column("resource_id", sa.String),
    sa.column("record", sa.Text),
    sa.column("diff", sa.Text),
)


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    create_tables()
    with op.batch_alter_table("profile") as batch_op:
        batch_op.drop_constraint(op.f("ck_profile_version"), type_="check")
        batch_op.drop_column("version")
    with op.batch_alter_table("proposal") as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.String(), nullable=True))
        batch_op.create_index(op.f("ix_proposal_merged_into_id"), ["merged_into_id"])
        batch_op.create_foreign_key(
            op.f("fk_proposal_merged_into_id"), "proposal", ["merged_into_id"], ["id"]
        )
    with op.batch_alter_table("revision") as batch_op:
        batch_op.drop_constraint(op.f("ck_revision_action"), type_="check")
        batch_op.create_check_constraint(op.f("ck_revision_action"), ACTION_AFTER)
        batch_op.create_check_constraint(op.f("ck_revision_record"), TOMBSTONE)
        batch_op.add_column(sa.Column("diff", sa.Text(), nullable=False, server_default="[]"))
        batch_op.alter_column("record", existing_type=sa.Text(), nullable=True)
        batch_op.create_index(op.f("ix_revision_recorded_at"), ["recorded_at"])
    with op.batch_alter_table("revision") as batch_op:
        batch_op.alter_column("diff", existing_type=sa.Text(), server_default=None)
    if not is_sqlite():
        op.execute("ALTER TABLE revision ALTER COLUMN number DROP DEFAULT")
        op.execute("DROP SEQUENCE revision_number_seq")
    rewrite_records(to_new)
    create_text_index()


def create_tables() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("last_used_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )
    op.create_table(
        "kept_answer",
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("principal", "key", name=op.f("pk_kept_answer")),
    )
    op.create_index(op.f("ix_kept_answer_created_at"), "kept_answer", ["created_at"])
    op.create_table(
        "proposal_superseded",
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("superseded_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "proposal_id <> superseded_id", name=op.f("ck_proposal_superseded_itself")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_superseded_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["superseded_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_superseded_superseded_id"),
        ),
        sa.PrimaryKeyConstraint(
            "proposal_id", "superseded_id", name=op.f("pk_proposal_superseded")
        ),
    )
    op.create_index(
        op.f("ix_proposal_superseded_superseded_id"), "proposal_superseded", ["superseded_id"]
    )


def create_text_index() -> None:
    """Indexes the text of every revision of every proposal under its number."""
    if is_sqlite():
        op.execute("DROP TABLE proposal_text")
        op.execute(
            "CREATE VIRTUAL TABLE proposal_text USING fts5("
            "revision UNINDEXED, body, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
    else:
        # English stems, and no word too common to be found: as on SQLite.
        op.execute(
            "CREATE TEXT SEARCH DICTIONARY entente_stem (TEMPLATE = snowball, Language = english)"
        )
        op.execute("CREATE TEXT SEARCH CONFIGURATION entente (COPY = pg_catalog.english)")
        op.execute(
            "ALTER TEXT SEARCH CONFIGURATION entente "
            "ALTER MAPPING REPLACE english_stem WITH entente_stem"
        )
        op.execute(
            "CREATE TABLE proposal_text ("
            "revision integer NOT NULL CONSTRAINT pk_proposal_text PRIMARY KEY, "
            "body text NOT NULL)"
        )
        op.execute(
            "CREATE INDEX ix_proposal_text_body ON proposal_text "
            "USING gin (to_tsvector('entente', body))"
        )
    fill_text("revision", latest_only=False)


def fill_text(column: str, *, latest_only: bool) -> None:
    of_proposals = revisions.c.resource == "proposal"
    query = sa.select(revisions.c.number, revisions.c.resource_id, revisions.c.record)
    rows = op.get_bind().execute(query.where(of_proposals).order_by(revisions.c.number)).all()
    texts = {}
    for number, resource_id, record in rows:
        if record is not None:
            texts[resource_id if latest_only else number] = json.loads(record)
    insert = sa.text(f"INSERT INTO proposal_text ({column}, body) VALUES (:key, :body)")  # noqa: S608
    for key, record in texts.items():
        fields = [record.get(name) for name in ("title", "summary", "next_step", "slug")]
        op.get_bind().execute(
            insert, {"key": key, "body": to_words(" ".join(filter(None, fields)))}
        )


def to_words(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    )


def rewrite_records(change: Callable[[object], object]) -> None:
    bind = op.get_bind()
    rows = bind.execute(sa.select(revisions.c.number, revisions.c.record)).all()
    update = revisions.update().where(revisions.c.number == sa.bindparam("own_number"))
    for number, record in rows:
        if record is not None:
            text = json.dumps(change(json.loads(record)), ensure_ascii=False, separators=(",", ":"))
            bind.execute(
                update.values(record=sa.bindparam("text")), {"own_number": number, "text": text}
            )


def to_new(content: object) -> object:
    return rename(content, RENAMED)


def to_old(content: object) -> object:
    if isinstance(content, dict):
        content = {k: v for k, v in content.items() if k not in ("merged_into", "supersedes")}
    return rename(content, {new: old for old, new in RENAMED.items()})


def rename(content: object, names: dict[str, str]) -> object:
    if isinstance(content, dict):
        return {names.get(key, key): rename(value, names) for key, value in content.items()}
    if isinstance(content, list):
        return [rename(item, names) for item in content]
    return content


def downgrade() -> None:
    if is_sqlite():
        op.execute("DROP TABLE proposal_text")
        op.execute(
            "CREATE VIRTUAL TABLE proposal_text USING fts5("
            "proposal_id UNINDEXED, body, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
    else:
        op.execute("DROP TABLE proposal_text")
        op.execute("DROP TEXT SEARCH CONFIGURATION entente")
        op.execute("DROP TEXT SEARCH DICTIONARY entente_stem")
    forget_deleted()
    rewrite_records(to_old)
    if is_sqlite():
        fill_text("proposal_id", latest_only=True)
    else:
        op.execute("CREATE SEQUENCE revision_number_seq OWNED BY revision.number")
        op.execute(
            "SELECT setval('revision_number_seq', (SELECT coalesce(max(number), 0) + 1 "
            "FROM revision), false)"
        )
        op.execute(
            "ALTER TABLE revision ALTER COLUMN number SET DEFAULT nextval('revision_number_seq')"
        )
    with op.batch_alter_table("revision") as batch_op:
        batch_op.drop_constraint(op.f("ck_revision_record"), type_="check")
        batch_op.drop_constraint(op.f("ck_revision_action"), type_="check")
        batch_op.create_check_constraint(op.f("ck_revision_action"), ACTION_BEFORE)
        batch_op.drop_index(op.f("ix_revision_recorded_at"))
        batch_op.alter_column("record", existing_type=sa.Text(), nullable=False)
        batch_op.drop_column("diff")
    with op.batch_alter_table("proposal") as batch_op:
        batch_op.drop_constraint(op.f("fk_proposal_merged_into_id"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_proposal_merged_into_id"))
        batch_op.drop_column("merged_into_id")
    with op.batch_alter_table("profile") as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_check_constraint(op.f("ck_profile_version"), "version >= 1")
    with op.batch_alter_table("profile") as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)
    op.execute(
        "UPDATE profile SET version = (SELECT count(*) FROM revision "
        "WHERE resource = 'profile' AND resource_id = profile.id)"
    )
    for table in ("proposal_superseded", "kept_answer", "api_key"):
        op.drop_table(table)


def forget_deleted() -> None:
    """Takes out deletions, and all that was before one: it must not come back to life."""
    last = sa.select(
        revisions.c.resource, revisions.c.resource_id, sa.func.max(revisions.c.number)
    ).where(revisions.c.record.is_(None))
    for resource, resource_id, number in op.get_bind().execute(
        last.group_by(revisions.c.resource, revisions.c.resource_id)
    ):
        op.get_bind().execute(
            revisions.delete().where(
                revisions.c.resource == resource,
                revisions.c.resource_id == resource_id,
                revisions.c.number <= number,
            )
        )
