"""paid_by_hand: a payment a person made outside, until the bank's own line shows it"""

import sqlalchemy as sa
from alembic import op

revision = "paid_by_hand"
down_revision = "regular_work"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payments") as table:
        table.add_column(sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("payments") as table:
        table.drop_column("by_hand")
