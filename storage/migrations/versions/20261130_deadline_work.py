"""deadline work: whose work on which days a deadline asks a contract or a declaration for"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "deadline_work"
down_revision = "amendments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json_ = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    for table in ("deadlines", "past_deadlines"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("about", json_, nullable=True))


def downgrade() -> None:
    for table in ("past_deadlines", "deadlines"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("about")
