"""fund_repaid: what came back of what the fund paid ahead of the client"""

import sqlalchemy as sa
from alembic import op

revision = "fund_repaid"
down_revision = "counsel_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("fund_reservations") as batch:
        batch.add_column(sa.Column("repaid_eur", sa.BigInteger(), nullable=False, server_default="0"))
    # until now the fund posted and was paid back in one stroke, when a job's books closed
    op.execute("UPDATE fund_reservations SET repaid_eur = posted_eur")


def downgrade() -> None:
    with op.batch_alter_table("fund_reservations") as batch:
        batch.drop_column("repaid_eur")
