"""people_at_work: which withholding applies to a person, and the hours of a student's contract"""

import sqlalchemy as sa
from alembic import op

revision = "people_at_work"
down_revision = "payees"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("withholding", sa.String(10), nullable=True))
    op.add_column("engagements", sa.Column("student_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("engagements") as batch:
        batch.drop_column("student_hours")
    with op.batch_alter_table("people") as batch:
        batch.drop_column("withholding")
