"""happenings: what happened on a job, and the clock that runs from it"""

import sqlalchemy as sa
from alembic import op

revision = "happenings"
down_revision = "replays"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "happenings",
        sa.Column("happening_id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(length=40), nullable=False),
        sa.Column("who", sa.LargeBinary()),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f("fk_happenings_job_id_jobs")),
        sa.ForeignKeyConstraint(["told_by"], ["people.person_id"], name=op.f("fk_happenings_told_by_people")),
        sa.PrimaryKeyConstraint("happening_id", name=op.f("pk_happenings")),
    )
    op.create_index(op.f("ix_happenings_job_id_told_at"), "happenings", ["job_id", "told_at"])
    op.create_index(op.f("ix_happenings_closed_at_due_at"), "happenings", ["closed_at", "due_at"])


def downgrade() -> None:
    op.drop_table("happenings")
