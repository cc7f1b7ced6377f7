"""amendments: which contract an engagement amends, and deadlines whose instant no longer counts"""

import sqlalchemy as sa
from alembic import op

revision = "amendments"
down_revision = "declarations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("amends", sa.String(length=160), nullable=True))
        batch_op.add_column(sa.Column("amended_by", sa.String(length=160), nullable=True))
    op.create_table(
        "past_deadlines",
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f("fk_past_deadlines_job_id_jobs")),
        sa.PrimaryKeyConstraint("job_id", "kind", "item", "due_at", name=op.f("pk_past_deadlines")),
    )


def downgrade() -> None:
    op.drop_table("past_deadlines")
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_column("amended_by")
        batch_op.drop_column("amends")
