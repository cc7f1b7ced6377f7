"""drafts of declarations, and messages between member and adviser"""

import sqlalchemy as sa
from alembic import op

revision = "drafts_messages"
down_revision = "decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_drafts_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", "draft_id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_person_id_changed_at"), "drafts", ["person_id", "changed_at"])
    op.create_table(
        "messages",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_id", sa.String(length=40), nullable=False),
        sa.Column("to_role", sa.String(length=20), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True)),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f("fk_messages_job_id_jobs")),
        sa.ForeignKeyConstraint(["from_id"], ["people.person_id"], name=op.f("fk_messages_from_id_people")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_job_id_at"), "messages", ["job_id", "at"])
    op.create_index(
        op.f("ix_messages_to_role_answered_at_at"), "messages", ["to_role", "answered_at", "at"]
    )


def downgrade() -> None:
    op.drop_table("messages")
    op.drop_table("drafts")
