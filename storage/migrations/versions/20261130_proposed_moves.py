"""proposed moves: what waits for a yes before a job's tables follow"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "proposed_moves"
down_revision = "stuck"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposed_moves",
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("operation_id", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declaration", sa.LargeBinary(), nullable=False),
        sa.Column("plan", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("amount_eur", sa.BigInteger(), nullable=False),
        sa.Column("deadlines", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f("fk_proposed_moves_job_id_jobs")),
        sa.PrimaryKeyConstraint("job_id", "operation_id", name=op.f("pk_proposed_moves")),
    )


def downgrade() -> None:
    op.drop_table("proposed_moves")
