"""notices: the mails that bad news makes due"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "notices"
down_revision = "ledger_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "due_notices",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("notice", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_due_notices")),
    )
    op.create_index(op.f("ix_due_notices_done_at_due_at"), "due_notices", ["done_at", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_due_notices_done_at_due_at"), table_name="due_notices")
    op.drop_table("due_notices")
