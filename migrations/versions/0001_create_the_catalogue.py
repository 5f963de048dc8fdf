"""Create the catalogue"""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.CheckConstraint("action IN ('create','update')", name=op.f("ck_revision_action")),
        sa.CheckConstraint(
            "resource IN ('actor','domain','source','profile','priority','event','proposal')",
            name=op.f("ck_revision_resource"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revision")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(
            "ix_revision_record", ["resource", "resource_id", "number"], unique=False
        )

    op.create_table(
        "actor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("office_from_on", sa.Date(), nullable=True),
        sa.Column("office_to_on", sa.Date(), nullable=True),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('state','organisation','body','person','group')", name=op.f("ck_actor_kind")
        ),
        sa.CheckConstraint(
            "office_from_on IS NULL OR office_to_on IS NULL OR office_from_on <= office_to_on",
            name=op.f("ck_actor_office"),
        ),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_actor_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["actor.id"], name=op.f("fk_actor_parent_id")),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_actor_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
    )
    with op.batch_alter_table("actor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actor_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_actor_revision"), ["revision"], unique=False)

    op.create_table(
        "domain",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["domain.id"], name=op.f("fk_domain_parent_id")),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_domain_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain")),
    )
    with op.batch_alter_table("domain", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_domain_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_domain_revision"), ["revision"], unique=False)

    op.create_table(
        "profile",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_profile_version")),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_profile_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
    )
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_revision"), ["revision"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("obstacles_reviewed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "mechanism IN ('agreement','coordination','dialogue','information_sharing','joint_exercise','joint_project','ministerial','research_exchange','settlement','trade_arrangement','verification','visit')",
            name=op.f("ck_proposal_mechanism"),
        ),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_proposal_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("slug", name=op.f("uq_proposal_slug")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_revision"), ["revision"], unique=False)

    op.create_table(
        "source",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("available_on", sa.Date(), nullable=False),
        sa.Column("reliability", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "reliability IN ('A','B','C','D','E','F')", name=op.f("ck_source_reliability")
        ),
        sa.CheckConstraint(
            "published_on IS NULL OR published_on <= available_on", name=op.f("ck_source_available")
        ),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_source_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_revision"), ["revision"], unique=False)

    op.create_table(
        "actor_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('name','official','alias','demonym','capital','alpha_2','alpha_3')",
            name=op.f("ck_actor_name_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_actor_name_actor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_name")),
        sa.UniqueConstraint(
            "actor_id", "kind", "name", name=op.f("uq_actor_name_actor_id_kind_name")
        ),
    )
    with op.batch_alter_table("actor_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actor_name_search_key"), ["search_key"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('held','failed')", name=op.f("ck_attempt_outcome")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_attempt_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("event_type", sa.String(), nullable=False),
        sa.Column("intensity", sa.Float(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("locator", sa.String(), nullable=True),
        sa.Column("credibility", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "event_type IN ('AGREE','CONSULT','SUPPORT','CONCEDE','COOPERATE','AID','RETREAT','REQUEST','ACCUSE','REJECT','THREATEN','PROTEST','SANCTION','MOBILIZE','COERCE','ASSAULT')",
            name=op.f("ck_event_event_type"),
        ),
        sa.CheckConstraint("actor_id <> recipient_id", name=op.f("ck_event_dyad")),
        sa.CheckConstraint("credibility BETWEEN 1 AND 6", name=op.f("ck_event_credibility")),
        sa.CheckConstraint(
            "intensity <> 0 AND intensity BETWEEN -10 AND 10", name=op.f("ck_event_intensity")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_event_actor_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["actor.id"], name=op.f("fk_event_recipient_id")),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_event_revision")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_event_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_feed"), ["feed"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_happened_on"), ["happened_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_recipient_id"), ["recipient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_revision"), ["revision"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_source_id"), ["source_id"], unique=False)

    op.create_table(
        "factor",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("easing_on", sa.Date(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.CheckConstraint("basis IN ('reported','editorial')", name=op.f("ck_factor_basis")),
        sa.CheckConstraint("kind IN ('obstacle','enabler')", name=op.f("ck_factor_kind")),
        sa.CheckConstraint(
            "severity IN ('none','low','moderate','high','very_high')",
            name=op.f("ck_factor_severity"),
        ),
        sa.CheckConstraint(
            "easing_on IS NULL OR easing_on >= since_on", name=op.f("ck_factor_easing")
        ),
        sa.CheckConstraint(
            "resolved_on IS NULL OR resolved_on >= since_on", name=op.f("ck_factor_resolved")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_factor_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
    )
    with op.batch_alter_table("factor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_factor_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "judgement",
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("rationale", sa.String(), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.CheckConstraint("basis IN ('reported','editorial')", name=op.f("ck_judgement_basis")),
        sa.CheckConstraint(
            "level IN ('none','low','moderate','high','very_high')", name=op.f("ck_judgement_level")
        ),
        sa.CheckConstraint("measure IN ('gain','cost')", name=op.f("ck_judgement_measure")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_judgement_actor_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_judgement_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
        sa.UniqueConstraint(
            "proposal_id",
            "actor_id",
            "measure",
            "judged_on",
            name=op.f("uq_judgement_proposal_id_actor_id_measure_judged_on"),
        ),
    )
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgement_actor_id"), ["actor_id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('initiator','counterpart','facilitator','observer')",
            name=op.f("ck_participant_role"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_participant_actor_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_participant_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "actor_id", name=op.f("pk_participant")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_actor_id"), ["actor_id"], unique=False)

    op.create_table(
        "position",
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "stance IN ('opposes','reluctant','neutral','favours','champions')",
            name=op.f("ck_position_stance"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_position_actor_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_position_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint(
            "proposal_id",
            "actor_id",
            "stated_on",
            name=op.f("uq_position_proposal_id_actor_id_stated_on"),
        ),
    )
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_position_actor_id"), ["actor_id"], unique=False)

    op.create_table(
        "priority",
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("domain_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('none','low','moderate','high','very_high')", name=op.f("ck_priority_level")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_priority_actor_id")),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name=op.f("fk_priority_domain_id")),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_priority_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority")),
        sa.UniqueConstraint(
            "actor_id",
            "domain_id",
            "stated_on",
            name=op.f("uq_priority_actor_id_domain_id_stated_on"),
        ),
    )
    with op.batch_alter_table("priority", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_priority_domain_id"), ["domain_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_priority_revision"), ["revision"], unique=False)

    op.create_table(
        "profile_weight",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("milliweight", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "criterion IN ('shared_priority','mutual_gain','tractability','momentum','timeliness','receptivity','precedent','backing')",
            name=op.f("ck_profile_weight_criterion"),
        ),
        sa.CheckConstraint(
            "milliweight BETWEEN 0 AND 1000", name=op.f("ck_profile_weight_milliweight")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profile.id"],
            name=op.f("fk_profile_weight_profile_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", "criterion", name=op.f("pk_profile_weight")),
    )
    op.create_table(
        "proposal_domain",
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("domain_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domain.id"], name=op.f("fk_proposal_domain_domain_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_domain_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "domain_id", name=op.f("pk_proposal_domain")),
    )
    with op.batch_alter_table("proposal_domain", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_domain_domain_id"), ["domain_id"], unique=False
        )

    op.create_table(
        "transition",
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft','open','negotiating','agreed','implemented','rejected','lapsed','superseded')",
            name=op.f("ck_transition_status"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_transition_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition")),
        sa.UniqueConstraint(
            "proposal_id", "happened_on", name=op.f("uq_transition_proposal_id_happened_on")
        ),
    )
    op.create_table(
        "window",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("strength", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.CheckConstraint("basis IN ('reported','editorial')", name=op.f("ck_window_basis")),
        sa.CheckConstraint(
            "strength IN ('none','low','moderate','high','very_high')",
            name=op.f("ck_window_strength"),
        ),
        sa.CheckConstraint(
            "closes_on IS NULL OR closes_on >= opens_on", name=op.f("ck_window_span")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_window_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window")),
    )
    with op.batch_alter_table("window", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_window_closes_on"), ["closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_window_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("locator", sa.String(), nullable=True),
        sa.Column("bearing", sa.String(), nullable=False),
        sa.Column("credibility", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("judgement_id", sa.String(), nullable=True),
        sa.Column("factor_id", sa.String(), nullable=True),
        sa.Column("window_id", sa.String(), nullable=True),
        sa.Column("attempt_id", sa.String(), nullable=True),
        sa.Column("position_id", sa.String(), nullable=True),
        sa.Column("transition_id", sa.String(), nullable=True),
        sa.Column("priority_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "bearing IN ('supports','undermines')", name=op.f("ck_evidence_bearing")
        ),
        sa.CheckConstraint(
            "CASE WHEN judgement_id IS NULL THEN 0 ELSE 1 END + CASE WHEN factor_id IS NULL THEN 0 ELSE 1 END + CASE WHEN window_id IS NULL THEN 0 ELSE 1 END + CASE WHEN attempt_id IS NULL THEN 0 ELSE 1 END + CASE WHEN position_id IS NULL THEN 0 ELSE 1 END + CASE WHEN transition_id IS NULL THEN 0 ELSE 1 END + CASE WHEN priority_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_evidence_one_owner"),
        ),
        sa.CheckConstraint("credibility BETWEEN 1 AND 6", name=op.f("ck_evidence_credibility")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_evidence_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["factor_id"], ["factor.id"], name=op.f("fk_evidence_factor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"],
            ["judgement.id"],
            name=op.f("fk_evidence_judgement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["position.id"],
            name=op.f("fk_evidence_position_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["priority_id"],
            ["priority.id"],
            name=op.f("fk_evidence_priority_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_evidence_source_id")),
        sa.ForeignKeyConstraint(
            ["transition_id"],
            ["transition.id"],
            name=op.f("fk_evidence_transition_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_evidence_window_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_factor_id"), ["factor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evidence_judgement_id"), ["judgement_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_evidence_position_id"), ["position_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_priority_id"), ["priority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_source_id"), ["source_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evidence_transition_id"), ["transition_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_evidence_window_id"), ["window_id"], unique=False)

    # On PostgreSQL the next migration makes the text index.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE proposal_text USING fts5("
            "proposal_id UNINDEXED, body, tokenize = 'porter unicode61 remove_diacritics 2')"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE proposal_text")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_window_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_transition_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_source_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_priority_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_position_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_judgement_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_factor_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_attempt_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("window", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_window_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_window_closes_on"))

    op.drop_table("window")
    op.drop_table("transition")
    with op.batch_alter_table("proposal_domain", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_domain_domain_id"))

    op.drop_table("proposal_domain")
    op.drop_table("profile_weight")
    with op.batch_alter_table("priority", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_priority_revision"))
        batch_op.drop_index(batch_op.f("ix_priority_domain_id"))

    op.drop_table("priority")
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_position_actor_id"))

    op.drop_table("position")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_actor_id"))

    op.drop_table("participant")
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judgement_actor_id"))

    op.drop_table("judgement")
    with op.batch_alter_table("factor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_factor_proposal_id"))

    op.drop_table("factor")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_source_id"))
        batch_op.drop_index(batch_op.f("ix_event_revision"))
        batch_op.drop_index(batch_op.f("ix_event_recipient_id"))
        batch_op.drop_index(batch_op.f("ix_event_happened_on"))
        batch_op.drop_index(batch_op.f("ix_event_feed"))
        batch_op.drop_index(batch_op.f("ix_event_actor_id"))

    op.drop_table("event")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_proposal_id"))

    op.drop_table("attempt")
    with op.batch_alter_table("actor_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actor_name_search_key"))

    op.drop_table("actor_name")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_revision"))

    op.drop_table("source")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_revision"))

    op.drop_table("proposal")
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_revision"))

    op.drop_table("profile")
    with op.batch_alter_table("domain", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_domain_revision"))
        batch_op.drop_index(batch_op.f("ix_domain_parent_id"))

    op.drop_table("domain")
    with op.batch_alter_table("actor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actor_revision"))
        batch_op.drop_index(batch_op.f("ix_actor_parent_id"))

    op.drop_table("actor")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index("ix_revision_record")

    op.drop_table("revision")
