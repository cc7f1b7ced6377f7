"""dimona_parts: a contract that several declarations cover, and a student's hours in two years"""

import sqlalchemy as sa
from alembic import op

revision = "dimona_parts"
down_revision = "schema_revisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("engagements") as table:
        table.add_column(sa.Column("dimona_parts", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("student_hours_next_year", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("engagements") as table:
        table.drop_column("student_hours_next_year")
        table.drop_column("dimona_parts")
