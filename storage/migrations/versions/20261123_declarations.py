"""declarations: what a moved job was before"""

import sqlalchemy as sa
from alembic import op

revision = "declarations"
down_revision = "happenings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "earlier_declarations",
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("declaration", sa.LargeBinary(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f("fk_earlier_declarations_job_id_jobs")),
        sa.PrimaryKeyConstraint("job_id", "n", name=op.f("pk_earlier_declarations")),
    )


def downgrade() -> None:
    op.drop_table("earlier_declarations")
