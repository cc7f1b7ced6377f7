"""stuck: processes that stand still because our own code fails"""

import sqlalchemy as sa
from alembic import op

revision = "stuck"
down_revision = "ledger_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stuck_processes",
        sa.Column("workflow_id", sa.String(length=80), nullable=False),
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_stuck_processes")),
    )


def downgrade() -> None:
    op.drop_table("stuck_processes")
