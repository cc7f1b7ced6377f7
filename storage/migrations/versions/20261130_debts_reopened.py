"""debts_reopened: how often an invoice's money is awaited, because the bank took it back"""

import sqlalchemy as sa
from alembic import op

revision = "debts_reopened"
down_revision = "exact_bytes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("collections") as batch:
        batch.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    with op.batch_alter_table("collections") as batch:
        batch.drop_column("turn")
